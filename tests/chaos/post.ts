import { setTimeout as sleep } from 'node:timers/promises'
import { createTransport } from 'nodemailer'

const retryMs = 400
const helpAddress = 'help@banque-du-fleuve.example'

export interface Letter {
  messageId: string
  from: string
  text: string
  inReplyTo?: string
}

/** The customers' mail server: keeps each mail until the hub's listener has said 250, and tries again after 4xx. */
export class Post {
  readonly accepted: Letter[] = []
  readonly refusals: string[] = []
  retries = 0
  stopped = false
  readonly #port: number

  constructor(port: number) {
    this.#port = port
  }

  async deliver(letter: Letter): Promise<void> {
    while (!this.stopped) {
      const transport = createTransport({
        host: '127.0.0.1',
        port: this.#port,
        ignoreTLS: true,
        connectionTimeout: 3000,
        greetingTimeout: 3000,
        socketTimeout: 8000
      })
      try {
        await transport.sendMail({
          from: letter.from,
          to: helpAddress,
          messageId: `<${letter.messageId}>`,
          subject: letter.from.split('@')[0],
          text: letter.text,
          ...(letter.inReplyTo && { inReplyTo: letter.inReplyTo, references: letter.inReplyTo })
        })
        this.accepted.push(letter)
        return
      } catch (error) {
        const { responseCode = 0, message } = error as { responseCode?: number; message: string }
        if (responseCode >= 500) return void this.refusals.push(`${letter.messageId}: ${message}`)
        this.retries++
        await sleep(retryMs)
      } finally {
        transport.close()
      }
    }
  }
}

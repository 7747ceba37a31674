import type { Input } from '@palabre/config/contract/define'
import { addNote, sendMessage, type Attachment, type Message } from '@palabre/config/contract/message'
import { call, Refusal } from '../call.ts'
import { inbox } from '../inbox/inbox.svelte.ts'

type SendBody = Input<typeof sendMessage>['body']

/** Something written that the hub has not confirmed yet. */
export interface Outgoing {
  /** Also its identity at the hub: a repeat makes no second message. */
  clientId: string
  interactionId: string
  mode: 'reply' | 'note'
  text: string
  html: string | null
  subject: string | null
  to: string[]
  cc: string[]
  bcc: string[]
  files: Attachment[]
  mentions: string[]
  answersId: string | null
  audience: SendBody['audience'] | null
  choices: SendBody['choices'] | null
  /** Sent as this template; `text` is how it reads. */
  template: SendBody['template'] | null
  sendAt: string | null
  close: SendBody['close'] | null
  at: string
  /** `waiting`: the hub cannot be reached; goes out by itself when it can. */
  state: 'sending' | 'waiting' | 'failed'
  error?: unknown
}

const kept = 'palabre:outbox'
const longestWaitMs = 20_000

/** What was sent and is not confirmed: kept until it is, over a reload of the page too. */
class Outbox {
  #list = $state.raw<Outgoing[]>(read())
  #hearers = new Set<(message: Message, sent: Outgoing) => void>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #waitMs = 1000

  of = (interactionId: string): Outgoing[] => this.#list.filter((one) => one.interactionId === interactionId)

  /** Hears what the hub took; gives the function that stops it. */
  hear(hearer: (message: Message, sent: Outgoing) => void): () => void {
    this.#hearers.add(hearer)
    return () => void this.#hearers.delete(hearer)
  }

  /** Sends it, or sends it again under the same id. Never throws: what went wrong stands in the list. */
  async send(outgoing: Outgoing): Promise<Message | null> {
    // What waits goes on saying so while it is tried again.
    if (outgoing.state !== 'waiting') this.#put({ ...outgoing, state: 'sending', error: undefined })
    try {
      const message = await inbox.act(outgoing.interactionId, () => post(outgoing))
      this.discard(outgoing.clientId)
      for (const hearer of [...this.#hearers]) hearer(message, outgoing)
      this.#waitMs = 1000
      return message
    } catch (error) {
      const away =
        error instanceof Refusal && ['unreachable', 'starting-up', 'too-many-requests'].includes(error.name)
      this.#put({ ...outgoing, state: away ? 'waiting' : 'failed', error })
      if (away) this.#later()
      return null
    }
  }

  /** Tries again what waits for the hub, oldest first so that the order is kept. */
  retryWaiting = async (): Promise<void> => {
    clearTimeout(this.#timer)
    for (const one of this.#list.filter(({ state }) => state === 'waiting'))
      if (!(await this.send(one))) return
  }

  discard(clientId: string): void {
    this.#list = this.#list.filter((one) => one.clientId !== clientId)
    this.#keep()
  }

  /** Taken up again after a reload: nobody knows whether the hub heard it, and a repeat has no effect. */
  resume(): void {
    if (this.#list.length) void this.retryWaiting()
  }

  #put(outgoing: Outgoing): void {
    const at = this.#list.findIndex(({ clientId }) => clientId === outgoing.clientId)
    this.#list = at < 0 ? [...this.#list, outgoing] : this.#list.with(at, outgoing)
    this.#keep()
  }

  #later(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.retryWaiting(), this.#waitMs)
    this.#waitMs = Math.min(this.#waitMs * 2, longestWaitMs)
  }

  #keep(): void {
    try {
      sessionStorage.setItem(kept, JSON.stringify(this.#list))
    } catch {
      // It is still kept in this page.
    }
  }
}

function read(): Outgoing[] {
  try {
    const list = JSON.parse(sessionStorage.getItem(kept) ?? '[]') as Outgoing[]
    return list.map((one) => ({ ...one, state: one.state === 'failed' ? 'failed' : 'waiting' }))
  } catch {
    return []
  }
}

function post(outgoing: Outgoing): Promise<Message> {
  const { interactionId, clientId, text, files } = outgoing
  const params = { id: interactionId }
  const attachmentIds = files.length ? files.map(({ id }) => id) : undefined
  if (outgoing.mode === 'note')
    return call(addNote, {
      params,
      body: {
        clientId,
        text,
        attachmentIds,
        mentions: outgoing.mentions.length ? outgoing.mentions : undefined
      }
    })
  const { html, subject, to, cc, bcc, sendAt, close, template, answersId, audience, choices } = outgoing
  return call(sendMessage, {
    params,
    body: {
      clientId,
      text: template ? '' : text,
      attachmentIds,
      html: html ?? undefined,
      subject: subject ?? undefined,
      to: to.length ? to : undefined,
      cc: cc.length ? cc : undefined,
      bcc: bcc.length ? bcc : undefined,
      answersId: answersId ?? undefined,
      audience: audience ?? undefined,
      choices: choices ?? undefined,
      template: template ?? undefined,
      sendAt: sendAt ?? undefined,
      close: close ?? undefined
    }
  })
}

export const outbox = new Outbox()

import { setTimeout as sleep } from 'node:timers/promises'

const answerMs = 6000
const pauseMs = 250
const patienceMs = 90_000

/** Refusals that may be gone at the next try. */
export const passing = new Set(['unexpected', 'starting-up', 'too-many-requests', 'unreachable'])

export interface Answer {
  status: number
  // Walks look into many shapes of answer, each where it knows what it asked for.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- see above
  body: any
}

/** The way in, past hubs that are away: what a load balancer and a patient client are together. */
export class Door {
  readonly #urls: string[]
  #turn: number
  /** How often something had to be asked again. */
  repeats = 0

  constructor(urls: string[], first = 0) {
    this.#urls = urls
    this.#turn = first
  }

  get url(): string {
    return this.#urls[this.#turn % this.#urls.length]!
  }

  turn() {
    this.#turn++
  }

  /** Asks until somebody answers for good; the same request may therefore have been done before. */
  async ask(
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>
  ): Promise<Answer & { headers: Headers }> {
    const until = Date.now() + patienceMs
    for (;;) {
      try {
        const reply = await fetch(this.url + path, {
          method,
          headers: {
            ...(body !== undefined && { 'content-type': 'application/json' }),
            origin: this.url,
            ...headers
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
          signal: AbortSignal.timeout(answerMs)
        })
        const answer = {
          status: reply.status,
          body: (await reply.json()) as Answer['body'],
          headers: reply.headers
        }
        if (reply.status < 500 && reply.status !== 429) return answer
        if (Date.now() > until) return answer
      } catch (error) {
        if (Date.now() > until) throw new Error(`${method} ${path}: nobody answered`, { cause: error })
      }
      this.repeats++
      this.turn()
      await sleep(pauseMs)
    }
  }
}

import type { Redis } from 'ioredis'
import type { Hub } from '../hub.ts'

/** Whoever listens says so anew this often; sound is sent for a little longer. */
const sayMs = 3000
const heardMs = 8000
/** A node that goes waits so long for what is to be kept. */
const flushMs = 3000

/** `hear`: somebody listens; `open`: sound has begun here; `look`: the recording was paused, or ended. */
interface Word {
  kind: 'hear' | 'open' | 'look'
  id: string
}

interface Writing {
  /** The recording was paused, or ended. */
  look(): void
  /** Keeps what has come so far. */
  flush(): Promise<void>
}

interface Listener {
  take(pcm: Buffer): void
  /** The recording was paused, or ended. */
  look(): void
}

/**
 * Carries sound of the moment from the node that has it to those whose users listen, by Redis, and only while somebody
 * does. Nothing is kept: what is lost was not heard.
 */
export class SoundBus {
  readonly #hub: Hub
  #subscriber: Redis | null = null
  /** Until when sound of a recording is sent. */
  readonly #heard = new Map<string, number>()
  readonly #listeners = new Map<string, Set<Listener>>()
  readonly #writers = new Map<string, Set<Writing>>()

  constructor(hub: Hub) {
    this.#hub = hub
  }

  /** Does anybody listen now? */
  isHeard(id: string): boolean {
    const until = this.#heard.get(id)
    if (until === undefined) return false
    if (until > Date.now()) return true
    this.#heard.delete(id)
    return false
  }

  send(id: string, pcm: Buffer): void {
    this.#publish(this.#channel(id), pcm)
  }

  /** A recording was paused or ended: whoever writes it, or listens to it, looks at it at once. */
  look(id: string): void {
    this.#say({ kind: 'look', id })
  }

  /** Sound of a recording comes to this node. Returns how to stop. */
  writes(id: string, writing: Writing): () => void {
    const all = this.#writers.get(id) ?? new Set()
    this.#writers.set(id, all.add(writing))
    this.#say({ kind: 'open', id })
    return () => {
      all.delete(writing)
      if (all.size === 0) this.#writers.delete(id)
    }
  }

  /** This node goes: what has come so far is kept, if the store takes it in time. */
  async flush(): Promise<void> {
    const flushed = [...this.#writers.values()].flatMap((all) => [...all].map(({ flush }) => flush()))
    await Promise.race([Promise.all(flushed), new Promise((resolve) => setTimeout(resolve, flushMs).unref())])
  }

  /** Hears a recording from now on. Returns how to stop. */
  async listen(id: string, listener: Listener): Promise<() => Promise<void>> {
    const listeners = this.#listeners.get(id) ?? new Set()
    this.#listeners.set(id, listeners.add(listener))
    await this.#subscriber?.subscribe(this.#channel(id))
    const say = () => {
      this.#say({ kind: 'hear', id })
    }
    say()
    const timer = setInterval(say, sayMs)
    return async () => {
      clearInterval(timer)
      listeners.delete(listener)
      if (listeners.size > 0) return
      this.#listeners.delete(id)
      await this.#subscriber?.unsubscribe(this.#channel(id))
    }
  }

  async open(): Promise<void> {
    const subscriber = this.#hub.redis.duplicate({ maxRetriesPerRequest: null })
    this.#subscriber = subscriber
    subscriber.on('error', (error: Error) => {
      this.#hub.log.debug({ err: error }, 'redis of the sound')
    })
    subscriber.on('messageBuffer', (channel: Buffer, message: Buffer) => {
      const name = channel.toString()
      if (name === this.#channel()) this.#take(JSON.parse(message.toString()) as Word)
      else
        for (const { take } of this.#listeners.get(name.slice(this.#channel(' ').length - 1)) ?? [])
          take(message)
    })
    await subscriber.subscribe(this.#channel())
  }

  close(): void {
    this.#subscriber?.disconnect()
  }

  #take({ kind, id }: Word) {
    if (kind === 'hear') {
      if (this.#writers.has(id)) this.#heard.set(id, Date.now() + heardMs)
    } else if (kind === 'open') {
      if (this.#listeners.has(id)) this.#say({ kind: 'hear', id })
    } else {
      for (const { look } of this.#writers.get(id) ?? []) look()
      for (const { look } of this.#listeners.get(id) ?? []) look()
    }
  }

  #say(word: Word) {
    this.#publish(this.#channel(), JSON.stringify(word))
  }

  #publish(channel: string, message: string | Buffer) {
    const { redis, log } = this.#hub
    // While Redis is away nothing gathers for it.
    if (redis.status !== 'ready') return
    redis.publish(channel, message).catch((error: unknown) => {
      log.debug({ err: error }, 'sound could not be passed on')
    })
  }

  #channel(id?: string): string {
    const words = `${this.#hub.env.REDIS_PREFIX}:sound`
    return id === undefined ? words : `${words}:${id}`
  }
}

const buses = new WeakMap<Hub, SoundBus>()

/** The sound of this node. */
export function soundBusOf(hub: Hub): SoundBus {
  let bus = buses.get(hub)
  if (!bus) buses.set(hub, (bus = new SoundBus(hub)))
  return bus
}

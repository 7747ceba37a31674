import type { Heard } from './stream.ts'

/** One client of this node, as far as sending to it goes. */
export interface Listener {
  topics: Set<string>
  send(text: string, event: Heard): void
}

/** Who of this node listens to what. An event reaches each listener once, however many of its topics match. */
export class Board {
  readonly #byTopic = new Map<string, Set<Listener>>()

  add(listener: Listener, topics: Iterable<string>) {
    for (const topic of topics) {
      listener.topics.add(topic)
      let set = this.#byTopic.get(topic)
      if (!set) this.#byTopic.set(topic, (set = new Set()))
      set.add(listener)
    }
  }

  remove(listener: Listener, topics: Iterable<string> = [...listener.topics]) {
    for (const topic of topics) {
      listener.topics.delete(topic)
      const set = this.#byTopic.get(topic)
      set?.delete(listener)
      if (set?.size === 0) this.#byTopic.delete(topic)
    }
  }

  has(topic: string): boolean {
    return this.#byTopic.has(topic)
  }

  /** Sends to all who listen; the frame's text is made once. */
  tell(event: Heard) {
    const listeners = new Set<Listener>()
    for (const topic of event.topics) for (const one of this.#byTopic.get(topic) ?? []) listeners.add(one)
    if (listeners.size === 0) return
    const text = frameOf(event)
    for (const listener of listeners) listener.send(text, event)
  }
}

export const frameOf = ({ seq, name, payload }: Heard) =>
  `{"type":"event","seq":${seq === null ? 'null' : `"${seq}"`},"name":"${name}","payload":${payload}}`

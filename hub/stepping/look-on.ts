import type { Types } from 'mongoose'
import type { Hub } from '../hub.ts'
import { watchesOf, type Watcher } from './watches.ts'

const prefix = 'writing:'

/** Whose writing a topic brings; null for other topics. */
export const writingIn = (topic: string): string | null =>
  topic.startsWith(prefix) ? topic.slice(prefix.length) : null
export const writingOf = (interactionId: string) => prefix + interactionId

/** Keeps watches as long as one socket listens: each begins with its topic and ends with it. */
export function lookOn(hub: Hub, watcher: Watcher) {
  const begun = new Map<string, Promise<Types.ObjectId | null>>()
  let isOver = false
  const complain = (error: unknown) => {
    hub.log.warn({ err: error }, 'a watch could not be ended; it is given up soon')
  }
  const end = (id: string) => {
    const beginning = begun.get(id)
    begun.delete(id)
    beginning?.then(async (watchId) => watchId && (await watchesOf(hub)).end(watchId)).catch(complain)
  }
  return {
    /** Of these topics, those of writing begin to be watched. */
    async begin(topics: readonly string[]) {
      for (const topic of topics) {
        const id = writingIn(topic)
        if (id === null || isOver || begun.has(id)) continue
        const beginning = watchesOf(hub).then((watches) => watches.begin(watcher, id))
        begun.set(id, beginning)
        await beginning
      }
    },
    end(topics: readonly string[]) {
      for (const topic of topics) {
        const id = writingIn(topic)
        if (id !== null) end(id)
      }
    },
    endAll() {
      isOver = true
      for (const id of [...begun.keys()]) end(id)
    }
  }
}

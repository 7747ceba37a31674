import type { ResourceName } from '@palabre/config/contract/setting'
import type { Hub } from '../hub.ts'

/**
 * Reads settings of one kind by id, and remembers what was found until one of the kind changes or events may have been
 * missed. What is not there is looked for each time.
 */
export function remembered<T>(
  resource: ResourceName,
  read: (id: string) => Promise<T | null>
): (hub: Hub, id: string) => Promise<T | null> {
  const known = new WeakMap<Hub, { docs: Map<string, T> }>()

  function open(hub: Hub) {
    const memory = { docs: new Map<string, T>() }
    // A new map, so that a read that began before the change is not remembered after it.
    const forget = () => (memory.docs = new Map())
    hub.stream.onEvent(({ name, payload }) => {
      if (name === 'setting.changed' && payload.includes(`"resource":"${resource}"`)) forget()
    })
    hub.stream.onGap(forget)
    known.set(hub, memory)
    return memory
  }

  return async (hub, id) => {
    const { docs } = known.get(hub) ?? open(hub)
    const hit = docs.get(id)
    if (hit) return hit
    const doc = await read(id)
    if (doc) docs.set(id, doc)
    return doc
  }
}

import type { Queue } from '@palabre/config/contract/setting'
import type { HubClient } from '../demo/hub-client.ts'

const name = 'Customer care'
const afterSeconds = 20

/**
 * Callers who wait for long are offered to be called back, while the floor is open; a queue that has rules of its own
 * keeps them. Gives what takes the rule away again.
 */
export async function offerCallbacks(hub: HubClient): Promise<() => Promise<void>> {
  const find = async () =>
    (await hub.get<{ items: Queue[] }>('/api/queues')).items.find((one) => one.name === name)
  const set = async (overflow: Queue['overflow']) => {
    const queue = await find()
    if (queue) await hub.patch(`/api/queues/${queue.id}`, { version: queue.version, change: { overflow } })
  }
  const queue = await find()
  if (!queue || queue.overflow.length > 0) return () => Promise.resolve()
  await set([
    {
      media: ['voice'],
      when: { kind: 'waited', seconds: afterSeconds },
      then: { kind: 'suggest', what: 'callback' }
    }
  ])
  return () => set([])
}

import { resources } from '@palabre/config/contract/setting'
import { call } from '../../call.ts'
import type { KeptRecords } from './kept.svelte.ts'
import { moved } from './order.ts'
import type { RecordOf } from './stores.ts'

type OrderedName = 'disposition' | 'pauseReason'

/**
 * Puts a record at another place of its group, shown at once.
 * @throws {Refusal} then the list is as the hub has it
 */
export async function place<N extends OrderedName>(
  name: N,
  store: KeptRecords<RecordOf<N>>,
  group: readonly RecordOf<N>[],
  id: string,
  to: number
): Promise<void> {
  const changes = moved(group, id, to)
  const before = group.filter((one) => changes.some((change) => change.id === one.id))
  for (const one of before)
    store.put({ ...one, order: changes.find((change) => change.id === one.id)?.order ?? one.order })
  try {
    for (const { id: changed, version } of before) {
      const order = changes.find((change) => change.id === changed)?.order ?? 0
      const route: (typeof resources)[OrderedName]['update'] = resources[name].update
      store.put(
        (await call(route, { params: { id: changed }, body: { version, change: { order } } })) as RecordOf<N>
      )
    }
  } catch (error) {
    await store.read()
    throw error
  }
}

import type { Input, Reply } from '@palabre/config/contract/define'
import { arrangeInteractions } from '@palabre/config/contract/interaction'
import { call } from '../call.ts'

export type Arrangement = Input<typeof arrangeInteractions>['body']['action']
export type Refused = Reply<typeof arrangeInteractions>['refused'][number]

/** So many fit into one call. */
const mostAtOnce = 500

/**
 * Moves, re-prioritises or re-queues many.
 * @throws {Refusal} when the whole of it is refused; what single ones were refused for is told
 */
export async function arrange(
  ids: readonly string[],
  action: Arrangement
): Promise<{ done: string[]; refused: Refused[] }> {
  const done: string[] = []
  const refused: Refused[] = []
  for (let n = 0; n < ids.length; n += mostAtOnce) {
    const reply = await call(arrangeInteractions, {
      body: { ids: ids.slice(n, n + mostAtOnce), action }
    })
    done.push(...reply.done)
    refused.push(...reply.refused)
  }
  return { done, refused }
}

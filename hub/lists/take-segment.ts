import type { Actor, Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import { segments } from '../segments/keep.ts'
import { matching } from '../segments/matching.ts'
import { lists } from './keep.ts'
import type { ListDoc } from './list.model.ts'
import { putOnList, recount } from './members.ts'

/** Puts everybody on a list whom a segment holds at this moment. Refuses `wrong-state` for an archived list. */
export async function takeSegment(hub: Hub, by: Actor, listId: string, segmentId: string): Promise<ListDoc> {
  const list = await lists.find(listId)
  if (list.archived) return refuse('wrong-state')
  const { rules, name } = await segments.find(segmentId)
  for await (const ids of matching(rules, null, new Date())) await putOnList(list._id, ids, 'segment')
  return recount(hub, listId, { name: 'takeSegment', by, changes: { segment: [null, name] } })
}

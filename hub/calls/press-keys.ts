import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import type { Who } from '../sessions/who.ts'
import { customerTag } from './call.model.ts'
import { tellLine } from './remote.ts'
import { mineOf } from './mine.ts'
import { isIn } from './parties.ts'

/** Sends keys to one party of the call, the customer's side if none is named. Nothing is kept of them. */
export async function pressKeys(
  hub: Hub,
  who: Who,
  id: string,
  keys: string,
  tag: string = customerTag
): Promise<void> {
  const { call } = await mineOf(hub, who, id)
  const party = call.parties.find((one) => one.tag === tag)
  if (!party || !isIn(party)) return refuse('unknown-reference')
  await tellLine(hub, id, tag, { kind: 'keys', keys })
}

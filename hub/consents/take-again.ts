import { Types } from 'mongoose'
import type { Hub } from '../hub.ts'
import { isSuppressed, suppressedAmong } from '../suppressions/among.ts'
import { canonicalAddress, markOf } from '../suppressions/mark.ts'
import { tellSuppressions } from '../suppressions/suppress.ts'
import { Suppression } from '../suppressions/suppression.model.ts'
import { noteAnswered, type Answered } from './answered.ts'
import { Purpose } from './purpose.model.ts'

/**
 * Lets somebody have again what they gave up themselves, purpose by purpose, and writes down that they asked for it. What
 * was ended for another reason, or for every purpose, stays as it is. Answers which they have again.
 */
export async function takeAgain(
  hub: Hub,
  said: Omit<Answered, 'state' | 'purposeIds' | 'way'> & { purposeIds: readonly string[] }
): Promise<string[]> {
  const { channel, address, purposeIds } = said
  const kind = channel === 'email' ? 'email' : 'phone'
  const canonical = canonicalAddress(kind, address)
  if (canonical === null || (await isSuppressed(hub, channel, address, null)) !== null) return []
  const inUse = await Purpose.distinct('_id', {
    _id: { $in: purposeIds.map((id) => new Types.ObjectId(id)) },
    archived: false
  })
  const wanted = inUse.map((id) => id.toHexString())
  const { deletedCount } = await Suppression.deleteMany({
    mark: markOf(hub, kind, canonical),
    purposeId: { $in: wanted },
    reason: 'unsubscribe'
  })
  if (deletedCount > 0) tellSuppressions(hub)
  const open: string[] = []
  for (const id of wanted) if (!(await suppressedAmong(hub, channel, [address], id)).size) open.push(id)
  await noteAnswered(hub, { ...said, state: 'given', purposeIds: open, way: 'page' })
  return open
}

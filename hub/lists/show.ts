import { Types } from 'mongoose'
import type { Member } from '@palabre/config/contract/audience'
import { presentMembers } from '../audiences/members.ts'
import { lists } from './keep.ts'
import { ListMember, type MemberDoc } from './list.model.ts'
import { membersOf } from './walk.ts'

/** A page of a list's members; `next` is the last one's id. Refuses `not-found`. */
export async function pageOfList(
  id: string,
  { after, limit = 100 }: { after?: string; limit?: number }
): Promise<{ items: Member[]; next?: string }> {
  const { _id } = await lists.find(id)
  const ids: Types.ObjectId[] = []
  for await (const batch of membersOf([id], after === undefined ? null : new Types.ObjectId(after))) {
    ids.push(...batch)
    if (ids.length > limit) break
  }
  const page = ids.slice(0, limit)
  const rows = (await ListMember.find({ listId: _id, contactId: { $in: page } }).lean()) as MemberDoc[]
  const byContact = new Map(rows.map((row) => [row.contactId.toHexString(), row]))
  const last = page.at(-1)
  return {
    items: await presentMembers(page, (contactId) => {
      const row = byContact.get(contactId)
      return { at: row?.at.toISOString() ?? null, source: row?.source ?? null }
    }),
    ...(ids.length > limit && last && { next: last.toHexString() })
  }
}

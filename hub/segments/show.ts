import { Types } from 'mongoose'
import type { Member, RuleGroup, SegmentPreview } from '@palabre/config/contract/audience'
import { presentMembers } from '../audiences/members.ts'
import { Contact } from '../contacts/contact.model.ts'
import { checkRules } from './keep.ts'
import { matching } from './matching.ts'

/** Counting goes on for so long; what is there by then is a bound. */
const patienceMs = 2500
const shown = 20
/** The names of attributes are looked for in so many contacts, the newest. */
const sampled = 5000
const mostNames = 200

/** How many fit rules, and the first of them. Refuses `invalid-input`, `unknown-reference`. */
export async function previewSegment(rules: RuleGroup): Promise<SegmentPreview> {
  await checkRules(rules)
  const until = Date.now() + patienceMs
  const first: Types.ObjectId[] = []
  let count = 0
  let exact = true
  for await (const ids of matching(rules, null, new Date())) {
    if (first.length < shown) first.push(...ids.slice(0, shown - first.length))
    count += ids.length
    if (Date.now() > until) {
      exact = false
      break
    }
  }
  return { count, exact, members: await presentMembers(first) }
}

/** A page of those who fit; `next` is the last one's id. */
export async function pageOfSegment(
  rules: RuleGroup,
  { after, limit = 100 }: { after?: string; limit?: number }
): Promise<{ items: Member[]; next?: string }> {
  const ids: Types.ObjectId[] = []
  for await (const batch of matching(
    rules,
    after === undefined ? null : new Types.ObjectId(after),
    new Date()
  )) {
    ids.push(...batch)
    if (ids.length > limit) break
  }
  const page = ids.slice(0, limit)
  const last = page.at(-1)
  return {
    items: await presentMembers(page),
    ...(ids.length > limit && last && { next: last.toHexString() })
  }
}

/** Names of attributes that contacts have, those seen most first. */
export async function attributeNames(): Promise<string[]> {
  const groups = await Contact.collection
    .aggregate<{ _id: string }>([
      { $sort: { _id: -1 } },
      { $limit: sampled },
      { $project: { pairs: { $objectToArray: '$attributes' } } },
      { $unwind: '$pairs' },
      { $group: { _id: '$pairs.k', count: { $sum: 1 } } },
      { $sort: { count: -1, _id: 1 } },
      { $limit: mostNames }
    ])
    .toArray()
  return groups.map(({ _id }) => _id)
}

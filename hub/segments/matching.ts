import type { Types } from 'mongoose'
import type { RuleGroup } from '@palabre/config/contract/audience'
import { Contact } from '../contacts/contact.model.ts'
import { membersOf } from '../lists/walk.ts'
import { boundOf, filterOf, foreignIn, neededLists, type Filter, type ForeignRule } from './compile.ts'
import { candidateFields, trueOf, type Candidate } from './foreign.ts'

/** So many contacts are looked at with one set of commands. */
const atOnce = 1000

/** Whom of these rules are true, by id: one command for each rule about something else, and one for all others. */
export async function whoMatches(
  rules: RuleGroup,
  candidates: readonly Candidate[],
  now: Date
): Promise<Types.ObjectId[]> {
  if (candidates.length === 0) return []
  const known = new Map<ForeignRule, Filter>()
  for (const rule of foreignIn(rules)) known.set(rule, { _id: { $in: await trueOf(rule, candidates, now) } })
  const docs = await Contact.collection
    .find(
      {
        $and: [
          { _id: { $in: candidates.map(({ _id }) => _id) }, mergedInto: null },
          filterOf(rules, (rule) => known.get(rule)!)
        ]
      },
      { projection: { _id: 1 } }
    )
    .sort({ _id: 1 })
    .toArray()
  return docs.map(({ _id }) => _id)
}

/**
 * Ids of all contacts whom rules are true of, in their order, in batches; `after` is the last one seen. Contacts of whom
 * their own record says that they do not fit are left out by the database; where all have to be on a list, only its
 * members are looked at. An empty batch says that time went by and nobody was found.
 */
export async function* matching(
  rules: RuleGroup,
  after: Types.ObjectId | null,
  now: Date
): AsyncGenerator<Types.ObjectId[]> {
  const isForeign = foreignIn(rules).length > 0
  for await (const candidates of candidatesOf(rules, after))
    yield isForeign ? await whoMatches(rules, candidates, now) : candidates.map(({ _id }) => _id)
}

async function* candidatesOf(rules: RuleGroup, after: Types.ObjectId | null): AsyncGenerator<Candidate[]> {
  const bound = boundOf(rules)
  const lists = neededLists(rules)
  if (lists[0] !== undefined) {
    for await (const ids of membersOf([lists[0]], after)) yield read(ids, bound)
    return
  }
  let last = after
  for (;;) {
    const page = (await Contact.collection
      .find(
        { $and: [{ mergedInto: null, ...(last && { _id: { $gt: last } }) }, bound] },
        { projection: candidateFields }
      )
      .sort({ _id: 1 })
      .limit(atOnce)
      .toArray()) as unknown as Candidate[]
    if (page.length > 0) yield page
    if (page.length < atOnce) return
    last = page.at(-1)!._id
  }
}

const read = async (ids: readonly Types.ObjectId[], bound: Filter): Promise<Candidate[]> =>
  (await Contact.collection
    .find({ $and: [{ _id: { $in: ids }, mergedInto: null }, bound] } as never, {
      projection: candidateFields
    })
    .sort({ _id: 1 })
    .toArray()) as unknown as Candidate[]

import { Types } from 'mongoose'
import { idsOf, type ContactDoc } from '../contacts/contact.model.ts'
import { Interaction } from '../interactions/interaction.model.ts'
import { ListMember } from '../lists/list.model.ts'
import { trueOfCampaign } from './campaign-rule.ts'
import type { ForeignRule } from './compile.ts'

/** What of contacts is needed to ask others about them. */
export type Candidate = Pick<ContactDoc, '_id' | 'absorbed' | 'points'>
export const candidateFields = { absorbed: 1, points: 1 } as const

const dayMs = 86_400_000
const ago = (now: Date, days: number) => new Date(now.getTime() - days * dayMs)

/** Of whom among these a foreign rule is true: one command, or two, for all of them. */
export async function trueOf(
  rule: ForeignRule,
  candidates: readonly Candidate[],
  now: Date
): Promise<Types.ObjectId[]> {
  switch (rule.kind) {
    case 'list':
      return onLists([rule.listId], candidates)
    case 'campaign':
      return trueOfCampaign(rule, candidates)
    case 'lastInteraction': {
      const within = await counted(candidates, { lastMessageAt: { $gte: ago(now, rule.days) } })
      if (rule.is === 'within') return candidates.filter(({ _id }) => within.has(hex(_id))).map(idOf)
      const ever = await counted(candidates, {})
      return candidates.filter(({ _id }) => ever.has(hex(_id)) && !within.has(hex(_id))).map(idOf)
    }
    case 'interactions': {
      const counts = await counted(candidates, {
        ...(rule.channel !== null && { channel: rule.channel }),
        ...(rule.days !== null && { lastMessageAt: { $gte: ago(now, rule.days) } })
      })
      const fits = (count: number) => (rule.is === 'atLeast' ? count >= rule.count : count <= rule.count)
      return candidates.filter(({ _id }) => fits(counts.get(hex(_id)) ?? 0)).map(idOf)
    }
  }
}

const hex = (id: Types.ObjectId) => id.toHexString()
const idOf = ({ _id }: Candidate) => _id

/** Every id by which contacts may stand elsewhere, with whose it is now. */
function owners(candidates: readonly Candidate[]): Map<string, Types.ObjectId> {
  return new Map(candidates.flatMap((one) => idsOf(one).map((id): [string, Types.ObjectId] => [id, one._id])))
}

/** Who among these is on one of the lists, under whatever id. */
export async function onLists(
  listIds: readonly string[],
  candidates: readonly Candidate[]
): Promise<Types.ObjectId[]> {
  if (listIds.length === 0 || candidates.length === 0) return []
  const owner = owners(candidates)
  const members = await ListMember.collection
    .find(
      {
        listId: { $in: listIds.map((id) => new Types.ObjectId(id)) },
        contactId: { $in: [...owner.keys()].map((id) => new Types.ObjectId(id)) }
      },
      { projection: { _id: 0, contactId: 1 } }
    )
    .toArray()
  const found = new Map(
    members.flatMap(({ contactId }) => {
      const whose = owner.get(hex(contactId))
      return whose ? [[hex(whose), whose] as const] : []
    })
  )
  return [...found.values()]
}

/** How many interactions of a kind contacts have, by id; interactions go along when somebody is merged. */
async function counted(
  candidates: readonly Candidate[],
  filter: Record<string, unknown>
): Promise<Map<string, number>> {
  const groups = await Interaction.collection
    .aggregate<{ _id: Types.ObjectId; count: number }>([
      { $match: { contactId: { $in: candidates.map(idOf) }, ...filter } },
      { $group: { _id: '$contactId', count: { $sum: 1 } } }
    ])
    .toArray()
  return new Map(groups.map(({ _id, count }) => [hex(_id), count]))
}

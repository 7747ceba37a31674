import { queuesMeant, workWithin } from '@palabre/config/figures/floor'
import { riskOf } from '@palabre/config/figures/figures'
import { Types } from 'mongoose'
import { Interaction, type InteractionDoc } from '../interactions/interaction.model.ts'
import { before, markOf } from '../paging.ts'
import type { Asked, ItemPage } from './items.ts'
import type { Cells } from './cells.ts'

const item = (id: Types.ObjectId, queuedAt: Date, agentId: Types.ObjectId | null, now: number) => ({
  id: id.toHexString(),
  event: null,
  at: queuedAt.toISOString(),
  agentId: agentId?.toHexString() ?? null,
  waitedMs: now - queuedAt.getTime(),
  handledMs: null,
  inTarget: null,
  interactionId: id
})

/** The queues that are meant and may be seen; null: all. */
export function queuesSeen({ floor, filter, scope }: Asked): string[] | null {
  const meant = queuesMeant(floor, filter)
  if (scope.all) return meant && [...meant]
  return [...(meant ?? scope.queueIds)].filter((id) => scope.queueIds.has(id))
}

const objectIds = (ids: readonly string[]) =>
  ids.filter((id) => Types.ObjectId.isValid(id)).map((id) => new Types.ObjectId(id))

/** Open work in some states, whose wait began last first. */
export async function workItems(states: readonly InteractionDoc['state'][], asked: Asked): Promise<ItemPage> {
  const { filter, now, after, limit } = asked
  const queueIds = queuesSeen(asked)
  const meant = {
    state: { $in: [...states] },
    ...(queueIds && { queueId: { $in: objectIds(queueIds) } }),
    ...(filter.accountIds && { accountId: { $in: objectIds(filter.accountIds) } }),
    ...(filter.channels && { channel: { $in: [...filter.channels] } }),
    ...(filter.media && { medium: { $in: [...filter.media] } })
  }
  const [total, docs] = await Promise.all([
    Interaction.countDocuments(meant as never),
    Interaction.find({ $and: [meant, before('queuedAt', after)] } as never, {
      queuedAt: 1,
      agentId: 1,
      offer: 1
    })
      .sort({ queuedAt: -1, _id: -1 })
      .limit(limit + 1)
      .lean() as unknown as Promise<InteractionDoc[]>
  ])
  const page = docs.slice(0, limit)
  const last = page[page.length - 1]
  return {
    total,
    items: page.map(({ _id, queuedAt, agentId, offer }) =>
      item(_id, queuedAt, agentId ?? offer?.agentId ?? null, now)
    ),
    ...(docs.length > limit && last && { next: markOf(last.queuedAt, last._id) })
  }
}

/** Waiting work that is late or at risk, the most urgent first. */
export function dueItems(cells: Cells, risk: 'late' | 'atRisk', asked: Asked): ItemPage {
  const { floor, filter, scope, now, limit } = asked
  const from = Number(asked.after ?? 0)
  const isMeant = workWithin({ ...floor, cells: [], quarters: [] }, filter)
  const all = cells
    .all()
    .filter((cell) => isMeant(cell) && (scope.all || scope.queueIds.has(cell.queueId)))
    .flatMap(({ due }) => due.filter((one) => riskOf(one, now) === risk))
    .sort((a, b) => (a.dueAt < b.dueAt ? -1 : 1))
  const page = all.slice(from, from + limit)
  return {
    total: all.length,
    items: page.map(({ interactionId, queuedAt }) =>
      item(new Types.ObjectId(interactionId), new Date(queuedAt), null, now)
    ),
    ...(all.length > from + limit && { next: String(from + limit) })
  }
}

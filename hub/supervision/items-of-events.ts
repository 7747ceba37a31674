import type { Definition, EventOfFigures, ItemList } from '@palabre/config/figures/definitions'
import { agentsWithin, namesAgents, namesWork, targetsOf } from '@palabre/config/figures/floor'
import { shortAbandonMs } from '@palabre/config/figures/figures'
import { hourSince, quarterOf } from '@palabre/config/figures/quarters'
import { Types } from 'mongoose'
import type { StandingFact } from '../intervals/build.ts'
import { Fact } from '../record/fact.model.ts'
import { refuse } from '../refuse.ts'
import { idText } from '../wire.ts'
import type { Asked, ItemPage } from './items.ts'
import { queuesSeen } from './items-of-work.ts'

type Events = Extract<ItemList, { of: 'events' }>
type Condition = Record<string, unknown>

/** The lines that a figure counts; what no person handled was closed by itself. */
const lines: Record<EventOfFigures, Condition> = {
  arrived: { name: 'arrived' },
  accepted: { name: 'accepted' },
  abandoned: { name: 'abandoned' },
  expired: { name: 'expired' },
  closed: { name: 'closed', 'figures.handledSeconds': { $exists: true } },
  automatic: { name: 'closed', 'figures.handledSeconds': { $exists: false } },
  slotKept: { name: 'slotKept' },
  slotBroken: { name: 'slotBroken' }
}
const longEnough = { name: 'abandoned', 'figures.waitedSeconds': { $gte: shortAbandonMs / 1000 } }

/** What happened since the day, or the hour, began: the facts that are in the sums by now, newest first. */
export async function eventItems(
  { names, targetOnly, lastHour, withoutShort }: Events,
  belongsTo: Definition['belongsTo'],
  asked: Asked
): Promise<ItemPage> {
  const { filter, now, after, limit } = asked
  const byAgent = belongsTo === 'both' && namesAgents(filter)
  // An agent's sums are not told apart by queue: there is no such figure, so nothing is behind it.
  if (byAgent && namesWork(filter)) return { total: 0, items: [] }
  const meant: Condition[] = [
    {
      noun: 'interaction',
      at: { $gte: new Date(lastHour ? hourSince(now) : quarterOf(filter.from)) },
      after: { $exists: true },
      fresh: { $exists: false }
    },
    {
      $or: names.map((name) => (name === 'abandoned' && withoutShort ? longEnough : lines[name]))
    },
    byAgent ? ofAgents(asked) : ofWork(asked),
    ...(targetOnly ? [withTarget(asked)] : [])
  ]
  const [total, facts] = await Promise.all([
    Fact.countDocuments({ $and: meant } as never),
    Fact.find({ $and: [...meant, ...afterMark(after)] } as never)
      .sort({ at: -1, _id: -1 })
      .limit(limit + 1)
      .lean() as unknown as Promise<StandingFact[]>
  ])
  const page = facts.slice(0, limit)
  const last = page[page.length - 1]
  const targets = targetsOf(asked.floor)
  return {
    total,
    items: page.map((fact) => present(fact, targets)),
    ...(facts.length > limit && last && { next: `${String(last.at.getTime())}.${last._id}` })
  }
}

const objectIds = (ids: readonly string[]) =>
  ids.filter((id) => Types.ObjectId.isValid(id)).map((id) => new Types.ObjectId(id))

function ofWork(asked: Asked): Condition {
  const { accountIds, channels, media } = asked.filter
  const queueIds = queuesSeen(asked)
  return {
    ...(queueIds && { 'after.queueId': { $in: queueIds } }),
    ...(accountIds && { accountId: { $in: objectIds(accountIds) } }),
    ...(channels && { channel: { $in: [...channels] } }),
    ...(media && { medium: { $in: [...media] } })
  }
}

/** Whoever is not known any more belongs to no team. */
function ofAgents({ floor, filter, scope, now }: Asked): Condition {
  const isMeant = agentsWithin({ ...floor, cells: [], quarters: [] }, filter, now) ?? (() => false)
  const ids = (wanted: boolean) => floor.agents.map(({ id }) => id).filter((id) => isMeant(id) === wanted)
  return scope.all && isMeant('')
    ? { 'figures.agentId': { $type: 'string', $nin: ids(false) } }
    : { 'figures.agentId': { $in: ids(true) } }
}

function withTarget({ floor }: Asked): Condition {
  const targeted = floor.queues.filter(({ targets }) => targets.length > 0)
  if (targeted.length === 0) return { _id: null }
  return {
    $or: targeted.map(({ id, targets }) => ({
      'after.queueId': id,
      medium: { $in: targets.map(({ medium }) => medium) }
    }))
  }
}

function afterMark(mark: string | undefined): Condition[] {
  if (mark === undefined) return []
  const [, ms = '', id = ''] = /^(\d{1,15})\.([0-9a-f]{24}:\d{1,6})$/.exec(mark) ?? []
  if (!id) return refuse('invalid-input', undefined, [{ path: 'after', message: 'is not a page mark' }])
  const at = new Date(Number(ms))
  return [{ at: { $lte: at }, $or: [{ at: { $lt: at } }, { _id: { $lt: id } }] }]
}

const msOf = (seconds: unknown) => (typeof seconds === 'number' ? seconds * 1000 : null)

function present(fact: StandingFact, targets: ReadonlySet<string>): ItemPage['items'][number] {
  const { _id, name, at, recordId, figures, after } = fact
  const hasTarget = targets.has(`${after.queueId ?? ''} ${String(fact['medium'])}`)
  const isAutomatic = name === 'closed' && figures['handledSeconds'] === undefined
  const agentId = figures['agentId'] ?? idText(fact['agentId'] as Types.ObjectId | null)
  return {
    id: _id,
    event: isAutomatic ? 'automatic' : (name as EventOfFigures),
    at: at.toISOString(),
    agentId: typeof agentId === 'string' ? agentId : null,
    waitedMs: msOf(figures['waitedSeconds']),
    handledMs: msOf(figures['handledSeconds']),
    inTarget: hasTarget ? inTarget(name, figures['late']) : null,
    interactionId: recordId
  }
}

function inTarget(name: string, late: unknown): boolean | null {
  if (name === 'accepted') return late === 0
  return name === 'abandoned' ? false : null
}

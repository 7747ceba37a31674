import type { PresenceState } from '@palabre/config/contract/agent'
import { interactionStates } from '@palabre/config/contract/interaction'
import { Types } from 'mongoose'
import type { FloorAgent } from '../../agents/floor.ts'
import { Interaction, type InteractionDoc } from '../../interactions/interaction.model.ts'
import { Fact, type FactDoc } from '../../record/fact.model.ts'
import type { LogLine } from '../../record/logged.ts'
import { refuse } from '../../refuse.ts'
import type { Catalog } from '../../settings/catalog.ts'
import { spansOf, type Turn } from './presence.ts'
import type { Interval, Span, Traffic, Visit } from './traffic.ts'
import { visitsOf, type Line, type ToldVisit } from './visits.ts'

/** More than this are not replayed at once: they are held in memory, twice replayed, and somebody waits for it. */
export const mostInteractions = 50_000
/** What began to wait so long before the period is looked at too: it may still have been there. */
const carriedMs = 7 * 86_400_000
const batch = 500

/** Lines with which an interaction comes into a queue. */
const joining = ['arrived', 'requeued', 'reopened', 'transferred', 'assigned']

/** Where nothing at all was handled: a guess that says so by its roundness. */
const unknownHandlingMs = 300_000

type Read = Pick<
  InteractionDoc,
  | '_id'
  | 'medium'
  | 'queueId'
  | 'queuedAt'
  | 'dueAt'
  | 'priority'
  | 'requirements'
  | 'preferredIds'
  | 'forbiddenIds'
  | 'log'
  | 'logged'
>
const fields = {
  medium: 1,
  queueId: 1,
  queuedAt: 1,
  dueAt: 1,
  priority: 1,
  requirements: 1,
  preferredIds: 1,
  forbiddenIds: 1,
  logged: 1,
  'log.n': 1,
  'log.at': 1,
  'log.name': 1,
  'log.figures': 1,
  'log.reasons.code': 1
}

/**
 * Reads what came in during a period, what was there when it began, and who was there, from the interactions, their
 * logs and the facts. Refuses `too-large` for more interactions than are replayed at once.
 */
export async function readTraffic(
  catalog: Catalog,
  agents: readonly FloorAgent[],
  { from, to }: Interval,
  now = Date.now()
): Promise<Traffic> {
  const told: ToldVisit[] = []
  const seen = new Set<string>()
  const take = (docs: Read[], older: Map<string, Line[]>) => {
    for (const doc of docs) {
      const id = doc._id.toHexString()
      if (seen.has(id)) continue
      seen.add(id)
      if (seen.size > mostInteractions) return tooMany()
      const visit = visitsOf(knownOf(catalog, doc), [...(older.get(id) ?? []), ...doc.log.map(lineOf)], now)
      const there = visit && stillThere(visit, from)
      if (there) told.push(there)
    }
  }
  const arrived = await Fact.countDocuments({
    noun: 'interaction',
    name: 'arrived',
    at: during({ from, to })
  })
  if (arrived > mostInteractions) tooMany()
  for await (const docs of batches(waitedFrom(catalog, { from: from - carriedMs, to }, from)))
    take(docs, await readOlderLines(docs))
  for await (const ids of joinedDuring({ from, to })) {
    const missing = ids.filter((id) => !seen.has(id.toHexString()))
    if (missing.length === 0) continue
    const docs = (await Interaction.find({ _id: { $in: missing } }, fields).lean()) as unknown as Read[]
    take(docs, await readOlderLines(docs))
  }
  return {
    from,
    to,
    visits: filledIn(told).sort((a, b) => a.joinedAt - b.joinedAt || (a.id < b.id ? -1 : 1)),
    presence: await readPresence(agents, { from, to })
  }
}

const tooMany = () =>
  refuse(
    'too-large',
    `More than ${String(mostInteractions)} interactions waited in this period; choose a shorter one`
  )

const during = ({ from, to }: Interval) => ({ $gte: new Date(from), $lt: new Date(to) })

/** Interactions that began to wait in an interval and were not over before a moment. */
const waitedFrom = (catalog: Catalog, waited: Interval, openAt: number) =>
  Interaction.find(
    {
      // Named one by one, so that the index of waiting work serves.
      state: { $in: [...interactionStates] },
      queueId: { $in: catalog.queues().map(({ id }) => new Types.ObjectId(id)) },
      queuedAt: during(waited),
      $or: [{ closedAt: null }, { closedAt: { $gte: new Date(openAt) } }]
    },
    fields
  )
    .lean()
    .cursor({ batchSize: batch }) as AsyncIterable<unknown> as AsyncIterable<Read>

async function* batches<T>(all: AsyncIterable<T>): AsyncGenerator<T[]> {
  let some: T[] = []
  for await (const one of all) {
    some.push(one)
    if (some.length < batch) continue
    yield some
    some = []
  }
  if (some.length > 0) yield some
}

/** Interactions that came into a queue during an interval, whenever it was that they began to wait. */
async function* joinedDuring(interval: Interval): AsyncGenerator<Types.ObjectId[]> {
  const facts = Fact.find(
    { noun: 'interaction', name: { $in: joining }, at: during(interval) },
    { recordId: 1 }
  )
    .lean()
    .cursor({ batchSize: batch }) as AsyncIterable<unknown> as AsyncIterable<Pick<FactDoc, 'recordId'>>
  for await (const some of batches(facts)) yield some.map(({ recordId }) => recordId)
}

/** Logs keep their newest lines; the older ones are found among the facts by their ids. */
async function readOlderLines(docs: readonly Read[]): Promise<Map<string, Line[]>> {
  const ids = docs.flatMap(({ _id, log, logged }) =>
    Array.from({ length: (log[0]?.n ?? logged + 1) - 1 }, (_, i) => `${_id.toHexString()}:${String(i + 1)}`)
  )
  const lines = new Map<string, Line[]>()
  if (ids.length === 0) return lines
  for (const { recordId, ...fact } of (await Fact.find({ _id: { $in: ids } })
    .sort({ n: 1 })
    .lean()) as FactDoc[]) {
    const id = recordId.toHexString()
    const known = lines.get(id)
    if (known) known.push(lineOf(fact))
    else lines.set(id, [lineOf(fact)])
  }
  return lines
}

const lineOf = ({
  n,
  at,
  name,
  figures,
  reasons = []
}: Pick<LogLine, 'n' | 'at' | 'name' | 'figures'> & { reasons?: { code: string }[] | undefined }): Line => ({
  n,
  at: at.getTime(),
  name,
  figures,
  sticky: reasons.some(({ code }) => code === 'sticky')
})

const knownOf = (catalog: Catalog, doc: Read) => {
  const queueId = doc.queueId.toHexString()
  return {
    id: doc._id.toHexString(),
    medium: doc.medium,
    queueId,
    queuedAt: doc.queuedAt.getTime(),
    dueAt: doc.dueAt ? doc.dueAt.getTime() : null,
    points: Math.max(0, doc.priority - (catalog.queue(queueId)?.priority ?? 0)),
    requirements: doc.requirements,
    preferredIds: doc.preferredIds ?? [],
    forbiddenIds: doc.forbiddenIds ?? []
  }
}

/** The first visit of a chain that was not over at a moment; null when all were. */
function stillThere(first: ToldVisit, at: number): ToldVisit | null {
  let visit: ToldVisit | null = first
  while (visit && isOver(visit, at)) visit = visit.next
  return visit
}

const isOver = ({ ended }: ToldVisit, at: number) =>
  ended.how === 'answered' ? ended.until <= at : ended.how === 'left' && ended.at <= at

/** What was not seen of a visit, because nobody took it or it is not over, is taken from the others. */
function filledIn(told: readonly ToldVisit[]): Visit[] {
  const handled = means()
  const pickups = means()
  for (const visit of each(told)) {
    if (visit.handledMs !== null)
      handled.add([`${visit.queueId} ${visit.medium}`, visit.medium, ''], visit.handledMs)
    if (visit.pickupMs !== null) pickups.add([visit.medium], visit.pickupMs)
  }
  const fill = (visit: ToldVisit): Visit => {
    const usualMs =
      handled.of(`${visit.queueId} ${visit.medium}`) ??
      handled.of(visit.medium) ??
      handled.of('') ??
      unknownHandlingMs
    const soFarMs = visit.ended.how === 'answered' ? visit.ended.until - visit.ended.at : 0
    return {
      ...visit,
      handledMs: visit.handledMs ?? Math.max(usualMs, soFarMs),
      pickupMs: visit.pickupMs ?? pickups.of(visit.medium) ?? 0,
      next: visit.next && fill(visit.next)
    }
  }
  return told.map(fill)
}

function* each(told: readonly ToldVisit[]): Generator<ToldVisit> {
  for (const first of told) for (let visit: ToldVisit | null = first; visit; visit = visit.next) yield visit
}

function means() {
  const sums = new Map<string, { total: number; count: number }>()
  return {
    add(keys: string[], value: number) {
      for (const key of keys) {
        const sum = sums.get(key) ?? { total: 0, count: 0 }
        sums.set(key, { total: sum.total + value, count: sum.count + 1 })
      }
    },
    of(key: string): number | null {
      const sum = sums.get(key)
      return sum ? Math.round(sum.total / sum.count) : null
    }
  }
}

interface PresenceFact extends Pick<FactDoc, 'recordId' | 'at' | 'n'> {
  figures: { state: PresenceState; from?: PresenceState }
}
const turnOf = ({ at, figures }: PresenceFact): Turn => ({
  at: at.getTime(),
  state: figures.state,
  // Only somebody who was ready can miss an offer.
  from: figures.from ?? (figures.state === 'no-answer' ? 'ready' : null)
})

/** Who was in which state. An agent's state before the first change is told by that change, or is that of now. */
async function readPresence(
  agents: readonly FloorAgent[],
  interval: Interval
): Promise<Map<string, readonly Span[]>> {
  const turns = new Map<string, Turn[]>()
  const facts = (await Fact.find({ noun: 'agent', name: 'presence', at: during(interval) })
    .sort({ at: 1, n: 1 })
    .lean()) as unknown as PresenceFact[]
  for (const fact of facts) {
    const id = fact.recordId.toHexString()
    const known = turns.get(id)
    if (known) known.push(turnOf(fact))
    else turns.set(id, [turnOf(fact)])
  }
  const later = await readNextTurns(
    agents.filter(({ id }) => !turns.has(id)).map(({ id }) => id),
    interval.to
  )
  const presence = new Map<string, readonly Span[]>()
  for (const { id, presence: present } of agents) {
    const own = turns.get(id) ?? []
    const next = own[0] ?? later.get(id)
    const before = next ? (next.from ?? 'offline') : present.state
    const spans = spansOf(own, before, interval)
    if (spans.some(({ state }) => state !== 'offline')) presence.set(id, spans)
  }
  return presence
}

async function readNextTurns(ids: string[], after: number): Promise<Map<string, Turn>> {
  if (ids.length === 0) return new Map()
  const found: { first: PresenceFact }[] = await Fact.aggregate([
    {
      $match: {
        noun: 'agent',
        name: 'presence',
        at: { $gte: new Date(after) },
        recordId: { $in: ids.map((id) => new Types.ObjectId(id)) }
      }
    },
    { $sort: { at: 1, n: 1 } },
    { $group: { _id: '$recordId', first: { $first: '$$ROOT' } } }
  ])
  return new Map(found.map(({ first }) => [first.recordId.toHexString(), turnOf(first)]))
}

import type { AnyBulkWriteOperation, Model } from 'mongoose'
import type { Logger } from 'pino'
import type { EventName, EventPayload } from '@palabre/config/contract/event'
import type { Stream } from '../live/stream.ts'
import { Fact } from './fact.model.ts'
import { AuditEntry } from '../audit/audit.model.ts'
import { bookkeepingMs } from './change.ts'
import type { Logged } from './logged.ts'

/** How one kind of record is told to clients and kept as facts. */
export interface Told<T extends Logged = never> {
  /** 'interaction', 'agent', 'queue' … */
  noun: string
  model: Model<T>
  /** The event that carries the record's whole state, and who hears it. */
  tell(doc: T): Publication[]
  /** What every fact of the record carries for grouping (queue, agent, channel …). */
  dimensions(doc: T): Record<string, unknown>
}

export type Publication = {
  [N in EventName]: { name: N; payload: EventPayload<N>; topics: string[]; hints?: unknown }
}[EventName]

/** Records that change, once: the relay finds in this list what a crash left untold. */
const kinds: Told[] = []

/** Declares how a kind of record is told. */
export function told<T extends Logged>(kind: Told<T>): Told<T> {
  kinds.push(kind as unknown as Told)
  return kind
}

export interface Relay {
  /** Tells a change that this process has just written. */
  pass<T extends Logged>(kind: Told<T>, doc: T): void
  /** Finds and tells what others left; returns how many records. */
  sweep(now: Date): Promise<number>
  /** Resolves when everything passed so far is told. */
  settle(): Promise<void>
}

const duplicateKey = 11000
const keptLines = 60

/**
 * Turns logged lines into facts, audit entries and real-time events, at least once and without effect when repeated
 * (facts are keyed by record and line; clients let the newest version win). A record is told at once, and its facts
 * are written in groups a moment later.
 */
export function startRelay({ stream, log }: { stream: Stream; log: Logger }): Relay {
  const pending = new Map<string, { kind: Told; doc: Logged }>()
  let timer: NodeJS.Timeout | null = null
  let work: Promise<void> = Promise.resolve()

  async function write(batch: { kind: Told; doc: Logged }[]) {
    const lines = batch.flatMap(({ kind, doc }) =>
      doc.log
        .filter((line) => line.n > doc.relayed)
        .map((line) => ({ kind, doc, line, _id: `${doc._id.toString()}:${String(line.n)}` }))
    )
    if (lines.length > 0) {
      await insertNew(
        Fact,
        lines.map(({ kind, doc, line: { n, at, name, byId, figures, after }, _id }) => ({
          _id,
          noun: kind.noun,
          recordId: doc._id,
          n,
          at,
          name,
          byId,
          figures,
          ...(after && { after, fresh: true }),
          ...kind.dimensions(doc as never)
        }))
      )
      const audits = lines.filter(({ line }) => line.audit)
      if (audits.length > 0)
        await insertNew(
          AuditEntry,
          audits.map(({ kind, doc, line, _id }) => ({
            key: _id,
            at: line.at,
            actorId: line.byId,
            actorName: line.audit?.actorName ?? '',
            address: line.audit?.address ?? '',
            changes: line.audit?.changes ?? {},
            action: line.audit?.action ?? (line.name.includes('.') ? line.name : `${kind.noun}.${line.name}`),
            subject: kind.noun,
            subjectId: doc._id.toString(),
            outcome: 'done'
          }))
        )
    }
    const byModel = groupByKind(batch)
    for (const [kind, docs] of byModel) {
      const clears: AnyBulkWriteOperation[] = docs.map(({ doc }) => ({
        updateOne: {
          filter: { _id: doc._id, version: doc.version },
          update: {
            $set: { relayAt: null, relayed: doc.logged },
            ...(doc.log.length > keptLines && { $push: { log: { $each: [], $slice: -keptLines } } })
          }
        }
      }))
      // Only bookkeeping: losing it costs a repeated telling, so it need not wait for the journal.
      await kind.model.collection.bulkWrite(clears as never, { ordered: false, writeConcern: { w: 1 } })
    }
  }

  async function flush() {
    timer = null
    const batch = [...pending.values()]
    pending.clear()
    try {
      await stream.settle()
      for (let i = 0; i < batch.length; i += 500) await write(batch.slice(i, i + 500))
    } catch (error) {
      log.warn({ err: error }, 'changes could not be relayed; the sweep will find them')
    }
  }

  const publish = (kind: Told, doc: Logged) => {
    for (const publication of kind.tell(doc as never)) stream.publish(publication)
  }

  return {
    pass(kind, doc) {
      publish(kind as unknown as Told, doc)
      const key = `${kind.noun}:${doc._id.toString()}`
      if ((pending.get(key)?.doc.version ?? -1) < doc.version)
        pending.set(key, { kind: kind as unknown as Told, doc })
      timer ??= setTimeout(() => {
        work = work.then(flush)
      }, bookkeepingMs)
    },
    async sweep(now) {
      let count = 0
      for (const kind of kinds) {
        const docs = (await (kind.model as unknown as Model<Logged>)
          .find({ relayAt: { $lte: now, $type: 'date' } })
          .limit(500)
          .lean()) as Logged[]
        if (docs.length === 0) continue
        for (const doc of docs) publish(kind, doc)
        await stream.settle()
        await write(docs.map((doc) => ({ kind, doc })))
        count += docs.length
      }
      return count
    },
    async settle() {
      if (timer) {
        clearTimeout(timer)
        work = work.then(flush)
      }
      await work
    }
  }
}

function groupByKind(batch: { kind: Told; doc: Logged }[]) {
  const groups = new Map<Told, { kind: Told; doc: Logged }[]>()
  for (const item of batch) {
    const group = groups.get(item.kind)
    if (group) group.push(item)
    else groups.set(item.kind, [item])
  }
  return groups
}

/** Inserts what is not there yet; a repeat has no effect. */
async function insertNew(model: { collection: Model<unknown>['collection'] }, docs: unknown[]) {
  try {
    await model.collection.insertMany(docs as never, { ordered: false })
  } catch (error) {
    if ((error as { code?: number }).code !== duplicateKey) throw error
  }
}

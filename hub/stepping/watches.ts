import { Types } from 'mongoose'
import type { Reply } from '@palabre/config/contract/define'
import type { EventPayload, ServerFrame } from '@palabre/config/contract/event'
import type { listWatched } from '@palabre/config/contract/stepping'
import type { Hub } from '../hub.ts'
import { loadInteraction } from '../interactions/find.ts'
import type { InteractionDoc, InteractionHints } from '../interactions/interaction.model.ts'
import type { Who } from '../sessions/who.ts'
import { idText } from '../wire.ts'
import { keptWriting } from './kept-writing.ts'
import { traceWatch } from './trace-watch.ts'
import { readWatchRuleOf } from './watch-rule.ts'
import { Watch, renewEveryMs, watchMs, type WatchDoc } from './watch.model.ts'

/** The socket through which somebody looks on. */
export interface Watcher {
  who(): Who
  write(frame: ServerFrame): void
  /** Are its topics still allowed? */
  recheck(): Promise<void>
}

interface Own {
  doc: WatchDoc
  watcher: Watcher
  /** The queue that it was allowed in. */
  queueId: string
  /** One step after the other. */
  turn: Promise<void>
}

/** Who looks on: through this node, and of all nodes which interactions are looked at. */
export interface Watches {
  isWatched(interactionId: string): boolean
  begin(watcher: Watcher, interactionId: string): Promise<Types.ObjectId | null>
  end(id: Types.ObjectId): Promise<void>
  /** Says again whether agents are looked at: the house changed its rule. */
  tellAll(): Promise<void>
  /** Goes on with this node's, and ends what a node that is gone left. */
  renew(now: Date): Promise<void>
  stop(): void
}

/** Whoever works on it now: nobody writes into what is only offered. */
const workerOf = ({ state, agentId }: InteractionDoc): Types.ObjectId | null =>
  state === 'active' || state === 'wrapup' ? agentId : null

const opened = new WeakMap<Hub, Promise<Watches>>()

/** The watches of this process. */
export function watchesOf(hub: Hub): Promise<Watches> {
  let opening = opened.get(hub)
  if (!opening) {
    opening = open(hub)
    opened.set(hub, opening)
  }
  return opening
}

async function open(hub: Hub): Promise<Watches> {
  const watched = new Set<string>()
  const own = new Map<string, Own>()
  const complain = (error: unknown) => {
    hub.log.warn({ err: error }, 'a watch could not be kept true')
  }

  async function reload() {
    const ids = await Watch.distinct('interactionId')
    watched.clear()
    for (const id of ids) watched.add(String(id))
  }

  /** Tells an agent, and every node, whether somebody looks on. */
  async function tell(interactionId: Types.ObjectId, agentId: Types.ObjectId | null): Promise<boolean> {
    const [there, rule] = await Promise.all([Watch.exists({ interactionId }), readWatchRuleOf()])
    publish(interactionId, agentId, { on: there !== null, shown: rule.shownToAgents }, there !== null)
    return there !== null
  }
  function publish(
    interactionId: Types.ObjectId,
    agentId: Types.ObjectId | null,
    said: Pick<EventPayload<'watched.changed'>['watched'], 'on' | 'shown'>,
    isWatched: boolean
  ) {
    hub.stream.publish({
      name: 'watched.changed',
      payload: { watched: { interactionId: interactionId.toHexString(), ...said } },
      topics: agentId ? [`agent:${agentId.toHexString()}`] : [],
      hints: { isWatched }
    })
  }

  /** Shows the draft that the hub kept; what is newer comes from the agent's own client. */
  async function showKept({ doc: { interactionId, agentId }, watcher }: Own) {
    const writing = await keptWriting(hub, interactionId, agentId)
    if (writing) watcher.write({ type: 'event', seq: null, name: 'writing.changed', payload: { writing } })
  }

  /** Its interaction changed: it may be somebody else's, or out of sight. */
  async function follow(one: Own) {
    const interaction = await loadInteraction(one.doc.interactionId.toHexString())
    if (!own.has(one.doc._id.toHexString()) || !interaction) return
    if (interaction.queueId.toHexString() !== one.queueId) {
      one.queueId = interaction.queueId.toHexString()
      await one.watcher.recheck()
      if (!own.has(one.doc._id.toHexString())) return
    }
    const agentId = workerOf(interaction)
    const before = one.doc
    if (idText(agentId) === idText(before.agentId)) return
    const since = new Date()
    const written = (await Watch.findOneAndUpdate(
      { _id: before._id, agentId: before.agentId },
      { $set: { agentId, since } },
      { returnDocument: 'after' }
    ).lean()) as WatchDoc | null
    if (!written) return
    one.doc = written
    await traceWatch(hub, 'end', before, since)
    await traceWatch(hub, 'begin', written, since)
    if (before.agentId) publish(before.interactionId, before.agentId, { on: false, shown: false }, true)
    await showKept(one)
    await tell(written.interactionId, agentId)
  }
  const followLater = (one: Own) => {
    one.turn = one.turn.then(() => follow(one)).catch(complain)
  }

  const stopHearing = hub.stream.onEvent(({ name, payload, hints }) => {
    if (name === 'watched.changed') {
      const { interactionId } = (JSON.parse(payload) as EventPayload<'watched.changed'>).watched
      if ((hints as { isWatched: boolean }).isWatched) watched.add(interactionId)
      else watched.delete(interactionId)
    }
    if (name !== 'interaction.changed' || own.size === 0) return
    const { id } = hints as InteractionHints
    for (const one of own.values()) if (one.doc.interactionId.toHexString() === id) followLater(one)
  })
  const stopGap = hub.stream.onGap(() => {
    reload().catch(complain)
    for (const one of own.values()) followLater(one)
  })
  await reload()

  async function finish(doc: WatchDoc) {
    await traceWatch(hub, 'end', doc)
    if (await tell(doc.interactionId, doc.agentId)) return
    // Whoever began meanwhile may have been told of before this was.
    await hub.stream.settle()
    if (await Watch.exists({ interactionId: doc.interactionId })) await tell(doc.interactionId, doc.agentId)
  }

  const watches: Watches = {
    isWatched: (interactionId) => watched.has(interactionId),
    async begin(watcher, id) {
      const interaction = await loadInteraction(id)
      if (!interaction) return null
      const { userId, name, address } = watcher.who()
      const since = new Date()
      const doc: WatchDoc = {
        _id: new Types.ObjectId(),
        interactionId: interaction._id,
        userId: userId.toHexString(),
        userName: name,
        address,
        agentId: workerOf(interaction),
        since,
        until: new Date(since.getTime() + watchMs)
      }
      await Watch.create(doc)
      const one: Own = {
        doc,
        watcher,
        queueId: interaction.queueId.toHexString(),
        turn: Promise.resolve()
      }
      own.set(doc._id.toHexString(), one)
      await traceWatch(hub, 'begin', doc, since)
      await showKept(one)
      await tell(doc.interactionId, doc.agentId)
      // What changed while it began.
      followLater(one)
      return doc._id
    },
    async end(id) {
      const one = own.get(id.toHexString())
      own.delete(id.toHexString())
      await one?.turn
      const doc = (await Watch.findOneAndDelete({ _id: id }).lean()) as WatchDoc | null
      if (doc) await finish(doc)
    },
    async tellAll() {
      for (const { interactionId, agentId } of (await Watch.find().lean()) as WatchDoc[])
        await tell(interactionId, agentId)
    },
    async renew(now) {
      const docs = [...own.values()].map(({ doc }) => doc)
      if (docs.length > 0) {
        const until = new Date(now.getTime() + watchMs)
        // One that was given up while this process stood still goes on, and is told again.
        for (const doc of docs) {
          const { upsertedCount } = await Watch.updateOne(
            { _id: doc._id },
            { $set: { until }, $setOnInsert: omitUntil(doc, now) },
            { upsert: true }
          )
          if (upsertedCount === 0) continue
          await traceWatch(hub, 'begin', { ...doc, since: now })
          await tell(doc.interactionId, doc.agentId)
        }
      }
      const overdue = (await Watch.find({ until: { $lt: now } }).lean()) as WatchDoc[]
      for (const { _id } of overdue) {
        const doc = (await Watch.findOneAndDelete({ _id, until: { $lt: now } }).lean()) as WatchDoc | null
        if (doc) await finish(doc)
      }
    },
    stop() {
      clearInterval(timer)
      stopHearing()
      stopGap()
    }
  }
  const timer = setInterval(() => {
    watches.renew(new Date()).catch(complain)
  }, renewEveryMs)
  return watches
}

const omitUntil = ({ interactionId, userId, userName, address, agentId }: WatchDoc, since: Date) => ({
  interactionId,
  userId,
  userName,
  address,
  agentId,
  since
})

/** Which of the agent's interactions are looked at now. */
export async function listWatchedOf(who: Who): Promise<Reply<typeof listWatched>> {
  if (!who.agentId) return { items: [] }
  const [ids, { shownToAgents }] = await Promise.all([
    Watch.distinct('interactionId', { agentId: who.agentId }),
    readWatchRuleOf()
  ])
  return { items: ids.map((id) => ({ interactionId: String(id), on: true, shown: shownToAgents })) }
}

import type { FloorMessage as FloorMessageWire } from '@palabre/config/contract/floor-message'
import type { Types } from 'mongoose'
import type { Hub } from '../hub.ts'
import { FloorMessage, type FloorAnswerDoc, type FloorMessageDoc } from './floor-message.model.ts'
import { presentFloorAnswer, presentFloorMessage } from './present.ts'
import { leaders, type Viewer } from './viewer.ts'

/** Read marks of one moment are told to supervisors together. */
const gatherMs = 300

const gathered = new WeakMap<Hub, Map<string, NodeJS.Timeout>>()

/** The topic that an agent hears without asking. */
const agentTopic = (agentId: Types.ObjectId) => `agent:${agentId.toHexString()}`
const userTopic = ({ userId }: Viewer) => `user:${userId.toHexString()}`

const asAgent = (agentId: Types.ObjectId): Viewer => ({
  userId: agentId,
  agentId,
  leads: () => false,
  led: () => []
})

/**
 * Tells a message to each who may see it, as they may see it; the same view is one event. `agentIds`: only these agents
 * learn anything new (all when it is left out).
 */
export async function tellFloorMessage(
  hub: Hub,
  doc: FloorMessageDoc,
  agentIds: Types.ObjectId[] = doc.sides.map(({ agentId }) => agentId)
): Promise<void> {
  const leading = await leaders(hub)
  publishViews(hub, [
    ...agentViews(doc, agentIds, leading),
    ...leading.map((viewer) => ({ topic: userTopic(viewer), view: presentFloorMessage(doc, viewer) }))
  ])
  await FloorMessage.updateOne({ _id: doc._id, version: doc.version }, { $set: { tellAt: null } })
}

/** What agents see; who leads others as well hears of it as such. */
const agentViews = (doc: FloorMessageDoc, agentIds: Types.ObjectId[], leading: readonly Viewer[]) =>
  agentIds
    .filter((agentId) => !leading.some((viewer) => viewer.agentId?.equals(agentId)))
    .map((agentId) => ({ topic: agentTopic(agentId), view: presentFloorMessage(doc, asAgent(agentId)) }))

function publishViews(hub: Hub, views: { topic: string; view: FloorMessageWire | null }[]) {
  const byView = new Map<string, { message: FloorMessageWire; topics: string[] }>()
  for (const { topic, view } of views) {
    if (!view) continue
    const text = JSON.stringify(view)
    const group = byView.get(text)
    if (group) group.topics.push(topic)
    else byView.set(text, { message: view, topics: [topic] })
  }
  for (const { message, topics } of byView.values())
    hub.stream.publish({ name: 'floorMessage.changed', payload: { message }, topics })
}

/** An agent has seen it: her other screens know at once, supervisors in a moment with what others saw meanwhile. */
export async function tellSeen(hub: Hub, doc: FloorMessageDoc, agentId: Types.ObjectId): Promise<void> {
  publishViews(hub, agentViews(doc, [agentId], await leaders(hub)))
  const timers = gathered.get(hub) ?? new Map<string, NodeJS.Timeout>()
  gathered.set(hub, timers)
  const id = doc._id.toHexString()
  if (timers.has(id)) return
  const timer = setTimeout(() => {
    timers.delete(id)
    tellNewest(hub, doc._id).catch((error: unknown) => {
      hub.log.warn({ err: error }, 'read marks of a message were not told')
    })
  }, gatherMs)
  timers.set(id, timer.unref())
}

async function tellNewest(hub: Hub, id: Types.ObjectId) {
  const doc = (await FloorMessage.findById(id).lean()) as FloorMessageDoc | null
  if (doc) await tellFloorMessage(hub, doc, [])
}

/** Tells an answer to the agent on whose side it is, and to those who lead her. */
export async function tellAnswer(hub: Hub, answer: FloorAnswerDoc, doc: FloorMessageDoc): Promise<void> {
  const led = (await leaders(hub)).filter(
    (viewer) => viewer.leads(answer.agentId) && !viewer.agentId?.equals(answer.agentId)
  )
  hub.stream.publish({
    name: 'floorMessage.answered',
    payload: { answer: presentFloorAnswer(answer) },
    topics: [agentTopic(answer.agentId), ...led.map(userTopic)]
  })
  await tellFloorMessage(hub, doc, [answer.agentId])
}

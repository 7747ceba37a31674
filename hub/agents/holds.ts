import type { Types } from 'mongoose'
import type { Hub } from '../hub.ts'
import { change, updateOf } from '../record/change.ts'
import { Agent, type AgentDoc } from './agent.model.ts'
import { floorOf } from './floor.ts'
import { dayOf } from '../routing/picture.ts'
import { tellAgent } from './tell.ts'
import { takePlacesAgain } from './park.ts'

/**
 * Gives a place back after its interaction has left the agent. `missed` counts an offer that was not answered:
 * `limit` missed ones in a row make the agent no-answer. `handled` counts for the fair share of the day.
 */
export async function releaseHold(
  hub: Hub,
  agentId: Types.ObjectId,
  interactionId: Types.ObjectId,
  { missed, handled = false }: { missed?: { limit: number }; handled?: boolean } = {}
): Promise<void> {
  if (!missed) return giveBack(hub, agentId, interactionId, handled)
  const written = await change(Agent, agentId, (agent) => {
    if (!agent.holds.some((hold) => hold.interactionId.equals(interactionId))) return null
    const misses = agent.misses + 1
    const noAnswer = misses >= missed.limit && agent.presence.state === 'ready'
    const now = new Date()
    return {
      pull: { holds: { interactionId } },
      set: {
        idleSince: now,
        misses: noAnswer ? 0 : misses,
        ...(noAnswer && {
          presence: { state: 'no-answer', pauseReasonId: null, since: now, cause: 'offer-missed' }
        })
      },
      entries: noAnswer
        ? [
            {
              name: 'presence',
              figures: {
                state: 'no-answer',
                cause: 'offer-missed',
                from: agent.presence.state,
                fromMs: +now - +agent.presence.since
              },
              after: { state: 'no-answer', detail: null }
            }
          ]
        : []
    }
  })
  if (written?.changed) await afterRelease(hub, written.doc)
}

async function afterRelease(hub: Hub, doc: AgentDoc) {
  await tellAgent(hub, doc)
  if (doc.holds.some(({ parked }) => parked === 'due')) await takePlacesAgain(hub, doc._id)
}

/** An answered offer ends a run of missed ones. The floor knows of every miss, and most agents have none. */
export async function forgetMisses(hub: Hub, agentId: Types.ObjectId) {
  const known = (await floorOf(hub)).agents.get(agentId.toHexString())
  if (known?.misses === 0) return
  await Agent.updateOne({ _id: agentId, misses: { $gt: 0 } }, { $set: { misses: 0 } })
}

/** A place given back without a miss needs no look at the agent first: one command. */
async function giveBack(hub: Hub, agentId: Types.ObjectId, interactionId: Types.ObjectId, handled: boolean) {
  const now = new Date()
  const day = dayOf(now)
  const give = async (filter: object, counted: { set?: object; inc?: object }) => {
    const update = updateOf(
      { logged: 0 },
      { pull: { holds: { interactionId } }, set: { idleSince: now, ...counted.set }, entries: [] },
      now
    )
    return (await Agent.findOneAndUpdate(
      { _id: agentId, 'holds.interactionId': interactionId, ...filter },
      { ...update, $inc: { ...update.$inc, ...counted.inc } } as never,
      { returnDocument: 'after' }
    ).lean()) as AgentDoc | null
  }
  const giveOneMore = () => give({ 'handled.day': day }, { inc: { 'handled.count': 1 } })
  const doc = handled
    ? ((await giveOneMore()) ??
      // The first of the day; of several at once all but one are no longer the first.
      (await give({ 'handled.day': { $ne: day } }, { set: { handled: { day, count: 1 } } })) ??
      (await giveOneMore()))
    : await give({}, {})
  if (doc) await afterRelease(hub, doc)
}

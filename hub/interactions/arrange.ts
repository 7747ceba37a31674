import type { Input, Reply } from '@palabre/config/contract/define'
import type { arrangeInteractions } from '@palabre/config/contract/interaction'
import type { Types } from 'mongoose'
import { releaseHold } from '../agents/holds.ts'
import type { Actor, Hub } from '../hub.ts'
import type { Change } from '../record/change.ts'
import { Refusal, refuse } from '../refuse.ts'
import { actorOf, type Who } from '../sessions/who.ts'
import { catalogOf } from '../settings/catalog.ts'
import { findInteraction } from './find.ts'
import { Interaction, type InteractionDoc } from './interaction.model.ts'
import { intoQueue } from './into-queue.ts'
import { requeueing } from './requeue.ts'
import { writeInteraction } from './write.ts'

type Action = Input<typeof arrangeInteractions>['body']['action']

/** Gives a waiting interaction another priority. Refuses `changed-meanwhile` for an old version. */
export async function prioritiseInteraction(
  hub: Hub,
  who: Who,
  id: string,
  { priority, version }: { priority: number; version: number }
): Promise<InteractionDoc> {
  const interaction = await findInteraction(hub, who, id)
  if (interaction.version !== version) return refuse('changed-meanwhile')
  return arrangeOne(hub, who, interaction, { kind: 'priority', priority })
}

/** Moves, re-prioritises, relaxes or re-queues one interaction. What is offered or held comes back to the queue with its age. */
async function arrangeOne(
  hub: Hub,
  who: Who,
  interaction: InteractionDoc,
  action: Action
): Promise<InteractionDoc> {
  const catalog = await catalogOf(hub)
  const queue = action.kind === 'move' ? catalog.queue(action.queueId) : undefined
  if (action.kind === 'move' && (!queue || queue.archived)) return refuse('unknown-reference', 'queueId')
  let left: Types.ObjectId | null = null
  const { doc } = await writeInteraction(
    hub,
    interaction._id,
    (newest) => {
      left = null
      if (newest.state === 'closed' || newest.state === 'wrapup') return refuse('wrong-state')
      if (action.kind === 'priority') {
        if (newest.state !== 'queued') return refuse('wrong-state')
        if (newest.priority === action.priority) return null
        return {
          set: { priority: action.priority },
          entries: [
            {
              name: 'prioritised',
              by: actorOf(who),
              figures: { priority: action.priority },
              action: 'interaction.prioritise',
              changes: { priority: [newest.priority, action.priority] }
            }
          ]
        }
      }
      if (action.kind === 'relax') return relaxing(newest, actorOf(who))
      if (queue && newest.queueId.equals(queue.id) && newest.state === 'queued') return null
      if (!queue && newest.state === 'queued') return refuse('wrong-state')
      left = newest.agentId ?? newest.offer?.agentId ?? null
      return requeueing(
        newest,
        {
          name: queue ? 'moved' : 'requeued',
          by: actorOf(who),
          figures: {
            fromQueueId: newest.queueId.toHexString(),
            ...(queue ? { queueId: queue.id } : { cause: 'by-hand' })
          },
          action: queue ? 'interaction.move' : 'interaction.requeue',
          changes: { queueId: [newest.queueId.toHexString(), queue?.id ?? newest.queueId.toHexString()] }
        },
        { ...(queue && intoQueue(catalog, newest, queue)), snoozedUntil: null, consults: [] }
      )
    },
    interaction
  )
  if (left) await releaseHold(hub, left, doc._id)
  return doc
}

/** Drops what a waiting interaction asks of an agent; who may see its queue may take it. */
function relaxing(interaction: InteractionDoc, by: Actor): Change | null {
  if (interaction.state !== 'queued') return refuse('wrong-state')
  const { requirements, sticky } = interaction
  if (requirements.length === 0 && sticky === null) return null
  return {
    set: { requirements: [], sticky: null },
    entries: [
      {
        name: 'relaxed-by-hand',
        by,
        figures: { dropped: requirements.length },
        action: 'interaction.relax',
        changes: { requirements: [requirements, []] }
      }
    ]
  }
}

/** Arranges many interactions, one after the other; what cannot be is told with its refusal, and stops nothing. */
export async function arrangeMany(
  hub: Hub,
  who: Who,
  { ids, action }: Input<typeof arrangeInteractions>['body']
): Promise<Reply<typeof arrangeInteractions>> {
  const done: string[] = []
  const refused: { id: string; error: string }[] = []
  for (const id of new Set(ids)) {
    try {
      await arrangeOne(hub, who, await findInteraction(hub, who, id), action)
      done.push(id)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      refused.push({ id, error: error.refusal })
    }
  }
  return { done, refused }
}

/** Moves all that waits in a queue (offers too) to another one, so that it can be archived. Returns how many. */
export async function emptyQueue(hub: Hub, who: Who, queueId: string, toQueueId: string): Promise<number> {
  if (queueId === toQueueId) return refuse('unknown-reference', 'toQueueId')
  const waiting = (await Interaction.find({
    queueId,
    state: { $in: ['queued', 'offered'] }
  }).lean()) as InteractionDoc[]
  let moved = 0
  for (const interaction of waiting) {
    try {
      await arrangeOne(hub, who, interaction, { kind: 'move', queueId: toQueueId })
      moved++
    } catch (error) {
      // Closed or accepted in the meantime: it is not waiting any more.
      if (!(error instanceof Refusal) || error.refusal !== 'wrong-state') throw error
    }
  }
  return moved
}

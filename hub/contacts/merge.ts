import { Types } from 'mongoose'
import type { MergeChoices } from '@palabre/config/contract/contact'
import type { Actor, Hub } from '../hub.ts'
import { change } from '../record/change.ts'
import { found, refuse } from '../refuse.ts'
import { Contact, contactTold, idsOf, viaKey, type ContactDoc } from './contact.model.ts'
import { loadContact } from './find.ts'
import { cardOf, join } from './join.ts'
import { marksOf } from './likeness.ts'
import { lockBoth, releaseBoth } from './merge-lock.ts'
import { ContactMerge, settleMs, type MergeDoc } from './merge.model.ts'
import { bringWork } from './move-work.ts'
import { renameOnInteractions, tellContact } from './tell.ts'

/**
 * Joins another contact into this one. The other keeps everything as it was and leads here from then on: their points
 * never change hands, so whatever arrives in the meantime finds the one contact or the other, and no third is made.
 * Refuses `wrong-state` for those who were merged before, `changed-meanwhile` while another merge has one of them.
 */
export async function mergeContacts(
  hub: Hub,
  by: Actor,
  id: string,
  otherId: string,
  choices: MergeChoices = {}
): Promise<{ merge: MergeDoc; contact: ContactDoc }> {
  const merge = await beginMerge(by, id, otherId, choices)
  for (const step of mergeSteps) await step(hub, merge)
  return { merge, contact: await loadContact(merge.targetId) }
}

/** Writes down what is to be merged and keeps other merges away; from then on a sweep finishes what is interrupted. */
export async function beginMerge(
  by: Actor,
  id: string,
  otherId: string,
  choices: MergeChoices
): Promise<MergeDoc> {
  if (id === otherId) return refuse('wrong-state', 'It is the same contact')
  const [target, source] = [await loadContact(id), await loadContact(otherId)]
  if (target.mergedInto || source.mergedInto) return refuse('wrong-state', 'It was merged before')
  const now = new Date()
  const merge: MergeDoc = {
    _id: new Types.ObjectId(),
    targetId: target._id,
    sourceId: source._id,
    choices,
    by,
    at: now,
    lockId: new Types.ObjectId(),
    state: 'merging',
    conversationIds: [],
    interactionIds: [],
    partedBy: null,
    partedAt: null,
    dueAt: new Date(now.getTime() + settleMs)
  }
  await ContactMerge.create(merge)
  if (await claimMerge(merge)) return merge
  return refuse('changed-meanwhile', 'Another merge has one of them')
}

/** Has both contacts for a merge that has not begun, or forgets it. */
export async function claimMerge(merge: MergeDoc): Promise<boolean> {
  if (await lockBoth(merge)) return true
  await releaseBoth(merge)
  await ContactMerge.deleteOne({ _id: merge._id, state: 'merging' })
  return false
}

/** Each can be repeated, and picks up where a crash left it. */
export const mergeSteps: readonly ((hub: Hub, merge: MergeDoc) => Promise<unknown>)[] = [
  leadToTarget,
  takeCard,
  bringWork,
  endMerge
]

/** From now on whatever comes to the source's points is the target's, and nothing changes the source any more. */
async function leadToTarget(hub: Hub, { sourceId, targetId, by }: MergeDoc) {
  const { doc } = found(
    await change(Contact, sourceId, (source) =>
      source.mergedInto
        ? null
        : {
            set: { mergedInto: targetId, profileAt: null },
            entries: [{ name: 'merge', by, changes: { mergedInto: [null, targetId.toHexString()] } }]
          }
    )
  )
  hub.relay.pass(contactTold, doc)
}

/** Points, card and what was said of others come to the target, with a note of what they took the place of. */
async function takeCard(hub: Hub, { _id, sourceId, targetId, choices, by }: MergeDoc) {
  const source = await loadContact(sourceId)
  const { doc } = found(
    await change(Contact, targetId, (target) => {
      const { absorbed = [], distinctIds = [] } = target
      if (absorbed.some(({ mergeId }) => mergeId.equals(_id))) return null
      const { card, took } = join(cardOf(target), cardOf(source), choices)
      const points = [
        ...target.points,
        ...source.points.map((point) => ({ ...point, key: viaKey(_id, point.key) }))
      ]
      return {
        set: {
          ...card,
          points,
          marks: marksOf({ ...card, points }),
          distinctIds: [...new Set([...distinctIds, ...(source.distinctIds ?? [])])],
          absorbed: [...absorbed, { mergeId: _id, contactIds: idsOf(source), took }]
        },
        entries: [
          {
            name: 'merge',
            by,
            changes: {
              merged: [null, sourceId.toHexString()],
              points: [target.points.length, points.length]
            }
          }
        ]
      }
    })
  )
  await tellContact(hub, doc)
  await renameOnInteractions(hub, doc)
}

async function endMerge(hub: Hub, merge: MergeDoc) {
  // An event that looked before may still begin something with the source: it is looked for once more.
  await ContactMerge.updateOne(
    { _id: merge._id, state: 'merging' },
    { $set: { state: 'merged', dueAt: new Date(Date.now() + settleMs) } }
  )
  await releaseBoth(merge)
  await tellContact(hub, await loadContact(merge.targetId))
}

import { Types } from 'mongoose'
import type { Actor, Hub } from '../hub.ts'
import { change } from '../record/change.ts'
import { found, refuse } from '../refuse.ts'
import { Contact, cameWith, type ContactDoc } from './contact.model.ts'
import { loadContact } from './find.ts'
import { cardOf, part, rebase, type Card } from './join.ts'
import { marksOf } from './likeness.ts'
import { lockBoth, releaseBoth } from './merge-lock.ts'
import { ContactMerge, settleMs, type MergeDoc } from './merge.model.ts'
import { giveWorkBack } from './move-work.ts'
import { renameOnInteractions, tellContact } from './tell.ts'

/**
 * Takes a merge back: points, card, conversations and interactions return to whoever brought them, what was written
 * since stays, and what began since goes by its point. Refuses `wrong-state` when it was taken back before, or the
 * contact was merged on into another (that one comes first), `changed-meanwhile` while another merge has one of them.
 */
export async function unmergeContact(
  hub: Hub,
  by: Actor,
  id: string,
  mergeId: string
): Promise<{ contact: ContactDoc; parted: ContactDoc }> {
  const merge = await beginParting(by, id, mergeId)
  for (const step of partSteps) await step(hub, merge)
  return { contact: await loadContact(merge.targetId), parted: await loadContact(merge.sourceId) }
}

/** Writes down that a merge is to be taken back, and keeps other merges away. */
export async function beginParting(by: Actor, id: string, mergeId: string): Promise<MergeDoc> {
  const merge = found((await ContactMerge.findOne({ _id: mergeId, targetId: id }).lean()) as MergeDoc | null)
  if (merge.state !== 'merged') return refuse('wrong-state', 'It is not merged')
  if ((await loadContact(id)).mergedInto) return refuse('wrong-state', 'It was merged on into another')
  const now = new Date()
  const written = (await ContactMerge.findOneAndUpdate(
    { _id: merge._id, state: 'merged' },
    {
      $set: {
        state: 'parting',
        lockId: new Types.ObjectId(),
        partedBy: by,
        partedAt: now,
        dueAt: new Date(now.getTime() + settleMs)
      }
    },
    { returnDocument: 'after' }
  ).lean()) as MergeDoc | null
  if (!written) return refuse('wrong-state', 'It is not merged')
  if (await lockBoth(written)) return written
  await releaseBoth(written)
  await ContactMerge.updateOne(
    { _id: written._id, lockId: written.lockId },
    { $set: { state: 'merged', partedBy: null, partedAt: null, dueAt: null } }
  )
  return refuse('changed-meanwhile', 'Another merge has one of them')
}

/** Each can be repeated, and picks up where a crash left it. */
export const partSteps: readonly ((hub: Hub, merge: MergeDoc) => Promise<unknown>)[] = [
  standAlone,
  giveCardBack,
  giveWorkBack,
  endParting
]

const tookOf = ({ absorbed = [] }: ContactDoc, merge: MergeDoc) =>
  absorbed.find(({ mergeId }) => mergeId.equals(merge._id))

/**
 * The source's points are their own again. When the merged contact asked not to be called since, nobody knows which of
 * the two it was: neither is.
 */
async function standAlone(hub: Hub, merge: MergeDoc) {
  const { sourceId, targetId, partedBy } = merge
  const target = await loadContact(targetId)
  const took = tookOf(target, merge)?.took
  const cameWithMerge = took?.fields.some(({ name }) => name === 'doNotCall')
  const asked = took !== undefined && target.doNotCall && !cameWithMerge
  const { doc } = found(
    await change(Contact, sourceId, (source) =>
      source.mergedInto
        ? {
            set: { mergedInto: null, doNotCall: source.doNotCall || asked },
            entries: [
              {
                name: 'unmerge',
                by: partedBy ?? undefined,
                changes: { mergedInto: [targetId.toHexString(), null] }
              }
            ]
          }
        : null
    )
  )
  await tellContact(hub, doc)
}

async function giveCardBack(hub: Hub, merge: MergeDoc) {
  const others = await stillThere(merge)
  const { doc } = found(
    await change(Contact, merge.targetId, (target) => {
      const { absorbed = [], points } = target
      const gone = tookOf(target, merge)
      if (!gone) return null
      const at = absorbed.indexOf(gone)
      const card = keepWishes(part(cardOf(target), gone.took), cardOf(target), others)
      const left = points.filter((point) => !cameWith(point, merge._id))
      return {
        set: {
          ...card,
          points: left,
          marks: marksOf({ ...card, points: left }),
          absorbed: absorbed
            .map((one, n) => (n > at ? { ...one, took: rebase(one.took, gone.took) } : one))
            .filter(({ mergeId }) => !mergeId.equals(merge._id))
        },
        entries: [
          {
            name: 'unmerge',
            by: merge.partedBy ?? undefined,
            changes: {
              merged: [merge.sourceId.toHexString(), null],
              points: [points.length, left.length]
            }
          }
        ]
      }
    })
  )
  await tellContact(hub, doc)
  await renameOnInteractions(hub, doc)
}

/** Those who came to the same contact by other merges and are still there. */
const stillThere = async ({ targetId, sourceId }: MergeDoc) =>
  (await Contact.find({
    _id: { $in: (await mergesInto(targetId)).filter((id) => !id.equals(sourceId)) },
    mergedInto: targetId
  }).lean()) as ContactDoc[]

const mergesInto = async (targetId: MergeDoc['targetId']) =>
  ((await ContactMerge.find({ targetId, state: 'merged' }, { sourceId: 1 }).lean()) as MergeDoc[]).map(
    ({ sourceId }) => sourceId
  )

/** What somebody else who is still there wished as well does not go: not to be called, and by whom never to be served. */
function keepWishes(left: Card, before: Card, others: ContactDoc[]): Card {
  const wished = (id: string) => others.some(({ forbiddenIds }) => forbiddenIds.includes(id))
  const lost = before.forbiddenIds.filter((id) => !left.forbiddenIds.includes(id) && wished(id))
  return {
    ...left,
    doNotCall: left.doNotCall || (before.doNotCall && others.some(({ doNotCall }) => doNotCall)),
    forbiddenIds: [...left.forbiddenIds, ...lost],
    preferredIds: left.preferredIds.filter((id) => !lost.includes(id))
  }
}

async function endParting(hub: Hub, merge: MergeDoc) {
  await ContactMerge.updateOne(
    { _id: merge._id, state: 'parting' },
    { $set: { state: 'parted', dueAt: new Date(Date.now() + settleMs) } }
  )
  await releaseBoth(merge)
  for (const id of [merge.targetId, merge.sourceId]) await tellContact(hub, await loadContact(id))
}

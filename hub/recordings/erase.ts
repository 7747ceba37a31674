import type { Types } from 'mongoose'
import { systemActor, type Actor, type Hub } from '../hub.ts'
import { actorOf, type Who } from '../sessions/who.ts'
import { findRecording } from './access.ts'
import { soundBusOf } from './bus.ts'
import { Recording, Segment, type RecordingDoc } from './recording.model.ts'
import { storeOf } from './store/sound-store.ts'
import { writeRecording } from './write.ts'

/** Erases a recording before its time. Without effect twice. */
export async function eraseRecording(hub: Hub, who: Who, id: string): Promise<void> {
  const { _id } = await findRecording(hub, who, id)
  await erase(hub, _id, actorOf(who), 'erased by hand')
}

/** Its time is over. */
export const expireRecording = (hub: Hub, id: Types.ObjectId) =>
  erase(hub, id, systemActor, 'its time was over')

/**
 * Erases the key first, without which nothing of it can be heard by anybody, wherever a copy may be; then notes, which may
 * tell what was said, and the sound. That it was there is kept.
 */
async function erase(hub: Hub, id: Types.ObjectId, by: Actor, why: string) {
  const { doc } = await writeRecording(hub, id, (newest) =>
    newest.state === 'erased'
      ? null
      : {
          set: {
            state: 'erased',
            key: null,
            notes: [],
            endedAt: newest.endedAt ?? new Date(),
            isUndelivered: false,
            // Until its sound is gone too.
            dueAt: new Date()
          },
          unset: ['openKey'],
          entries: [{ name: 'erased', by, figures: { ms: newest.ms }, changes: { why } }]
        }
  )
  soundBusOf(hub).look(doc._id.toHexString())
  await clearSound(hub, doc).catch((error: unknown) => {
    hub.log.warn(
      { err: error, recordingId: id.toHexString() },
      'erased sound is still stored; the sweep goes on'
    )
  })
}

/** Erases the stored sound of a recording that is erased. */
export async function clearSound(hub: Hub, { _id, store }: RecordingDoc): Promise<void> {
  await storeOf(hub, store).clear(`recordings/${_id.toHexString()}/`)
  await Segment.deleteMany({ recordingId: _id })
  await Recording.updateOne({ _id, state: 'erased' }, { $set: { dueAt: null } })
}

/** Forgets a recording that nobody made: a message without a word. */
export async function forgetRecording(hub: Hub, doc: RecordingDoc): Promise<void> {
  await clearSound(hub, doc)
  await Recording.deleteOne({ _id: doc._id })
}

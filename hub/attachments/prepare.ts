import { Types } from 'mongoose'
import type { Hub } from '../hub.ts'
import { checkFile } from './check.ts'
import { files, findFile, readFile, storeThumb, type FileMeta, type StoredFile } from './store.ts'
import { tellFile } from './tell.ts'
import { isPictured, makeThumbnail, mostPictureBytes } from './thumbnail.ts'

/** How long one attempt may take before another worker may try. */
const claimMs = 120_000
/** A message is stored moments after its files; one that never comes was left by a crash. */
const placingMs = 1_000
const placingAttempts = 60
/** While the scanner is away: 2 s, 4 s … five minutes. */
const pauseAfter = (attempt: number) => Math.min(300_000, 1_000 * 2 ** Math.min(attempt, 10))

/**
 * Looks at a stored file: has it scanned, draws it small, tells its message. Safe to run twice at once: only the holder
 * of the claim notes what is left to do. Returns when to come back, or null when there is nothing left.
 */
export async function prepareFile(hub: Hub, id: string): Promise<Date | null> {
  const now = new Date()
  const until = new Date(now.getTime() + claimMs)
  const claimed = (await files().findOneAndUpdate(
    {
      _id: new Types.ObjectId(id) as never,
      'metadata.dueAt': { $lte: now, $type: 'date' }
    } as never,
    { $set: { 'metadata.dueAt': until }, $inc: { 'metadata.attempts': 1 } } as never,
    { returnDocument: 'after' }
  )) as StoredFile | null
  if (!claimed) return null
  const next = await lookAt(hub, claimed)
  const { modifiedCount } = await files().updateOne(
    { _id: claimed._id as never, 'metadata.dueAt': until } as never,
    { $set: { 'metadata.dueAt': next } } as never
  )
  return modifiedCount > 0 ? next : null
}

/** When there is more to do; null: never. */
async function lookAt(hub: Hub, claimed: StoredFile): Promise<Date | null> {
  const checked = await checkFile(hub, claimed)
  const { check, attempts = 1 } = checked.metadata
  if (hub.env.CLAMD_URL !== '' && check === 'waiting') return later(pauseAfter(attempts))
  if (isMissingThumb(checked)) await drawSmall(checked)
  // Without a scanner nobody waits for one.
  if (check === 'waiting') await note(checked, { $unset: { 'metadata.check': '' } })
  // With the message that may have taken it meanwhile.
  const newest = await findFile(checked._id)
  if (!newest || (await tellFile(hub, newest))) return null
  return attempts < placingAttempts ? later(placingMs) : null
}

const later = (ms: number) => new Date(Date.now() + ms)

const isMissingThumb = ({ length, metadata }: StoredFile) =>
  metadata.use === 'attachment' &&
  !metadata.inline &&
  (metadata.check === undefined || metadata.check === 'clean' || metadata.check === 'waiting') &&
  isPictured(metadata.type) &&
  length <= mostPictureBytes &&
  !metadata.picture &&
  !metadata.isPlain

async function drawSmall(file: StoredFile): Promise<void> {
  const thumb = await makeThumbnail(await readFile(file._id))
  if (thumb) await storeThumb(file._id, thumb.content)
  const found: Partial<Record<`metadata.${keyof FileMeta}`, unknown>> = thumb
    ? { 'metadata.picture': { width: thumb.width, height: thumb.height } }
    : { 'metadata.isPlain': true }
  await note(file, { $set: found })
}

const note = ({ _id }: StoredFile, update: object) =>
  files().updateOne({ _id: _id as never }, update as never)

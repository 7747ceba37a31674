import type { Hub } from '../hub.ts'
import { forgetRows } from './end.ts'
import { Import, type ImportDoc } from './import.model.ts'
import { removeCsv, removeOrphans } from './store.ts'

const atOnce = 50
const dayMs = 86_400_000
/** Rows that were not taken are kept for so long, and files that nobody started. */
const keptRowsMs = 30 * dayMs
const keptFileMs = dayMs
/** A job that failed keeps its key for a while; after this time another one is set. */
const jobMs = 10_000
/** A job that was just set has this long to be taken up. */
const graceMs = 3000

/** Finds imports that nobody works on, and forgets what is old. */
export async function sweepImports(hub: Hub, now: Date): Promise<void> {
  const idle = (await Import.find(
    {
      state: 'running',
      startedAt: { $lt: new Date(now.getTime() - graceMs) },
      $or: [{ claim: null }, { 'claim.until': { $lt: now } }]
    },
    { _id: 1 }
  )
    .limit(atOnce)
    .lean()) as Pick<ImportDoc, '_id'>[]
  const turn = String(Math.floor(now.getTime() / jobMs))
  for (const { _id } of idle) {
    const importId = _id.toHexString()
    hub.schedule('import.run', { importId }, { key: `${importId}-${turn}` })
  }
}

/** Forgets files that nobody started, and rows of imports that ended long ago. */
export async function forgetOldImports(now: Date): Promise<void> {
  const files = new Date(now.getTime() - keptFileMs)
  const waiting = (await Import.find({ state: 'ready', createdAt: { $lt: files } }, { fileId: 1 })
    .limit(atOnce)
    .lean()) as Pick<ImportDoc, '_id' | 'fileId'>[]
  for (const { _id, fileId } of waiting) {
    await removeCsv(fileId)
    await Import.deleteOne({ _id, state: 'ready' })
  }
  const rows = new Date(now.getTime() - keptRowsMs)
  const ended = (await Import.find(
    { state: { $nin: ['ready', 'running'] }, endedAt: { $lt: rows }, 'counts.bad': { $gt: 0 } },
    { _id: 1 }
  )
    .limit(atOnce)
    .lean()) as Pick<ImportDoc, '_id'>[]
  for (const { _id } of ended) await forgetRows(_id.toHexString())
  await removeOrphans(files, async (fileId) => (await Import.exists({ fileId })) !== null)
}

import { removeFile, removeUnclaimed } from '@palabre/hub/attachments/store'
import { forgetOldImports } from '@palabre/hub/imports/sweep'
import { Draft } from '@palabre/hub/messages/draft'
import { Quarantine } from '@palabre/hub/quarantine/quarantine'
import { Session } from '@palabre/hub/sessions/session.model'
import type { RunJob } from './job.ts'

const day = 86_400_000
const keepDraftsMs = 90 * day
const keepQuarantineMs = 90 * day

/** Forgets what retention says. */
export const cleanRetention: RunJob<'retention.clean'> = async (hub) => {
  const now = Date.now()
  const uploads = await removeUnclaimed(new Date(now - day))
  await Draft.deleteMany({ savedAt: { $lt: new Date(now - keepDraftsMs) } })
  await Session.deleteMany({ expiresAt: { $lt: new Date(now) } })
  await forgetOldImports(new Date(now))
  const old = await Quarantine.find({ at: { $lt: new Date(now - keepQuarantineMs) } })
    .limit(500)
    .lean()
  for (const { _id, fileId } of old) {
    await removeFile(fileId)
    await Quarantine.deleteOne({ _id })
  }
  hub.log.info({ uploads, quarantined: old.length }, 'retention cleaned')
}

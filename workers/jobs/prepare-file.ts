import { prepareFile } from '@palabre/hub/attachments/prepare'
import type { RunJob } from './job.ts'

/** Looks at one stored file; when that has to wait, a new job is set for later. */
export const prepareFileJob: RunJob<'file.prepare'> = async (hub, { fileId }) => {
  const next = await prepareFile(hub, fileId)
  if (next) hub.schedule('file.prepare', { fileId }, { key: `${fileId}-${String(+next)}`, at: next })
}

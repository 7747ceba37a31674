import { fetchMedia } from '@palabre/hub/messages/fetch-media'
import type { RunJob } from './job.ts'

/** Fetches the files of one message; when that has to wait, a new job is set for later. */
export const fetchMediaJob: RunJob<'media.fetch'> = async (hub, { messageId }) => {
  const next = await fetchMedia(hub, messageId)
  if (next) hub.schedule('media.fetch', { messageId }, { key: `${messageId}-${String(+next)}`, at: next })
}

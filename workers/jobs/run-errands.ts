import { runErrands } from '@palabre/hub/messages/errands'
import type { RunJob } from './job.ts'

/** Tells a provider of one message; when that has to wait, a new job is set for later. */
export const runErrandsJob: RunJob<'message.errand'> = async (hub, { messageId }) => {
  const next = await runErrands(hub, messageId)
  if (next) hub.schedule('message.errand', { messageId }, { key: `${messageId}-${String(+next)}`, at: next })
}

import { dispatchMessage } from '@palabre/hub/messages/dispatch'
import type { RunJob } from './job.ts'

/** Hands one due message to its channel; when that has to wait, a new job is set for later. */
export const sendMessage: RunJob<'message.send'> = async (hub, { messageId }) => {
  const next = await dispatchMessage(hub, messageId)
  if (next) hub.schedule('message.send', { messageId }, { key: `${messageId}-${String(+next)}`, at: next })
}

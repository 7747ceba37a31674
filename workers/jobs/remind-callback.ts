import { sendNotice } from '@palabre/hub/callbacks/notices/send-notice'
import type { RunJob } from './job.ts'

/** Tells whoever asked to be called what is due: that it was noted or changed, or a reminder. */
export const remindCallbackJob: RunJob<'callback.remind'> = (hub, { callbackId }) =>
  sendNotice(hub, callbackId)

import { expireWrapUp } from '@palabre/hub/interactions/close'
import type { RunJob } from './job.ts'

/** A timed wrap-up ends. */
export const expireWrapUpJob: RunJob<'wrapUp.expire'> = (hub, { interactionId }) =>
  expireWrapUp(hub, interactionId)

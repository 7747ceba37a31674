import { placeCallback } from '@palabre/hub/callbacks/place'
import type { RunJob } from './job.ts'

export const placeCallbackJob: RunJob<'callback.due'> = async (hub, { callbackId }) => {
  await placeCallback(hub, callbackId)
}

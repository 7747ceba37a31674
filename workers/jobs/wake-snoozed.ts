import { wakeSnoozed } from '@palabre/hub/interactions/snooze'
import type { RunJob } from './job.ts'

/** What was put aside comes back. */
export const wakeSnoozedJob: RunJob<'snooze.wake'> = (hub, { interactionId }) =>
  wakeSnoozed(hub, interactionId)

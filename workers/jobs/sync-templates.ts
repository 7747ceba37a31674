import { syncAllTemplates, syncTemplates } from '@palabre/hub/templates/sync'
import type { RunJob } from './job.ts'

/** Asks the platform of one account for its templates, or of all. */
export const syncTemplatesJob: RunJob<'template.sync'> = (hub, { accountId }) =>
  accountId === undefined ? syncAllTemplates(hub) : syncTemplates(hub, accountId)

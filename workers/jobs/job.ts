import type { JobData, JobName } from '@palabre/config/contract/job'
import type { Hub } from '@palabre/hub/hub'

/** One job: it looks in MongoDB what is to be done now, so that running twice, or too late, does no harm. */
export type RunJob<N extends JobName> = (hub: Hub, data: JobData<N>) => Promise<unknown>

import { sweepImports } from '@palabre/hub/imports/sweep'
import type { RunJob } from './job.ts'

/** Finds imports whose worker is gone, also after a flush of Redis. */
export const sweepImportsJob: RunJob<'import.sweep'> = (hub) => sweepImports(hub, new Date())

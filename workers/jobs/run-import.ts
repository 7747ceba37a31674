import { runImport } from '@palabre/hub/imports/run'
import type { RunJob } from './job.ts'

/** Takes the rows of a file in, from where the last worker stopped. */
export const runImportJob: RunJob<'import.run'> = (hub, { importId }) => runImport(hub, importId)

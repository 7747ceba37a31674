import type { RunJob } from './job.ts'

/** Passes on what the process that wrote it did not. */
export const relayLogs: RunJob<'log.relay'> = (hub) => hub.relay.sweep(new Date())

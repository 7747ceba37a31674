import { readEnv } from '@palabre/config/env'
import { connectHub, makeLog } from '@palabre/hub/connect'
import { runJobs } from '@palabre/workers/jobs/run'

/** A worker process that a test may kill: it takes jobs and nothing else. */
const env = readEnv()
const hub = await connectHub(env, makeLog(env, 'worker'))
runJobs(hub)
hub.log.info('workers ready')

/** Makes one queue and one WhatsApp account in an empty database, through the hub's own verbs. */
import { readEnv } from '@palabre/config/env'
import { createAccountOf } from '@palabre/hub/accounts/keep'
import { connectHub, makeLog } from '@palabre/hub/connect'
import { systemActor } from '@palabre/hub/hub'
import { createSetting } from '@palabre/hub/settings/keep'

const env = readEnv()
const hub = await connectHub(env, makeLog(env, 'seed'))
const queue = await createSetting(hub, systemActor, 'queue', {
  name: 'Messages',
  offerSeconds: 60,
  missesAllowed: 2,
  wrapUp: { mode: 'none', seconds: 0, extensionSeconds: 0 },
  sticky: { mode: 'off', seconds: 0, skillNeeded: true }
})
const account = await createAccountOf(hub, systemActor, {
  channel: 'whatsapp',
  name: 'WhatsApp',
  queueId: queue._id.toHexString(),
  settings: JSON.parse(process.env.BENCH_SETTINGS)
})
await hub.close()
process.send({ floor: { accountId: account._id.toHexString() } }, () => process.exit(0))

/**
 * Makes the floor of a part of the voice bench in an empty database, through the hub's own verbs: one queue, so many
 * agents with one place for a call, who are signed in, and a line whose callers go through a welcome and a menu.
 */
import { Types } from 'mongoose'
import { readEnv } from '@palabre/config/env'
import { createAccountOf } from '@palabre/hub/accounts/keep'
import { connectHub, makeLog } from '@palabre/hub/connect'
import { createFlowOf } from '@palabre/hub/flows/keep'
import { publishFlowOf } from '@palabre/hub/flows/publish'
import { systemActor } from '@palabre/hub/hub'
import { csrfOf, hashToken, newToken } from '@palabre/hub/sessions/identify'
import { Session } from '@palabre/hub/sessions/session.model'
import { createSetting } from '@palabre/hub/settings/keep'
import { createUserOf } from '@palabre/hub/users/keep'

const { agents, settings, hasFlow } = JSON.parse(process.env.BENCH_FLOOR)
const env = readEnv()
const hub = await connectHub(env, makeLog(env, 'seed'))
const make = async (name, fields) => (await createSetting(hub, systemActor, name, fields))._id.toHexString()

const queueId = await make('queue', {
  name: 'Calls',
  offerSeconds: 60,
  missesAllowed: 10,
  wrapUp: { mode: 'none', seconds: 0, extensionSeconds: 0 },
  sticky: { mode: 'off', seconds: 0, skillNeeded: true }
})
const teamId = await make('team', { name: 'Floor', queueIds: [queueId] })
const flowId = hasFlow ? await welcome() : null
const account = await createAccountOf(hub, systemActor, {
  channel: 'voice',
  name: 'Line',
  queueId,
  flowId,
  settings
})
const logins = []
for (let i = 0; i < agents; i += 8)
  logins.push(
    ...(await Promise.all(Array.from({ length: Math.min(8, agents - i) }, (_, n) => signedIn(i + n))))
  )
await hub.close()
process.send({ floor: { accountId: account._id.toHexString(), logins } }, () => process.exit(0))

async function welcome() {
  const say = (text) => [{ kind: 'say', text }]
  const flow = await createFlowOf(hub, systemActor, {
    name: 'Welcome',
    description: '',
    language: 'en-GB',
    timeZone: 'UTC',
    maxMinutes: 10,
    hosts: [],
    start: 'welcome',
    atFault: 'queue',
    variables: [],
    nodes: [
      { id: 'welcome', kind: 'say', text: 'Welcome.', next: 'menu' },
      {
        id: 'menu',
        kind: 'menu',
        prompts: say('For cards press 1.'),
        speech: false,
        seconds: 20,
        tries: 2,
        notUnderstood: [],
        silent: [],
        otherwise: 'queue',
        choices: [{ key: '1', words: [], next: 'queue' }]
      },
      { id: 'queue', kind: 'queue', queueId, requirements: [], priority: 0, failed: 'end' },
      { id: 'end', kind: 'hangUp', prompts: [] }
    ]
  })
  const id = flow._id.toHexString()
  await publishFlowOf(hub, systemActor, id, flow.version, '')
  return id
}

async function signedIn(i) {
  const { user, agent } = await createUserOf(
    hub,
    systemActor,
    {
      name: `Agent ${i}`,
      email: `agent-${i}@bench.example`,
      password: 'seven-grey-herons',
      roles: ['agent'],
      agent: { teamId, skills: [], capacity: { voice: 1 } }
    },
    { passwordChangeRequired: false }
  )
  const token = newToken()
  const now = new Date()
  await Session.create({
    _id: new Types.ObjectId(),
    tokenHash: hashToken(token),
    userId: user._id,
    userAgent: 'bench',
    address: '127.0.0.1',
    createdAt: now,
    seenAt: now,
    expiresAt: new Date(now.getTime() + 86_400_000)
  })
  return { agentId: agent._id.toHexString(), name: user.name, token, csrf: csrfOf(token) }
}

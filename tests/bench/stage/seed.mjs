/**
 * Makes the floor of one part in an empty database, through the hub's own verbs: one queue with a skill, so many equal
 * agents, a chat account. The agents are signed in (a session each), so that the bench measures no password hashing.
 */
import { Types } from 'mongoose'
import { readEnv } from '@palabre/config/env'
import { createAccountOf } from '@palabre/hub/accounts/keep'
import { connectHub, makeLog } from '@palabre/hub/connect'
import { systemActor } from '@palabre/hub/hub'
import { csrfOf, hashToken, newToken } from '@palabre/hub/sessions/identify'
import { Session } from '@palabre/hub/sessions/session.model'
import { createSetting } from '@palabre/hub/settings/keep'
import { createUserOf } from '@palabre/hub/users/keep'

const { agents, capacity, offerSeconds } = JSON.parse(process.env.BENCH_FLOOR)
const env = readEnv()
const hub = await connectHub(env, makeLog(env, 'seed'))
const make = async (name, fields) => (await createSetting(hub, systemActor, name, fields))._id.toHexString()

const skillId = await make('skill', { name: 'Cards', description: '' })
const dispositionId = await make('disposition', { name: 'Solved', group: '', order: 1, noteRequired: false })
const queueId = await make('queue', {
  name: 'Care',
  description: '',
  requirements: [{ skillId, level: 2 }],
  calendarId: null,
  priority: 0,
  targets: [{ medium: 'chat', seconds: 60 }],
  offerSeconds,
  agentChoice: 'longest-idle',
  sticky: { mode: 'same-queue', seconds: 120, skillNeeded: true },
  wrapUp: { mode: 'optional', seconds: 60, extensionSeconds: 60 },
  missesAllowed: 2,
  dispositionIds: [dispositionId]
})
const teamId = await make('team', { name: 'Floor', queueIds: [queueId] })
const account = await createAccountOf(hub, systemActor, {
  channel: 'chat',
  name: 'Web',
  queueId,
  settings: { title: { en: 'Bench', fr: 'Banc' } }
})

const logins = []
for (let i = 0; i < agents; i += 8)
  logins.push(
    ...(await Promise.all(Array.from({ length: Math.min(8, agents - i) }, (_, n) => signedIn(i + n))))
  )
logins.push(await signedIn(agents, 'supervisor'))

await hub.close()
process.send({ floor: { accountId: account._id.toHexString(), queueId, dispositionId, logins } }, () =>
  process.exit(0)
)

async function signedIn(i, role = 'agent') {
  const { user, agent } = await createUserOf(
    hub,
    systemActor,
    {
      name: `${role} ${i}`,
      email: `${role}-${i}@bench.example`,
      password: 'seven-grey-herons',
      roles: [role],
      agent: { teamId, skills: [{ skillId, level: 3 }], capacity: { chat: capacity } }
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

/**
 * Makes the floor of the supervision bench in an empty database, through the hub's own verbs: first the queues, with a
 * team and a number each, then people, some at a time, who are signed in.
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

const { doors: wanted, settings, people, capacity } = JSON.parse(process.env.BENCH_FLOOR)
const env = readEnv()
const hub = await connectHub(env, makeLog(env, 'seed'))
const make = async (name, fields) => (await createSetting(hub, systemActor, name, fields))._id.toHexString()
const seeded = people ? await hire() : await open()
await hub.close()
process.send({ seeded }, () => process.exit(0))

/** Where customers come in, and what agents need to go on a break and to close. */
async function open() {
  const pauseReasonId = await make('pauseReason', { name: 'Break', order: 1, paid: true })
  const dispositionId = await make('disposition', {
    name: 'Solved',
    group: '',
    order: 1,
    noteRequired: false
  })
  const doors = []
  for (let n = 0; n < wanted; n++) doors.push(await door(n))
  return { doors, pauseReasonId, dispositionId }
}

async function hire() {
  const logins = []
  for (let i = 0; i < people.length; i += 8)
    logins.push(...(await Promise.all(people.slice(i, i + 8).map((one) => signedIn(one)))))
  return logins
}

/** A queue, its team, and the number that customers write to. */
async function door(n) {
  const queueId = await make('queue', {
    name: `Queue ${n}`,
    targets: [{ medium: 'messaging', seconds: 5 + (n % 7) * 10 }],
    offerSeconds: 600,
    missesAllowed: 10,
    wrapUp: { mode: 'none', seconds: 0, extensionSeconds: 0 },
    sticky: { mode: 'off', seconds: 0, skillNeeded: true }
  })
  const teamId = await make('team', { name: `Team ${n}`, queueIds: [queueId] })
  const phoneNumberId = String(106_540_352_240_000 + n)
  const account = await createAccountOf(hub, systemActor, {
    channel: 'whatsapp',
    name: `Number ${n}`,
    queueId,
    settings: { ...settings, phoneNumberId }
  })
  return { queueId, teamId, accountId: account._id.toHexString(), phoneNumberId }
}

async function signedIn({ role, n, teamId }) {
  const { user, agent } = await createUserOf(
    hub,
    systemActor,
    {
      name: `${role} ${n}`,
      email: `${role}-${n}@bench.example`,
      password: 'seven-grey-herons',
      roles: [role],
      agent: { teamId, skills: [], capacity: { messaging: capacity } }
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

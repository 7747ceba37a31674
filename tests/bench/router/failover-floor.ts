import mongoose from 'mongoose'
import { createAccountOf } from '@palabre/hub/accounts/keep'
import { systemActor } from '@palabre/hub/hub'
import { csrfOf, hashToken, newToken } from '@palabre/hub/sessions/identify'
import { Session } from '@palabre/hub/sessions/session.model'
import { createSetting } from '@palabre/hub/settings/keep'
import { createUserOf } from '@palabre/hub/users/keep'
import type { Stage } from '../../chaos/stage.ts'
import { each } from '../figures.ts'
import { headersOf } from '../load/agent.ts'
import { asked } from '../load/line.ts'
import { openStormDoor, type StormDoor } from './failover-door.ts'

/**
 * While a hub is frozen, requests to it wait: so many places that the takeover is not delayed by agents who have none
 * free, and so few that they run out before the longest frost is over.
 */
const agentCount = 80
const places = 4

export interface StormAgent {
  headers: Record<string, string>
  door: StormDoor
}

export interface StormFloor {
  accountId: string
  agents: Map<string, StormAgent>
}

/** A session without the password: signing in is limited by address, and no part of what is measured. */
async function sessionOf(userId: mongoose.Types.ObjectId) {
  const token = newToken()
  const now = new Date()
  await Session.create({
    _id: new mongoose.Types.ObjectId(),
    tokenHash: hashToken(token),
    userId,
    userAgent: 'bench',
    address: '127.0.0.1',
    createdAt: now,
    seenAt: now,
    expiresAt: new Date(now.getTime() + 86_400_000)
  })
  return headersOf({ token, csrf: csrfOf(token) })
}

/** One queue that everybody works, and agents who are signed in and ready. */
export async function furnish({ observer, urls }: Stage): Promise<StormFloor> {
  const make = async (name: 'queue' | 'team', fields: Record<string, unknown>) =>
    (await createSetting(observer, systemActor, name, fields))._id.toHexString()
  const queueId = await make('queue', {
    name: 'Storm',
    // Longer than any blow: nobody is taken for absent because a hub was.
    offerSeconds: 300,
    missesAllowed: 10,
    wrapUp: { mode: 'none', seconds: 0, extensionSeconds: 0 },
    sticky: { mode: 'off', seconds: 0, skillNeeded: true }
  })
  const teamId = await make('team', { name: 'Storm', queueIds: [queueId] })
  const account = await createAccountOf(observer, systemActor, {
    channel: 'chat',
    name: 'Storm',
    queueId,
    settings: { title: { en: 'Storm', fr: 'Orage' } }
  })
  const ports = urls.map((url) => Number(new URL(url).port))
  const agents = new Map<string, StormAgent>()
  await each([...Array(agentCount).keys()], 4, async (i) => {
    const { user, agent } = await createUserOf(
      observer,
      systemActor,
      {
        name: `Agent ${String(i)}`,
        email: `storm-${String(i)}@palabre.example`,
        password: 'Baobab-sans-racine-7',
        roles: ['agent'],
        agent: { teamId, skills: [], capacity: { chat: places } }
      },
      { passwordChangeRequired: false }
    )
    if (!agent) throw new Error('an agent was asked for')
    const headers = await sessionOf(user._id)
    const door = openStormDoor(ports, i, `127.0.1.${String(i + 1)}`)
    await asked(door, { method: 'PUT', path: '/api/me/presence', headers, body: { state: 'ready' } })
    agents.set(agent._id.toHexString(), { headers, door })
  })
  return { accountId: account._id.toHexString(), agents }
}

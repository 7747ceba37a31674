import { Types } from 'mongoose'
import type { Input } from '@palabre/config/contract/define'
import type { createUser, updateUser } from '@palabre/config/contract/user'
import { tellAgent } from '../agents/tell.ts'
import { Interaction, type InteractionDoc } from '../interactions/interaction.model.ts'
import { requeueWorkOf } from '../interactions/requeue.ts'
import { Agent, agentTold, type AgentDoc } from '../agents/agent.model.ts'
import { changePresence } from '../agents/presence.ts'
import type { Actor, Hub } from '../hub.ts'
import { change } from '../record/change.ts'
import { linesAfter } from '../record/logged.ts'
import { found, refuse } from '../refuse.ts'
import { forgetSessions, revokeSessions } from '../sessions/identify.ts'
import { checkStrength, hashPassword } from '../sessions/password.ts'
import { User, defaultPreferences, userTold, type UserDoc } from './user.model.ts'

const handlers = ['agent', 'supervisor', 'administrator']
type AgentFields = NonNullable<Input<typeof createUser>['body']['agent']>

async function createAgent(
  hub: Hub,
  user: Pick<UserDoc, '_id' | 'name'>,
  fields: AgentFields | undefined,
  by: Actor
) {
  const now = new Date()
  const log = linesAfter(0, [{ name: 'create', by, changes: { name: [null, user.name] } }], now)
  const doc: AgentDoc = {
    _id: new Types.ObjectId(),
    version: 1,
    log,
    logged: 1,
    relayed: 0,
    relayAt: now,
    updatedAt: now,
    userId: user._id,
    name: user.name,
    teamId: fields?.teamId ? new Types.ObjectId(fields.teamId) : null,
    presence: { state: 'offline', pauseReasonId: null, since: now, cause: null },
    skills: fields?.skills ?? [],
    capacity: fields?.capacity ?? null,
    capacityProfileId: fields?.capacityProfileId ? new Types.ObjectId(fields.capacityProfileId) : null,
    holds: [],
    handled: { day: '', count: 0 },
    misses: 0,
    idleSince: now,
    seenAt: now,
    archived: false
  }
  await Agent.create(doc)
  hub.relay.pass(agentTold, doc)
  return doc
}

/** Makes a login. Those who handle interactions get an agent record. Refuses `already-exists`, `weak-password`. */
export async function createUserOf(
  hub: Hub,
  by: Actor,
  body: Input<typeof createUser>['body'],
  { passwordChangeRequired = true } = {}
): Promise<{ user: UserDoc; agent: AgentDoc | null }> {
  const email = body.email.trim().toLowerCase()
  checkStrength(body.password, { name: body.name, email })
  const now = new Date()
  const doc: UserDoc = {
    _id: new Types.ObjectId(),
    version: 1,
    log: linesAfter(
      0,
      [
        {
          name: 'create',
          by,
          changes: { name: [null, body.name], email: [null, email], roles: [null, body.roles] }
        }
      ],
      now
    ),
    logged: 1,
    relayed: 0,
    relayAt: now,
    updatedAt: now,
    name: body.name.trim(),
    email,
    roles: body.roles,
    passwordHash: await hashPassword(body.password),
    passwordChangeRequired,
    failures: 0,
    lockedUntil: null,
    lastSignInAt: null,
    agentId: null,
    lookedAfter: body.lookedAfter ?? null,
    preferences: defaultPreferences,
    archived: false
  }
  try {
    await User.create(doc)
  } catch (error) {
    if ((error as { code?: number }).code === 11000)
      return refuse('already-exists', undefined, [{ path: 'email', message: 'is taken' }])
    throw error
  }
  const agent = body.roles.some((role) => handlers.includes(role))
    ? await createAgent(hub, doc, body.agent, by)
    : null
  if (agent) {
    await User.updateOne({ _id: doc._id }, { agentId: agent._id })
    doc.agentId = agent._id
  }
  hub.relay.pass(userTold, doc)
  return { user: doc, agent }
}

/** The last administrator stays one. */
async function keepOneAdministrator(user: UserDoc, roles: string[], archived: boolean) {
  if (!user.roles.includes('administrator') || (roles.includes('administrator') && !archived)) return
  const others = await User.countDocuments({
    _id: { $ne: user._id },
    roles: 'administrator',
    archived: false
  })
  if (others === 0) refuse('still-in-use', 'The last administrator cannot be taken away')
}

export async function updateUserOf(
  hub: Hub,
  by: Actor,
  id: string,
  { version, change: given }: Input<typeof updateUser>['body']
): Promise<UserDoc> {
  const before = found((await User.findById(id).lean()) as UserDoc | null)
  if (before.version !== version) return refuse('changed-meanwhile')
  await keepOneAdministrator(before, given.roles ?? before.roles, false)
  const set = { ...given, ...(given.email && { email: given.email.trim().toLowerCase() }) }
  const written = found(
    await change(
      User,
      id,
      (doc) => {
        if (doc.version !== version) return refuse('changed-meanwhile')
        const changes = Object.fromEntries(
          Object.entries(set).map(([field, value]) => [field, [doc[field as keyof UserDoc], value]])
        )
        return { set, entries: [{ name: 'update', by, changes }] }
      },
      before
    ).catch((error: unknown) => {
      if ((error as { code?: number }).code === 11000)
        return refuse('already-exists', undefined, [{ path: 'email', message: 'is taken' }])
      throw error
    })
  ).doc
  const handles = written.roles.some((role) => handlers.includes(role))
  if (written.agentId && given.roles) await setAgentArchived(hub, by, written.agentId, !handles)
  if (!written.agentId && handles) {
    const agent = await createAgent(hub, written, undefined, by)
    await User.updateOne({ _id: written._id }, { agentId: agent._id })
    written.agentId = agent._id
  }
  if (written.agentId && set.name) {
    const agent = await change(Agent, written.agentId, () => ({ set: { name: set.name }, entries: [] }))
    if (agent) hub.relay.pass(agentTold, agent.doc)
  }
  forgetSessions(hub)
  hub.relay.pass(userTold, written)
  return written
}

/** Who handles interactions no more gives back what is in their hands, and is offered nothing. */
async function setAgentArchived(hub: Hub, by: Actor, agentId: Types.ObjectId, archived: boolean) {
  if (archived) await changePresence(hub, agentId, { state: 'offline', cause: 'signed-out' }, by)
  const agent = await change(Agent, agentId, (doc) =>
    doc.archived === archived ? null : { set: { archived }, entries: [] }
  )
  if (!agent?.changed) return
  await tellAgent(hub, agent.doc)
  if (!archived) return
  const work = (await Interaction.find({ agentId, state: 'active' }).lean()) as InteractionDoc[]
  await requeueWorkOf(hub, agentId, work, 'agent-archived', true)
}

export async function setArchived(hub: Hub, by: Actor, id: string, archived: boolean): Promise<UserDoc> {
  const before = found((await User.findById(id).lean()) as UserDoc | null)
  if (archived) await keepOneAdministrator(before, before.roles, true)
  const { doc } = found(
    await change(User, id, (user) =>
      user.archived === archived
        ? null
        : {
            set: { archived },
            entries: [
              { name: archived ? 'archive' : 'restore', by, changes: { archived: [user.archived, archived] } }
            ]
          }
    )
  )
  if (doc.agentId)
    await setAgentArchived(
      hub,
      by,
      doc.agentId,
      archived || !doc.roles.some((role) => handlers.includes(role))
    )
  if (archived) await revokeSessions(hub, doc._id)
  hub.relay.pass(userTold, doc)
  return doc
}

/** Sets a new password. `required`: it has to be changed at the next sign-in. */
export async function setPassword(
  hub: Hub,
  by: Actor,
  id: string,
  password: string,
  required: boolean
): Promise<UserDoc> {
  const before = found((await User.findById(id).lean()) as UserDoc | null)
  checkStrength(password, before)
  const passwordHash = await hashPassword(password)
  const { doc } = found(
    await change(User, id, () => ({
      set: { passwordHash, passwordChangeRequired: required, failures: 0, lockedUntil: null },
      entries: [
        required
          ? { name: 'resetPassword', by, changes: {} }
          : { name: 'changePassword', action: 'password.change', by, changes: {} }
      ]
    }))
  )
  hub.relay.pass(userTold, doc)
  return doc
}

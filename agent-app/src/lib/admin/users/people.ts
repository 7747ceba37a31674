import { updateAgent, type Agent, type AgentPhone } from '@palabre/config/contract/agent'
import { roles, type Role } from '@palabre/config/contract/permissions'
import { archiveUser, createUser, restoreUser, updateUser, type User } from '@palabre/config/contract/user'
import { call } from '../../call.ts'
import type { Medium } from '../../media.ts'
import { t } from '../../words.svelte.ts'
import { everyPlace } from '../capacity/say-places.ts'
import { isPhone } from './agent-phone.ts'
import { check, type FieldError } from '../records/check.ts'
import type { Form } from '../records/editor.svelte.ts'
import type { KeptRecords } from '../records/kept.svelte.ts'
import { agents, users } from '../records/stores.ts'

/** A login with what it holds as an agent; those who may not read logins see the agents only. */
export interface Person {
  id: string
  archived: boolean
  name: string
  user: User | null
  agent: Agent | null
}

export interface PersonFields {
  name: string
  email: string
  /** The first one; only while it is new. */
  password: string
  roles: Role[]
  /** Teams that a supervisor looks after; null: all. */
  lookedAfter: string[] | null
  teamId: string | null
  skills: { skillId: string; level: number }[]
  /** Own places for every medium, 0 is not offered; null as the profile or the team has it. */
  capacity: Record<Medium, number> | null
  capacityProfileId: string | null
  /** What rings for them; null: the phone in the browser. */
  phone: AgentPhone | null
}

/** Roles whose people may handle interactions, and so have an agent record. */
export const handles = (held: readonly Role[]): boolean =>
  held.some((role) => role === 'agent' || role === 'supervisor' || role === 'administrator')

/** Users with their agent records, as one store. */
export const people = (): KeptRecords<Person> => {
  const all = (): Person[] | null => {
    if (!users.items || !agents.items) return null
    const byUser = new Map(agents.items.map((agent) => [agent.userId, agent]))
    const known = users.items.map((user) => ({
      id: user.id,
      archived: user.archived,
      name: user.name,
      user,
      agent: byUser.get(user.id) ?? null
    }))
    const ids = new Set(users.items.map(({ id }) => id))
    const others = agents.items
      .filter(({ userId }) => !ids.has(userId))
      .map((agent) => ({ id: agent.userId, archived: false, name: agent.name, user: null, agent }))
    return [...known, ...(users.items.length ? [] : others)]
  }
  const store = {
    get items() {
      return all()
    },
    get active() {
      return all()?.filter(({ archived }) => !archived) ?? []
    },
    get failure() {
      return users.failure ?? agents.failure
    },
    byId: (id: string | null | undefined) => all()?.find((person) => person.id === id),
    use() {
      users.use()
      agents.use()
      return store
    },
    read: async () => {
      await Promise.all([users.read(), agents.read()])
    },
    put: ({ user, agent }: Person) => {
      if (user) users.put(user)
      if (agent) agents.put({ ...agent, archived: false })
    }
  }
  return store as unknown as KeptRecords<Person>
}

const fieldsOf = ({ user, agent, name }: Person): PersonFields => ({
  name,
  email: user?.email ?? '',
  password: '',
  roles: [...(user?.roles ?? [])],
  lookedAfter: user?.lookedAfter ? [...user.lookedAfter] : null,
  teamId: agent?.teamId ?? user?.teamId ?? null,
  skills: (agent?.skills ?? []).map(({ skillId, level }) => ({ skillId, level })),
  capacity: agent?.capacity ? everyPlace(agent.capacity) : null,
  capacityProfileId: agent?.capacityProfileId ?? null,
  phone: agent?.phone ?? null
})

function checkPerson(fields: PersonFields, person: Person | null): FieldError[] {
  const { name, email, password } = fields
  const capacity = Object.entries(fields.capacity ?? {}).flatMap(([medium, count]): FieldError[] =>
    Number.isInteger(count) && count >= 0 && count <= 50
      ? []
      : [{ path: `capacity/${medium}`, message: t('admin.error-capacity') }]
  )
  // Chosen, but not yet which.
  if (fields.capacityProfileId === '')
    capacity.push({ path: 'capacityProfileId', message: t('adminQueue.fault-profile') })
  if (fields.lookedAfter?.length === 0 && fields.roles.includes('supervisor'))
    capacity.push({ path: 'lookedAfter', message: t('admin.error-lookedAfter') })
  const { phone } = fields
  const ofAgent: FieldError[] =
    phone === null || isPhone(phone)
      ? capacity
      : [...capacity, { path: 'phone', message: t(`admin.error-phone-${phone.kind}`) }]
  if (person && !person.user) return ofAgent
  const wrong = check(createUser.body, {
    name,
    email,
    roles: fields.roles,
    password: person ? 'unchanged' : password
  })
  return [...wrong, ...ofAgent]
}

export const personForm: Form<Person, PersonFields> = {
  blank: () => ({
    name: '',
    email: '',
    password: '',
    roles: ['agent'],
    lookedAfter: null,
    teamId: null,
    skills: [],
    capacity: null,
    capacityProfileId: null,
    phone: null
  }),
  fieldsOf,
  check: checkPerson,
  blames: { 'already-exists': 'email', 'weak-password': 'password' },
  async create(fields) {
    const { name, email, password, roles: given, lookedAfter } = fields
    const { teamId, skills, capacity, capacityProfileId, phone } = fields
    const user = await call(createUser, {
      body: {
        name,
        email,
        password,
        roles: roles.filter((role) => given.includes(role)),
        lookedAfter,
        ...(handles(given) && { agent: { teamId, skills, capacity, capacityProfileId } })
      }
    })
    if (user.agentId && phone)
      await call(updateAgent, { params: { id: user.agentId }, body: { change: { phone } } })
    await agents.read()
    return {
      id: user.id,
      archived: false,
      name,
      user,
      agent: agents.items?.find((one) => one.userId === user.id) ?? null
    }
  },
  async update(person, change) {
    const { name, email, roles: given, lookedAfter } = change
    let { user, agent } = person
    const ofUser = {
      ...(name && { name }),
      ...(email && { email }),
      ...(given && { roles: given }),
      ...(lookedAfter !== undefined && { lookedAfter })
    }
    if (user && Object.keys(ofUser).length)
      user = await call(updateUser, {
        params: { id: user.id },
        body: { version: user.version, change: ofUser }
      })
    const { teamId, skills, capacity, capacityProfileId, phone } = change
    const ofAgent = {
      ...(teamId !== undefined && { teamId }),
      ...(skills && { skills }),
      ...(capacity !== undefined && { capacity }),
      ...(capacityProfileId !== undefined && { capacityProfileId }),
      ...(phone !== undefined && { phone })
    }
    // A role that was just given has made the agent record.
    if (user && !agent && user.agentId) await agents.read()
    const agentId = agent?.id ?? user?.agentId
    if (agentId && Object.keys(ofAgent).length)
      agent = await call(updateAgent, { params: { id: agentId }, body: { change: ofAgent } })
    return { ...person, name: user?.name ?? person.name, user, agent }
  }
}

const asPerson = (user: User): Person => ({
  id: user.id,
  archived: user.archived,
  name: user.name,
  user,
  agent: null
})

export const personShelf = {
  archive: async (id: string) => asPerson(await call(archiveUser, { params: { id } })),
  restore: async (id: string) => asPerson(await call(restoreUser, { params: { id } }))
}

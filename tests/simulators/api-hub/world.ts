import type { ChannelAccount, ChannelKind } from '@palabre/config/contract/account'
import type { Alert } from '@palabre/config/contract/alert'
import type { Agent } from '@palabre/config/contract/agent'
import type { Contact } from '@palabre/config/contract/contact'
import type { Conversation, Interaction, LogEntry } from '@palabre/config/contract/interaction'
import type { Draft, Message } from '@palabre/config/contract/message'
import { allows, permissions, type Permission, type Role } from '@palabre/config/contract/permissions'
import { queue, team, type ResourceName } from '@palabre/config/contract/setting'
import type { MessageTemplate } from '@palabre/config/contract/template'
import type { AuditEntry, Me, Preferences, User } from '@palabre/config/contract/user'

export interface Kept {
  id: string
  version: number
  archived: boolean
  updatedAt: string
  [field: string]: unknown
}

/** Everything that the stand-in knows. Screens' fixtures are pushed into it before it is served. */
export interface World {
  me: Me | null
  users: User[]
  preferences: Map<string, Preferences>
  agents: Agent[]
  contacts: Contact[]
  conversations: Conversation[]
  interactions: Interaction[]
  messages: Message[]
  logs: Map<string, LogEntry[]>
  drafts: Map<string, Draft>
  channels: ChannelKind[]
  accounts: ChannelAccount[]
  alerts: Alert[]
  templates: MessageTemplate[]
  audit: AuditEntry[]
  settings: Record<ResourceName, Kept[]>
  password: string
}

let count = 0
/** A new id: 24 hex digits, growing. */
export const newId = (): string => (++count).toString(16).padStart(24, '0')
export const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString()

export const defaultPreferences: Preferences = {
  locale: 'en',
  theme: 'system',
  offerSound: 'bell',
  offerVolume: 70,
  notifications: false,
  signature: ''
}

/** A record that administrators keep, with its housekeeping fields. */
export const keep = (fields: Record<string, unknown>): Kept => ({
  id: newId(),
  version: 1,
  archived: false,
  updatedAt: ago(86_400),
  ...fields
})

/** What the hub tells a person about herself. */
export const meOf = (world: World, user: User): Me => ({
  user,
  permissions: (Object.keys(permissions) as Permission[]).filter((permission) =>
    allows(user.roles, permission)
  ),
  agent: world.agents.find(({ id }) => id === user.agentId) ?? null,
  queueIds: user.roles.includes('agent') ? world.settings.queue.map(({ id }) => id) : null,
  teamIds: user.roles.includes('agent') ? world.settings.team.map(({ id }) => id) : user.lookedAfter,
  preferences: world.preferences.get(user.id) ?? defaultPreferences,
  csrf: 'stand-in-csrf'
})

function person(world: World, name: string, email: string, roles: Role[], change: Partial<User> = {}) {
  const handles = roles.includes('agent') || roles.includes('supervisor')
  const user: User = {
    id: newId(),
    version: 1,
    archived: false,
    name,
    email,
    roles,
    locked: false,
    passwordChangeRequired: false,
    lastSignInAt: ago(3600),
    agentId: handles ? newId() : null,
    teamId: null,
    lookedAfter: null,
    ...change
  }
  world.users.push(user)
  if (user.agentId)
    world.agents.push({
      id: user.agentId,
      version: 1,
      userId: user.id,
      name,
      teamId: null,
      presence: { state: 'ready', pauseReasonId: null, since: ago(754), cause: null },
      skills: [],
      capacity: { chat: 3, email: 8, voice: 1 },
      capacityProfileId: null,
      phone: null,
      loans: [],
      handled: { day: ago(0).slice(0, 10), count: 0 },
      holds: []
    })
}

/** A small imaginary bank: four people, two queues, nobody signed in. */
export function makeWorld(): World {
  const world: World = {
    me: null,
    users: [],
    preferences: new Map(),
    agents: [],
    contacts: [],
    conversations: [],
    interactions: [],
    messages: [],
    logs: new Map(),
    drafts: new Map(),
    channels: [],
    accounts: [],
    alerts: [],
    templates: [],
    audit: [],
    settings: {
      skill: [],
      calendar: [],
      queue: [],
      capacityProfile: [],
      site: [],
      team: [],
      disposition: [],
      pauseReason: [],
      cannedAnswer: []
    },
    password: 'palabre-demo'
  }
  person(world, 'Awa Demo', 'awa@bank.example', ['agent'])
  person(world, 'Sam Demo', 'supervisor@bank.example', ['supervisor'])
  person(world, 'Ada Demo', 'admin@bank.example', ['administrator'])
  person(world, 'Max Demo', 'marketing@bank.example', ['marketing'])
  person(world, 'New Demo', 'new@bank.example', ['agent'], { passwordChangeRequired: true })
  const { settings } = world
  for (const name of ['French', 'English', 'Cards', 'Loans'])
    settings.skill.push(keep({ name, description: '' }))
  for (const [order, name] of ['Lunch', 'Break', 'Training', 'Meeting'].entries())
    settings.pauseReason.push(keep({ name, order, paid: name !== 'Lunch' }))
  for (const [order, name] of ['Solved', 'Called back', 'No answer', 'Spam'].entries())
    settings.disposition.push(keep({ name, group: 'General', order, noteRequired: false }))
  for (const name of ['Cards', 'Everyday banking'])
    settings.queue.push(
      keep({
        ...queue.defaults,
        name,
        targets: [{ medium: 'chat', seconds: 60 }],
        offerSeconds: 20,
        wrapUp: { mode: 'timed', seconds: 60, extensionSeconds: 30 },
        dispositionIds: settings.disposition.map(({ id }) => id)
      })
    )
  settings.team.push(keep({ ...team.defaults, name: 'Retail', queueIds: settings.queue.map(({ id }) => id) }))
  return world
}

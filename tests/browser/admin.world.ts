import { channels } from '@palabre/channels/registry'
import type { ChannelAccount } from '@palabre/config/contract/account'
import { presentKind } from '@palabre/hub/accounts/present-kind'
import { defaultCapacity } from '@palabre/config/contract/routing'
import type { AuditEntry } from '@palabre/config/contract/user'
import { resources, type ResourceName } from '@palabre/config/contract/setting'
import { Refuse, type Answers, type Asked } from '../simulators/api-hub/asked.ts'
import { addInteraction, contactOf } from '../simulators/api-hub/desk.ts'
import { ago, keep, newId, type World } from '../simulators/api-hub/world.ts'

/** The channels as the hub tells of them. */
const kinds = channels.map((channel) => presentKind(channel, 'https://palabre.bank.example'))

const health = (change: Partial<ChannelAccount['health']> = {}): ChannelAccount['health'] => ({
  state: 'up',
  detail: '',
  since: ago(9000),
  pairing: false,
  lastInAt: ago(140),
  lastOutAt: ago(700),
  hookSeenAt: null,
  expiresAt: null,
  failures: 0,
  sends: 0,
  slots: [],
  ...change
})

export function account(change: Partial<ChannelAccount>): ChannelAccount {
  return {
    id: newId(),
    version: 1,
    archived: false,
    channel: 'chat',
    name: '',
    queueId: newId(),
    paused: false,
    setupStep: null,
    held: 0,
    flowId: null,
    settings: {},
    health: health(),
    updatedAt: ago(9000),
    ...change
  }
}

/** A bank with enough in it that every screen of administration has something to show. */
export function furnish(world: World) {
  const { settings } = world
  const [french, english, cards] = settings.skill
  const queueId = settings.queue[0]?.id ?? ''
  world.channels.push(...kinds)
  world.accounts.push(
    account({ name: 'Web site chat', queueId, settings: { origins: ['https://www.bank.example'] } }),
    account({
      channel: 'email',
      name: 'help@bank.example',
      queueId,
      settings: {
        address: 'help@bank.example',
        inbound: 'imap',
        imapHost: 'imap.bank.example',
        imapPassword: '•••'
      },
      health: health({
        state: 'refused',
        detail: 'NO [AUTHENTICATIONFAILED] Authentication failed',
        failures: 3
      })
    }),
    account({
      channel: 'email',
      name: 'complaints@bank.example',
      queueId: settings.queue[1]?.id ?? '',
      paused: true,
      settings: { address: 'complaints@bank.example', inbound: 'smtp' }
    })
  )
  const office = [
    { from: 480, to: 720 },
    { from: 840, to: 1080 }
  ]
  settings.calendar.push(
    keep({
      name: 'Head office',
      timeZone: 'Europe/Paris',
      week: [office, office, office, office, [{ from: 480, to: 720 }], [], []],
      holidays: [
        { day: '2026-12-25', name: 'Christmas', intervals: [] },
        { day: '2026-12-31', name: 'New Year’s Eve', intervals: [{ from: 480, to: 720 }] }
      ]
    })
  )
  Object.assign(settings.queue[0]!, {
    requirements: [
      { skillId: cards?.id, level: 3 },
      { any: [{ skillId: french?.id, level: 2 }, { agentIds: [world.agents[1]!.id] }] }
    ],
    relaxation: {
      steps: [
        { afterSeconds: 60, lowerLevelsBy: 1, dropSkillIds: [], addQueueIds: [], addTeamIds: [] },
        {
          afterSeconds: 180,
          lowerLevelsBy: 0,
          dropSkillIds: [french?.id],
          addQueueIds: [settings.queue[1]!.id],
          addTeamIds: []
        }
      ],
      ending: { rule: 'anyone', afterSeconds: 600 }
    },
    boosts: [{ attribute: 'segment', value: 'private', points: 15 }],
    overflow: [
      {
        media: ['chat', 'messaging'],
        when: { kind: 'waited', seconds: 300 },
        then: { kind: 'suggest', what: 'callback' }
      },
      {
        media: [],
        when: { kind: 'length', over: 50 },
        then: { kind: 'queue', queueId: settings.queue[1]!.id }
      },
      {
        media: ['chat'],
        when: { kind: 'nobody' },
        then: {
          kind: 'message',
          text: { en: 'We are back tomorrow at eight.', fr: 'Nous sommes de retour demain à huit heures.' }
        }
      }
    ],
    calendarId: settings.calendar[0]?.id,
    description: 'Lost, stolen and refused cards'
  })
  settings.queue.push({ ...keep({}), ...settings.queue[1], id: newId(), name: 'Loans' })
  for (const [n, name] of ['Fatou Exemple', 'Paul Sample', 'Chinwe Example', 'Mamadou Sy'].entries())
    addInteraction(world, contactOf(name), {
      queueId: settings.queue[n < 3 ? 0 : 2]!.id,
      state: 'queued',
      agentId: null,
      acceptedAt: null,
      queuedAt: ago(400 - n * 90)
    })
  settings.skill.push(
    keep({
      name: 'A very long name of a skill that somebody once wrote without thinking of lists '.repeat(2),
      description: ''
    }),
    { ...keep({ name: 'Telegrams', description: '' }), archived: true }
  )
  settings.capacityProfile.push(
    keep({ ...defaultCapacity, name: 'Chat only', places: { chat: 5 }, total: 5, idleMinutes: 10 }),
    keep({ ...defaultCapacity, name: 'Trainees', places: { chat: 1, email: 2 } })
  )
  settings.team[0]!['capacityProfileId'] = settings.capacityProfile[0]!.id
  settings.disposition.push(
    keep({ name: 'Card blocked', group: 'Cards', order: 10, noteRequired: false }),
    keep({ name: 'Card replaced', group: 'Cards', order: 20, noteRequired: true }),
    keep({ name: 'Fraud reported', group: 'Cards', order: 30, noteRequired: true })
  )
  settings.cannedAnswer.push(
    keep({
      shortcut: 'hello',
      title: 'Greeting',
      text: 'Hello {{contact.name}}, this is {{agent.name}} from {{queue.name}}. How can I help?',
      html: null,
      locale: 'en',
      queueIds: []
    }),
    keep({
      shortcut: 'bonjour',
      title: 'Salutation',
      text: 'Bonjour {{contact.name}}, {{agent.nom}} à votre service.',
      html: null,
      locale: 'fr',
      queueIds: [queueId]
    })
  )
  const awa = world.users[0]!
  Object.assign(world.agents[0]!, {
    teamId: settings.team[0]?.id,
    skills: [
      { skillId: cards?.id, level: 4 },
      { skillId: french?.id, level: 5 },
      { skillId: english?.id, level: 3 }
    ]
  })
  awa.teamId = settings.team[0]?.id ?? null
  Object.assign(world.users[4]!, { locked: true })
  world.users.push({
    ...awa,
    id: newId(),
    agentId: null,
    archived: true,
    name: 'Old Demo',
    email: 'old@bank.example'
  })

  const queue = settings.queue[0]!
  const entry = (action: string, change: Partial<AuditEntry> = {}): AuditEntry => ({
    id: newId(),
    at: ago(world.audit.length * 4000 + 60),
    actorId: world.users[2]!.id,
    actorName: world.users[2]!.name,
    action,
    subject: action.split('.')[0] ?? '',
    subjectId: null,
    changes: {},
    address: '192.0.2.14',
    outcome: 'done',
    ...change
  })
  world.audit.push(
    entry('queue.update', {
      subjectId: queue.id,
      changes: {
        offerSeconds: [20, 90],
        requirements: [[], [{ skillId: cards?.id, level: 3 }]],
        sticky: [
          { mode: 'off', seconds: 120, skillNeeded: true },
          { mode: 'same-queue', seconds: 120, skillNeeded: true }
        ]
      }
    })
  )
  world.audit.push(
    entry('session.signIn', { outcome: 'wrong-credentials', actorId: awa.id, actorName: awa.name })
  )
  world.audit.push(
    entry('user.update', { subjectId: awa.id, changes: { roles: [['agent'], ['agent', 'supervisor']] } })
  )
  world.audit.push(
    entry('account.archive', { subjectId: world.accounts[0]!.id, changes: { archived: [false, true] } })
  )
  world.audit.push(entry('session.signIn'))
}

export const quarantine = [
  {
    id: newId(),
    accountId: newId(),
    accountName: 'help@bank.example',
    reason: 'More than 100 nested parts',
    size: 48_213,
    at: ago(5000)
  },
  {
    id: newId(),
    accountId: newId(),
    accountName: 'help@bank.example',
    reason: 'The text is not what its charset says',
    size: 913,
    at: ago(93_000)
  }
]

const must = <T>(found: T | undefined): T => {
  if (found === undefined) throw new Refuse('not-found')
  return found
}
const told = ({ push }: Asked, resource: string, id: string) => push('setting.changed', { resource, id })

/** Settings as the hub gives them back: of secrets only that they are set. */
function veiled({ world, body }: Asked): Record<string, unknown> {
  const kind = world.channels.find(({ name }) => name === body.channel)
  const properties = (kind?.settings['properties'] ?? {}) as Record<string, { secret?: boolean }>
  return Object.fromEntries(
    Object.entries(body.settings as Record<string, unknown>).map(([name, value]) => [
      name,
      properties[name]?.secret ? (value ? '•••' : null) : value
    ])
  )
}

function shelve(archived: boolean, list: 'users' | 'accounts') {
  return (asked: Asked) => {
    const record = must(asked.world[list].find(({ id }) => id === asked.params['id']))
    record.archived = archived
    record.version += 1
    if (list === 'accounts') told(asked, 'account', record.id)
    else asked.push('user.changed', { userId: record.id })
    return record
  }
}

/** What the stand-in hub lacks for administration; `archived=true` also brings archived ones, as the real hub does. */
export const adminAnswers: Answers = {
  ...Object.fromEntries(
    (Object.keys(resources) as ResourceName[]).map((name) => [
      `${name}.list`,
      ({ world, query }: Asked) => ({
        items: world.settings[name].filter(({ archived }) => query['archived'] === 'true' || !archived)
      })
    ])
  ),
  'user.list': ({ world, query }) => ({
    items: world.users.filter(({ archived }) => query['archived'] === 'true' || !archived)
  }),
  'account.list': ({ world, query }) => ({
    items: world.accounts.filter(({ archived }) => query['archived'] === 'true' || !archived)
  }),
  'user.create': (asked) => {
    const { world, body } = asked
    if (world.users.some(({ email }) => email === body.email)) throw new Refuse('already-exists')
    const user = {
      id: newId(),
      version: 1,
      archived: false,
      name: body.name,
      email: body.email,
      roles: body.roles,
      locked: false,
      passwordChangeRequired: true,
      lastSignInAt: null,
      agentId: newId(),
      teamId: body.agent?.teamId ?? null,
      lookedAfter: body.lookedAfter ?? null
    }
    world.users.push(user)
    world.agents.push({
      ...must(world.agents[0]),
      id: user.agentId,
      userId: user.id,
      name: user.name,
      ...body.agent
    })
    asked.push('user.changed', { userId: user.id })
    return user
  },
  'user.update': ({ world, params, body }) => {
    const user = must(world.users.find(({ id }) => id === params['id']))
    if (user.version !== body.version) throw new Refuse('changed-meanwhile')
    return Object.assign(user, body.change, { version: user.version + 1 })
  },
  'user.resetPassword': ({ world, params, body }) => {
    if (body.password.length < 10) throw new Refuse('weak-password')
    return Object.assign(must(world.users.find(({ id }) => id === params['id'])), {
      locked: false,
      passwordChangeRequired: true
    })
  },
  'user.archive': shelve(true, 'users'),
  'user.restore': shelve(false, 'users'),
  'agent.update': (asked) => {
    const agent = must(asked.world.agents.find(({ id }) => id === asked.params['id']))
    Object.assign(agent, asked.body.change, { version: agent.version + 1 })
    asked.push('agent.changed', { agent })
    return agent
  },
  'account.create': (asked) => {
    const made = account({
      ...asked.body,
      settings: veiled(asked),
      health: health({ state: 'unknown', lastInAt: null, lastOutAt: null })
    })
    asked.world.accounts.push(made)
    told(asked, 'account', made.id)
    return made
  },
  'account.update': (asked) => {
    const { world, params, body } = asked
    const found = must(world.accounts.find(({ id }) => id === params['id']))
    if (found.version !== body.version) throw new Refuse('changed-meanwhile')
    const { settings, ...rest } = body.change
    Object.assign(found, rest, { version: found.version + 1 })
    Object.assign(found.settings, settings)
    told(asked, 'account', found.id)
    return found
  },
  'account.archive': shelve(true, 'accounts'),
  'account.restore': shelve(false, 'accounts'),
  'account.test': ({ body }) => ({
    ok: false,
    steps: [
      { name: 'Connect to IMAP', ok: true, detail: `${body.settings.imapHost ?? ''}:993` },
      { name: 'Sign in to IMAP', ok: false, detail: 'NO [AUTHENTICATIONFAILED] Authentication failed' }
    ]
  }),
  'audit.list': ({ world, query }) => {
    const found = world.audit.filter(
      ({ action, actorId, subjectId }) =>
        (!query['action'] || query['action'] === action) &&
        (!query['actorId'] || query['actorId'] === actorId) &&
        (!query['subjectId'] || query['subjectId'] === subjectId)
    )
    const from = Number(query['after'] ?? 0)
    return { items: found.slice(from, from + 4), ...(found.length > from + 4 && { next: String(from + 4) }) }
  },
  'quarantine.list': () => ({ items: quarantine }),
  'quarantine.raw': () => 'From: somebody\n\nraw',
  'quarantine.dismiss': ({ params }) => {
    quarantine.splice(
      quarantine.findIndex(({ id }) => id === params['id']),
      1
    )
    return { ok: true }
  }
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import mongoose from 'mongoose'
import { routes } from '@palabre/config/contract/index'
import { ChannelAccountModel, openAccount, type AccountDoc } from '@palabre/hub/accounts/account.model'
import {
  Person,
  Visitor,
  chatAccount,
  clientId,
  eventually,
  openHouse,
  type Answer,
  type House
} from './house.ts'
import { hire, recordNamed } from './people.ts'

let house: House
let admin: Person
let supervisor: Person
const nowhere = 'f'.repeat(24)
const secrets = ['S3cret-of-the-mailbox', 'S3cret-of-the-relay', 'S3cret-of-the-site-which-signs-visitors']

beforeAll(async () => {
  house = await openHouse()
  admin = await Person.signIn(house.url, 'admin')
  supervisor = await Person.signIn(house.url, 'supervisor')
})
afterAll(() => house.stop())

const always = Array.from({ length: 7 }, () => [{ from: 0, to: 1440 }])
const never = Array.from({ length: 7 }, () => [])
const queueFields = (name: string, more: object = {}) => ({
  name,
  description: '',
  requirements: [],
  calendarId: null,
  priority: 0,
  targets: [],
  offerSeconds: 30,
  agentChoice: 'longest-idle',
  sticky: { mode: 'off', seconds: 0, skillNeeded: true },
  wrapUp: { mode: 'none', seconds: 0, extensionSeconds: 0 },
  missesAllowed: 2,
  dispositionIds: [],
  ...more
})
const make = async (path: string, fields: object): Promise<Answer['body']> => {
  const { status, body } = await admin.post(path, fields)
  expect(status, JSON.stringify(body)).toBe(200)
  return body
}
const archive = (path: string, id: string) => admin.send('DELETE', `${path}/${id}`)
const restore = (path: string, id: string) => admin.send('POST', `${path}/${id}/restore`)
const update = (path: string, { id, version }: { id: string; version: number }, change: object) =>
  admin.send('PATCH', `${path}/${id}`, { version, change })
const auditOf = async (subjectId: string) =>
  (await admin.get(`/api/audit?subjectId=${subjectId}&limit=200`)).body.items as {
    action: string
    actorName: string
    address: string
    changes: Record<string, [unknown, unknown]>
  }[]

const kinds: [string, string, Record<string, unknown>, string, unknown][] = [
  ['skill', '/api/skills', { name: 'Wolof', description: '' }, 'description', 'spoken'],
  [
    'calendar',
    '/api/calendars',
    { name: 'Nights', timeZone: 'Africa/Dakar', week: never, holidays: [] },
    'timeZone',
    'Europe/Paris'
  ],
  ['queue', '/api/queues', queueFields('Night queue'), 'priority', 7],
  ['team', '/api/teams', { name: 'Night team', queueIds: [] }, 'name', 'Night shift'],
  [
    'disposition',
    '/api/dispositions',
    { name: 'Solved', group: '', order: 1, noteRequired: false },
    'noteRequired',
    true
  ],
  ['pauseReason', '/api/pause-reasons', { name: 'Tea', order: 1, paid: false }, 'paid', true],
  [
    'cannedAnswer',
    '/api/canned-answers',
    { shortcut: 'bye', title: 'Bye', text: 'Bye {{contact.name}}', html: null, locale: 'en', queueIds: [] },
    'text',
    'Good bye'
  ]
]

describe.each(kinds)('a %s', (name, path, fields, field, value) => {
  it('is made, changed, taken out of use and brought back, and each step is traced', async () => {
    const made = await make(path, fields)
    expect(made).toMatchObject({ ...fields, version: 1, archived: false })
    expect((await admin.get(path)).body.items).toContainEqual(made)
    expect((await admin.post(path, fields)).body.error).toBe('already-exists')

    const changed = await update(path, made, { [field]: value })
    expect(changed.body).toMatchObject({ ...fields, [field]: value, version: 2 })
    const late = await update(path, made, { [field]: fields[field] })
    expect(late.body.error).toBe('changed-meanwhile')
    const same = await update(path, changed.body, { [field]: value })
    expect(same.body.version).toBe(2)

    expect((await archive(path, made.id)).body.archived).toBe(true)
    expect((await archive(path, made.id)).body.version).toBe(3)
    const ids = async (query: string) =>
      ((await admin.get(path + query)).body.items as { id: string }[]).map(({ id }) => id)
    expect(await ids('')).not.toContain(made.id)
    expect(await ids('?archived=true')).toContain(made.id)

    const twin = await make(path, { ...fields, [field]: value })
    expect((await restore(path, made.id)).body.error).toBe('already-exists')
    await archive(path, twin.id)
    expect((await restore(path, made.id)).body).toMatchObject({ archived: false, [field]: value })
    for (const verb of [
      update(path, { id: nowhere, version: 1 }, {}),
      archive(path, nowhere),
      restore(path, nowhere)
    ])
      expect((await verb).body.error).toBe('not-found')

    const audit = await eventually('four entries', async () => {
      const entries = await auditOf(made.id)
      return entries.length >= 4 ? entries : null
    })
    expect(audit.map(({ action }) => action)).toEqual([
      `${name}.restore`,
      `${name}.archive`,
      `${name}.update`,
      `${name}.create`
    ])
    expect(audit[2]).toMatchObject({
      actorName: 'Ada Baobab',
      address: '127.0.0.1',
      changes: { [field]: [fields[field], value] }
    })
    expect(Object.keys(audit[2]!.changes)).toEqual([field])
    expect(audit[1]?.changes).toEqual({ archived: [false, true] })
  })

  it('changed by two at once keeps the change of one', async () => {
    const twinFields = {
      ...fields,
      ...('shortcut' in fields ? { shortcut: 'race' } : { name: `Race of ${name}` })
    }
    const made = await make(path, twinFields)
    const change = field === 'name' ? { name: 'Race is over' } : { [field]: value }
    const both = await Promise.all([update(path, made, change), update(path, made, change)])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
  })
})

describe('what others hang on', () => {
  it('is not taken out of use', async () => {
    const skill = await make('/api/skills', { name: 'Held skill', description: '' })
    const calendar = await make('/api/calendars', {
      name: 'Held calendar',
      timeZone: 'UTC',
      week: always,
      holidays: []
    })
    const disposition = await make('/api/dispositions', {
      name: 'Held',
      group: '',
      order: 1,
      noteRequired: false
    })
    const queue = await make(
      '/api/queues',
      queueFields('Holding queue', {
        requirements: [{ skillId: skill.id, level: 1 }],
        calendarId: calendar.id,
        dispositionIds: [disposition.id]
      })
    )
    const team = await make('/api/teams', { name: 'Holding team', queueIds: [queue.id] })
    await hire(admin, { teamId: team.id })
    const held: [string, { id: string }][] = [
      ['/api/skills', skill],
      ['/api/calendars', calendar],
      ['/api/dispositions', disposition],
      ['/api/queues', queue],
      ['/api/teams', team]
    ]
    for (const [path, { id }] of held) expect((await archive(path, id)).body.error, path).toBe('still-in-use')
  })

  it('is looked for before it is referred to, and before something that refers to it comes back', async () => {
    const skill = await make('/api/skills', { name: 'Short-lived', description: '' })
    const queue = await make(
      '/api/queues',
      queueFields('Refers', { requirements: [{ skillId: skill.id, level: 1 }] })
    )
    await archive('/api/queues', queue.id)
    expect((await archive('/api/skills', skill.id)).status).toBe(200)
    expect((await restore('/api/queues', queue.id)).body.error).toBe('unknown-reference')
    const wrong: [string, object][] = [
      ['/api/queues', queueFields('W1', { requirements: [{ skillId: skill.id, level: 1 }] })],
      ['/api/queues', queueFields('W2', { requirements: [{ skillId: nowhere, level: 1 }] })],
      ['/api/queues', queueFields('W3', { calendarId: nowhere })],
      ['/api/queues', queueFields('W4', { dispositionIds: [nowhere] })],
      ['/api/teams', { name: 'W5', queueIds: [queue.id] }],
      [
        '/api/canned-answers',
        { shortcut: 'w6', title: 'x', text: 'x', html: null, locale: 'en', queueIds: [nowhere] }
      ],
      ['/api/accounts', { channel: 'chat', name: 'W7', queueId: nowhere, settings: {} }],
      ['/api/accounts', { channel: 'pigeon', name: 'W8', queueId: nowhere, settings: {} }],
      [
        '/api/users',
        {
          name: 'W9',
          email: 'w9@example.org',
          password: 'Baobab-sans-racine-7',
          roles: ['agent'],
          agent: { teamId: nowhere, skills: [], capacity: {} }
        }
      ],
      [
        '/api/users',
        {
          name: 'W9',
          email: 'w9@example.org',
          password: 'Baobab-sans-racine-7',
          roles: ['agent'],
          agent: { teamId: null, skills: [{ skillId: skill.id, level: 1 }], capacity: {} }
        }
      ]
    ]
    for (const [path, fields] of wrong)
      expect((await admin.post(path, fields)).body.error, JSON.stringify(fields)).toBe('unknown-reference')
  })
})

describe('a calendar', () => {
  it('of impossible times is refused', async () => {
    const make7 = (intervals: object[]) => [intervals, ...never.slice(1)]
    const holiday = (day: string) => [{ day, name: 'x', intervals: [] }]
    const wrong = [
      { timeZone: 'Mars/Olympus' },
      { timeZone: '' },
      { week: make7([{ from: 600, to: 500 }]) },
      { week: make7([{ from: 600, to: 600 }]) },
      {
        week: make7([
          { from: 0, to: 700 },
          { from: 600, to: 800 }
        ])
      },
      { week: make7([{ from: 0, to: 1441 }]) },
      { week: never.slice(1) },
      { holidays: holiday('2026-02-30') },
      { holidays: holiday('2026-13-01') },
      { holidays: holiday('tomorrow') }
    ]
    for (const change of wrong) {
      const { body } = await admin.post('/api/calendars', {
        name: 'Impossible',
        timeZone: 'UTC',
        week: never,
        holidays: [],
        ...change
      })
      expect(body.error, JSON.stringify(change)).toBe('invalid-input')
    }
  })

  it('that is closed tells the visitor when it opens, takes no chat, and turns a message into mail work', async () => {
    const now = new Date()
    const tomorrow = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1))
    const day = (tomorrow.getUTCDay() + 6) % 7
    const week = never.map((none, i) => (i === day ? [{ from: 540, to: 600 }] : none))
    const calendar = await make('/api/calendars', {
      name: 'Tomorrow only',
      timeZone: 'UTC',
      week,
      holidays: []
    })
    const care = await recordNamed(admin, '/api/queues', 'Customer care')
    const mailQueue = await recordNamed(admin, '/api/queues', 'Mail')
    expect((await update('/api/queues', care, { calendarId: calendar.id })).status).toBe(200)

    const accountId = await chatAccount(house.url)
    const visitor = await new Visitor(house.url, accountId).connect()
    const opensAt = new Date(tomorrow.getTime() + 540 * 60_000).toISOString()
    const answer = await visitor.open()
    expect(answer['state']).toMatchObject({ phase: 'closed-now', opensAt })
    const refused = await visitor.say('is anybody there')
    expect(refused).toMatchObject({ type: 'refused', error: 'outside-hours' })

    const path = `/api/visitor/${accountId}/offline`
    const headers = { authorization: `Bearer ${visitor.token}`, origin: house.url }
    const left = await new Person(house.url).send(
      'POST',
      path,
      { name: 'Night Owl', email: 'Owl@Example.org', text: 'call me tomorrow' },
      headers
    )
    expect(left.body).toEqual({ ok: true })
    const work = await eventually(
      'mail work',
      async () =>
        (await admin.get(`/api/interactions?queueId=${String(mailQueue.id)}&text=call me tomorrow`)).body
          .items[0]
    )
    expect(work).toMatchObject({ channel: 'email', medium: 'email', contactName: 'Night Owl' })
    const contact = (await admin.get(`/api/contacts/${String(work.contactId)}`)).body
    expect(contact.points).toContainEqual(
      expect.objectContaining({ kind: 'email', value: 'owl@example.org' })
    )
    expect((await admin.get(`/api/interactions?queueId=${String(care.id)}`)).body.items).toEqual([])

    const open = await recordNamed(admin, '/api/queues', 'Customer care')
    await update('/api/queues', open, { calendarId: null })
    expect((await visitor.open())['state']).toMatchObject({ phase: 'new', opensAt: null })
    visitor.leave()
  })
})

describe('the secrets of an account', () => {
  it('never leave: not by the API, not in the audit trail, not in the database', async () => {
    const queue = await recordNamed(admin, '/api/queues', 'Mail')
    const [mailbox, relay, site] = secrets
    const mail = await make('/api/accounts', {
      channel: 'email',
      name: 'With secrets',
      queueId: queue.id,
      paused: true,
      settings: {
        address: 'x@bank.example',
        inbound: 'none',
        imapUser: 'x',
        imapPassword: mailbox,
        smtpPassword: relay
      }
    })
    expect(mail.settings).toMatchObject({ imapPassword: '•••', smtpPassword: '•••', imapUser: 'x' })
    const chatKind = ((await admin.get('/api/channels')).body.items as Answer['body'][]).find(
      ({ name }) => name === 'chat'
    )
    const secretField = Object.entries(
      chatKind.settings.properties as Record<string, { secret?: boolean }>
    ).find(([, { secret }]) => secret)?.[0]
    expect(secretField).toBeDefined()
    const chat = await make('/api/accounts', {
      channel: 'chat',
      name: 'Signed',
      queueId: queue.id,
      settings: { title: { en: 'x', fr: 'x' }, [secretField!]: site }
    })
    const opened = await new Visitor(house.url, chat.id).open()
    expect(JSON.stringify(opened)).not.toContain(site)

    // Sent back as dots, left out, or null: it stays what it was.
    let { body } = await update('/api/accounts', mail, { settings: { ...mail.settings, imapUser: 'y' } })
    expect(body.settings).toMatchObject({ imapUser: 'y', imapPassword: '•••' })
    ;({ body } = await update('/api/accounts', body, { settings: { displayName: 'Bank' } }))
    const stored = (await ChannelAccountModel.findById(mail.id).lean()) as unknown as AccountDoc
    expect(stored.settings['imapPassword']).toMatch(/^v1\./)
    expect(openAccount(house.hub, stored).settings).toMatchObject({
      imapUser: 'y',
      displayName: 'Bank',
      imapPassword: mailbox,
      smtpPassword: relay
    })
    expect((await update('/api/accounts', mail, { name: 'late' })).body.error).toBe('changed-meanwhile')
    expect((await archive('/api/accounts', mail.id)).body.archived).toBe(true)
    expect((await restore('/api/accounts', mail.id)).body.archived).toBe(false)
    const tested = await admin.post('/api/accounts/test', { channel: 'email', accountId: mail.id })
    expect(JSON.stringify(tested.body)).not.toMatch(/S3cret/)

    await eventually('the trail', async () => (await auditOf(mail.id)).length === 5)
    for (const person of [admin, supervisor])
      for (const path of [
        '/api/accounts?archived=true',
        '/api/channels',
        '/api/audit?limit=200',
        '/api/agents',
        '/api/docs/json',
        '/metrics'
      ]) {
        const text = JSON.stringify((await person.get(path)).body)
        for (const secret of secrets) expect(text, path).not.toContain(secret)
      }
    const collections = await mongoose.connection.db!.collections()
    for (const collection of collections) {
      const text = JSON.stringify(await collection.find().toArray())
      for (const secret of secrets) expect(text, collection.collectionName).not.toContain(secret)
    }
  })

  it('cannot be moved to another account or field', async () => {
    const doc = (await ChannelAccountModel.findOne({ name: 'With secrets' }).lean()) as unknown as AccountDoc
    const moved = { ...doc, settings: { ...doc.settings, smtpPassword: doc.settings['imapPassword'] } }
    expect(() => openAccount(house.hub, moved)).toThrow()
    const other = (await ChannelAccountModel.findOne({ name: 'Signed' }).lean()) as unknown as AccountDoc
    expect(() => openAccount(house.hub, { ...doc, _id: other._id })).toThrow()
  })
})

describe('people', () => {
  it('are kept with their version, one address each, and never without an administrator', async () => {
    const users = async () => (await admin.get('/api/users?archived=true')).body.items as Answer['body'][]
    const ada = (await users()).find(({ email }) => email === 'admin@palabre.example')
    expect((await update('/api/users', ada, { roles: ['agent'] })).body.error).toBe('still-in-use')
    expect((await archive('/api/users', ada.id)).body.error).toBe('still-in-use')
    const person = await hire(admin, { email: 'keep@palabre.example' })
    const made = (await users()).find(({ id }) => id === person.me.user.id)
    const twice = await admin.post('/api/users', {
      name: 'Twin',
      email: 'KEEP@palabre.example',
      password: 'Baobab-sans-racine-7',
      roles: ['agent']
    })
    expect(twice.body.error).toBe('already-exists')
    expect((await update('/api/users', made, { email: 'admin@palabre.example' })).body.error).toBe(
      'already-exists'
    )
    const renamed = await update('/api/users', made, { name: 'Renamed' })
    expect(renamed.body).toMatchObject({ name: 'Renamed', version: made.version + 1 })
    expect((await update('/api/users', made, { name: 'Late' })).body.error).toBe('changed-meanwhile')
    const agents = (await admin.get('/api/agents')).body.items as { id: string; name: string }[]
    expect(agents.find(({ id }) => id === made.agentId)?.name).toBe('Renamed')
    expect((await archive('/api/users', made.id)).body.archived).toBe(true)
    expect((await restore('/api/users', made.id)).body.archived).toBe(false)
    const audit = await eventually('the trail', async () => {
      const entries = await auditOf(made.id)
      return entries.some(({ action }) => action === 'user.restore') ? entries : null
    })
    expect(audit.map(({ action }) => action)).toEqual(
      expect.arrayContaining([
        'user.create',
        'user.update',
        'user.archive',
        'user.restore',
        'password.change'
      ])
    )
    expect(JSON.stringify(audit)).not.toMatch(/argon2|passwordHash|Baobab-sans-racine/)
  })

  it('are traced by the name of the route: status forced, work assigned, skills changed', async () => {
    const agent = await hire(admin, { teamId: (await recordNamed(admin, '/api/teams', 'Bank floor')).id })
    const agentId = agent.me.agent.id as string
    await supervisor.send('PUT', `/api/agents/${agentId}/presence`, { state: 'ready' })
    await admin.send('PATCH', `/api/agents/${agentId}`, { change: { capacity: { chat: 2 } } })
    const visitor = await new Visitor(house.url, await chatAccount(house.url)).connect()
    await visitor.say('assign me', clientId())
    const waiting = await eventually(
      'it waits',
      async () => (await supervisor.get('/api/interactions?text=assign me')).body.items[0]
    )
    const assigned = await supervisor.post(`/api/interactions/${String(waiting.id)}/assign`, {
      agentId,
      version: waiting.version
    })
    expect(assigned.body).toMatchObject({ state: 'offered', offer: { agentId } })
    const again = await supervisor.post(`/api/interactions/${String(waiting.id)}/assign`, {
      agentId,
      version: waiting.version
    })
    expect(again.body.error).toBe('changed-meanwhile')
    await eventually('the trail', async () => {
      const actions = [...(await auditOf(agentId)), ...(await auditOf(waiting.id))].map(
        ({ action }) => action
      )
      return ['presence.force', 'agent.update', 'interaction.assign'].every((action) =>
        actions.includes(action)
      )
    })
    const declared = new Set(routes.filter(({ audited }) => audited).map(({ name }) => name))
    const { body } = await admin.get('/api/audit?limit=200')
    const unknown = (body.items as { action: string }[])
      .map(({ action }) => action)
      .filter((action) => !declared.has(action) && action !== 'agent.create')
    expect(unknown).toEqual([])
    visitor.leave()
  })
})

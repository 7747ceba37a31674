import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Alert as AlertWire } from '@palabre/config/contract/alert'
import type { Threshold, ThresholdState } from '@palabre/config/contract/threshold'
import { Alert } from '@palabre/hub/alerts/alert.model'
import { AuditEntry } from '@palabre/hub/audit/audit.model'
import { ThresholdModel } from '@palabre/hub/thresholds/threshold.model'
import { isSigned, startHookReceiver, type HookReceiver } from '../simulators/hook-receiver.ts'
import { startSmtpSink, type SmtpSink } from '../simulators/mail/smtp-sink.ts'
import { mailTo } from './mail-to.ts'
import { Person, Visitor, chatAccount, eventually, openHouse, type House } from './house.ts'
import { hire } from './people.ts'

const secret = 'words that both sides know'
const everything = { queueIds: [], channels: [], accountIds: [], media: [], teamIds: [], siteIds: [] }

/** Alerts that last, or of which a webhook is still to be told. */
const unfinished = {
  kind: 'threshold' as const,
  $or: [{ openKey: { $ne: null } }, { newsDueAt: { $ne: null } }]
}

describe('a threshold', () => {
  let house: House
  let sink: SmtpSink
  let hook: HookReceiver
  let admin: Person
  let supervisor: Person
  let awa: Person
  let accountId: string
  let queueId: string
  let otherQueueId: string
  let visitors: Visitor[] = []
  let made = 0

  beforeAll(async () => {
    house = await openHouse({
      jobs: false,
      env: { FLOW_PRIVATE_HOSTS: 'true' }
    })
    sink = await startSmtpSink()
    hook = await startHookReceiver()
    admin = await Person.signIn(house.url, 'admin')
    supervisor = await Person.signIn(house.url, 'supervisor')
    awa = await Person.signIn(house.url, 'awa')
    accountId = await chatAccount(house.url)
    const account = (await admin.get('/api/accounts')).body.items.find(
      ({ id }: { id: string }) => id === accountId
    ) as { queueId: string }
    queueId = account.queueId
    const queues = (await admin.get('/api/queues')).body.items as { id: string }[]
    otherQueueId = queues.find(({ id }) => id !== queueId)!.id
    await mailTo(admin, sink)
  }, 60_000)

  afterEach(async () => {
    for (const { id } of await list()) await admin.send('DELETE', `/api/thresholds/${id}`)
    await empty()
    for (const visitor of visitors) visitor.leave()
    visitors = []
    await eventually('the end of all', async () => !(await Alert.exists(unfinished)))
  }, 30_000)

  afterAll(async () => {
    await house.stop()
    await hook.stop()
    await sink.stop()
  }, 60_000)

  const list = async (by = admin) => (await by.get('/api/thresholds')).body.items as Threshold[]
  const fields = (more: object = {}) => ({
    name: `Waiting ${String(++made)}`,
    figure: 'waiting',
    filter: { ...everything, queueIds: [queueId] },
    comparison: 'above',
    warn: 1,
    danger: null,
    margin: 1,
    forSeconds: 0,
    calendarId: null,
    minCases: 0,
    mail: { userIds: [], addresses: [], locale: 'en', repeatMinutes: 60 },
    webhook: null,
    ...more
  })
  const mail = (...addresses: string[]) => ({ userIds: [], addresses, locale: 'en', repeatMinutes: 60 })
  async function make(more: object = {}, by = supervisor): Promise<Threshold> {
    const { status, body } = await by.post('/api/thresholds', fields(more))
    expect(status, JSON.stringify(body)).toBe(200)
    return body as Threshold
  }
  const alertsOf = async ({ id }: { id: string }, by = supervisor) =>
    (await by.get(`/api/alerts/history?subjectId=${id}`)).body.items as AlertWire[]
  const openOf = async (one: { id: string }) => (await alertsOf(one)).find(({ endedAt }) => endedAt === null)
  const raised = (one: { id: string }) => eventually('an alert', () => openOf(one))
  const ended = (one: { id: string }) =>
    eventually('the end of an alert', async () =>
      (await alertsOf(one)).find(({ endedAt }) => endedAt !== null)
    )
  const mailsTo = (address: string) => sink.mails.filter(({ recipients }) => recipients.includes(address))
  const mailed = (address: string, count: number) =>
    eventually(`mail ${String(count)} to ${address}`, () => mailsTo(address)[count - 1]?.parsed)

  /** A customer who waits in the queue, as nobody is there. */
  async function arrives() {
    const visitor = await new Visitor(house.url, accountId).connect()
    await visitor.say('Is anybody there?')
    visitors.push(visitor)
  }
  async function empty() {
    await awa.atDesk()
    for (const { id } of (await supervisor.get(`/api/interactions?queueId=${queueId}&state=queued`)).body
      .items ?? [])
      await supervisor.post(`/api/interactions/${id as string}/assign`, {
        agentId: awa.me.agent.id as string
      })
    for (;;) {
      const { body } = await awa.get('/api/inbox')
      const items = body.items as { id: string; state: string }[]
      const offer = items.find(({ state }) => state === 'offered')
      if (!offer && (await waitingNow()) === 0) break
      if (offer) await awa.accept(offer as never)
      else await sleep(50)
    }
    const { body } = await awa.get('/api/inbox')
    for (const { id, state } of body.items as { id: string; state: string }[])
      if (state === 'active') await awa.close(id)
    await awa.send('PUT', '/api/me/presence', { state: 'offline' })
  }
  const waitingNow = async () => {
    const { body } = await supervisor.post('/api/thresholds/preview', {
      figure: 'waiting',
      filter: { ...everything, queueIds: [queueId] },
      comparison: 'above',
      warn: 1,
      danger: null,
      calendarId: null,
      minCases: 0
    })
    return (body as { value: number }).value
  }
  /** One of those who wait is answered. */
  async function answerOne() {
    await awa.atDesk()
    const before = await waitingNow()
    await awa.accept(await awa.offer())
    // The other one, if it is offered by now, goes back.
    await awa.send('PUT', '/api/me/presence', { state: 'paused' })
    await eventually(`fewer than ${String(before)} to wait`, async () => (await waitingNow()) === before - 1)
  }

  it('is raised after its time, told once by mail and webhook, looked after, and reported when it is over', async () => {
    const to = 'client-a@shop.example'
    const one = await make({ forSeconds: 2, mail: mail(to), webhook: { url: hook.url, secret } })
    expect(one.webhook?.secret).toBe('•••')
    await arrives()
    await arrives()
    const since = Date.now()
    const alert = await raised(one)
    expect(Date.parse(alert.raisedAt) - since).toBeGreaterThan(1000)
    expect(alert).toMatchObject({
      kind: 'threshold',
      tone: 'warn',
      figures: { value: 2, worst: 2, level: 1 }
    })

    const first = await mailed(to, 1)
    expect(first.subject).toBe(`Warning: ${one.name} – Waiting: 2 (above 1)`)
    expect(first.text).toContain('The worst was 2')
    const call = await eventually('the webhook', () =>
      hook.calls.find(({ body }) => body['news'] === 'raised')
    )
    expect(isSigned(call, secret)).toBe(true)
    expect(isSigned({ ...call, raw: call.raw.replace('"value":2', '"value":3') }, secret)).toBe(false)
    expect(call.body).toMatchObject({
      alertId: alert.id,
      figure: 'waiting',
      value: 2,
      level: 1,
      tone: 'warn'
    })
    expect(Math.abs(Date.now() - Date.parse(call.body['sentAt'] as string))).toBeLessThan(60_000)

    // An hour later it is written again, while nobody looks after it.
    const due = await eventually(
      'the next mail',
      async () => (await Alert.findById(alert.id).lean())?.mailDueAt
    )
    expect(due.getTime() - Date.now()).toBeGreaterThan(3_500_000)
    await Alert.updateOne({ _id: alert.id }, { mailDueAt: new Date() })
    expect((await mailed(to, 2)).subject).toContain('Warning, still:')
    const { status } = await supervisor.post(`/api/alerts/${alert.id}/acknowledge`)
    expect(status).toBe(200)
    expect((await Alert.findById(alert.id).lean())?.mailDueAt).toBeNull()

    // Back below the level, but not beyond the margin: it lasts.
    await answerOne()
    await sleep(3500)
    expect(await openOf(one)).toBeDefined()
    expect(mailsTo(to)).toHaveLength(2)

    await answerOne()
    const over = await ended(one)
    expect(over).toMatchObject({
      figures: { worst: 2, value: 0, ending: 'back' },
      acknowledgedBy: { name: supervisor.me.user.name as string }
    })
    const report = await mailed(to, 3)
    expect(report.subject).toBe(`Over: ${one.name} – Waiting: back again`)
    expect(report.text).toMatch(/It lasted for \d+ (second|minute)/)
    expect(report.text).toContain('The worst was 2')
    await eventually('the end by webhook', () => hook.calls.find(({ body }) => body['news'] === 'ended'))
    expect(hook.calls.map(({ body }) => body['news'])).toEqual(['raised', 'acknowledged', 'ended'])
    const deliveries = await eventually('what became of the calls', async () => {
      const all = (await alertsOf(one))[0]!.deliveries
      return all.every(({ state }) => state !== 'queued') ? all : undefined
    })
    expect(deliveries.map(({ state, attempts }) => [state, attempts])).toEqual([
      ['delivered', 1],
      ['delivered', 1],
      ['delivered', 1]
    ])
  }, 60_000)

  it('goes from warning to danger, which is written at once', async () => {
    const to = 'client-b@shop.example'
    const one = await make({
      warn: 0,
      danger: 1,
      margin: 0,
      mail: mail(to),
      webhook: { url: hook.url, secret }
    })
    await arrives()
    const alert = await raised(one)
    expect(alert.tone).toBe('warn')
    await mailed(to, 1)
    await arrives()
    expect((await mailed(to, 2)).subject).toMatch(/^Alert, still: .* Waiting: 2 \(above 1\)/)
    await eventually('worse by webhook', () =>
      hook.calls.find(({ body }) => body['news'] === 'worse' && body['alertId'] === alert.id)
    )
  }, 40_000)

  it('makes no noise while it is snoozed, and speaks when that is over', async () => {
    const to = 'client-c@shop.example'
    const one = await make({ mail: mail(to), warn: 0, margin: 0, webhook: { url: hook.url, secret } })
    const until = new Date(Date.now() + 3_600_000).toISOString()
    const snoozed = await supervisor.send('PUT', `/api/thresholds/${one.id}/snooze`, { until })
    expect(snoozed.body).toMatchObject({
      snoozed: { until, by: { name: supervisor.me.user.name as string } }
    })
    await arrives()
    const alert = await raised(one)
    expect(alert.silentUntil).toBe(until)
    const calls = () => hook.calls.filter(({ body }) => body['alertId'] === alert.id)
    await sleep(2500)
    expect([mailsTo(to), calls()]).toEqual([[], []])
    await supervisor.send('PUT', `/api/thresholds/${one.id}/snooze`, { until: null })
    await mailed(to, 1)
    await eventually('the webhook', () => calls().length === 1)
    await eventually(
      'the trail',
      async () => (await AuditEntry.countDocuments({ action: 'threshold.snooze' })) >= 2
    )
  }, 40_000)

  it('tries a webhook again that does not take it, and keeps what became of it', async () => {
    hook.answer(500)
    const one = await make({ warn: 0, margin: 0, webhook: { url: hook.url, secret } })
    await arrives()
    const { id } = await raised(one)
    const calls = () => hook.calls.filter(({ body }) => body['alertId'] === id)
    await eventually('the first attempt', () => calls().length === 1)
    const failed = await eventually('its state', async () => (await openOf(one))?.deliveries[0])
    expect(failed).toMatchObject({ state: 'queued', attempts: 1, detail: 'It answered 500' })
    await eventually('the second attempt', () => calls().length === 2, 15_000)
    expect(new Set(calls().map(({ headers }) => headers['x-palabre-delivery'])).size).toBe(1)
    await eventually('its success', async () => (await openOf(one))?.deliveries[0]?.state === 'delivered')
  }, 40_000)

  it('ends what it raised when it is changed into another, or taken out of use', async () => {
    const one = await make({ warn: 0, margin: 0 })
    await arrives()
    await raised(one)
    await supervisor.send('PATCH', `/api/thresholds/${one.id}`, {
      version: one.version,
      change: { figure: 'late' }
    })
    expect((await ended(one)).figures).toMatchObject({ ending: 'changed' })
    const two = await make({ warn: 0, margin: 0 })
    await raised(two)
    await supervisor.send('DELETE', `/api/thresholds/${two.id}`)
    expect((await ended(two)).figures).toMatchObject({ ending: 'changed' })
  }, 40_000)

  it('counts only while its calendar is open', async () => {
    const week = Array.from({ length: 7 }, () => [])
    const calendar = await admin.post('/api/calendars', {
      name: 'Never',
      timeZone: 'Africa/Dakar',
      week,
      holidays: []
    })
    const one = await make({ warn: 0, margin: 0, calendarId: calendar.body.id as string })
    await arrives()
    await sleep(2500)
    expect(await openOf(one)).toBeUndefined()
    const state = (await supervisor.get('/api/thresholds/states')).body.items.find(
      ({ thresholdId }: ThresholdState) => thresholdId === one.id
    ) as ThresholdState
    expect(state).toMatchObject({ open: false, value: null, reaches: 'ok', level: 'ok' })
  }, 40_000)

  it('says what a new one would do, and sends a test', async () => {
    await arrives()
    await eventually('one to wait', async () => (await waitingNow()) === 1)
    const preview = await supervisor.post('/api/thresholds/preview', {
      figure: 'waiting',
      filter: everything,
      comparison: 'above',
      warn: 0,
      danger: 5,
      calendarId: null,
      minCases: 0
    })
    expect(preview.body).toEqual({ value: 1, cases: null, open: true, reaches: 'warn' })
    const to = 'client-d@shop.example'
    const one = await make({ mail: mail(to), webhook: { url: hook.url, secret }, warn: 50 })
    const test = (way: string) => supervisor.post(`/api/thresholds/${one.id}/test`, { way })
    expect((await test('mail')).body).toEqual({ ok: true, detail: '' })
    expect((await mailed(to, 1)).subject).toBe(`Test: ${one.name}`)
    expect((await test('webhook')).body).toEqual({ ok: true, detail: '' })
    expect(hook.calls.at(-1)?.body).toMatchObject({ news: 'test' })
    hook.answer(403)
    expect((await test('webhook')).body).toEqual({ ok: false, detail: 'It answered 403' })
  }, 40_000)

  it('does not reach into our own network, unless the installation allows it', async () => {
    const one = await make({ webhook: { url: hook.url, secret } })
    house.hub.env.FLOW_PRIVATE_HOSTS = false
    try {
      for (const url of [
        hook.url,
        'https://127.0.0.1/x',
        'https://10.1.2.3/x',
        'https://[::1]/x',
        'https://[::ffff:10.0.0.1]/x',
        'https://localhost/x',
        'http://shop.example/x',
        'https://user:word@shop.example/x'
      ]) {
        const { status, body } = await supervisor.post(
          '/api/thresholds',
          fields({ webhook: { url, secret } })
        )
        expect([url, status, body.fields?.[0]?.path]).toEqual([url, 400, 'webhook/url'])
      }
      const before = hook.calls.length
      const { body } = await supervisor.post(`/api/thresholds/${one.id}/test`, { way: 'webhook' })
      expect(body.ok).toBe(false)
      expect(hook.calls.length).toBe(before)
    } finally {
      house.hub.env.FLOW_PRIVATE_HOSTS = true
    }
  })

  it('keeps its secret to itself, and asks for it again for another server', async () => {
    const one = await make({ webhook: { url: hook.url, secret } })
    const stored = JSON.stringify(await ThresholdModel.findById(one.id).lean())
    expect(stored).not.toContain(secret)
    const patch = (webhook: object) =>
      supervisor.send('PATCH', `/api/thresholds/${one.id}`, { version: one.version, change: { webhook } })
    const moved = await patch({ url: 'http://127.0.0.1:9/x', secret: '•••' })
    expect([moved.status, moved.body.fields[0].path]).toEqual([400, 'webhook/secret'])
    const kept = await patch({ url: `${hook.url}/other`, secret: '•••' })
    expect(kept.status).toBe(200)
    await supervisor.post(`/api/thresholds/${one.id}/test`, { way: 'webhook' })
    expect(isSigned(hook.calls.at(-1)!, secret)).toBe(true)
    const audit = JSON.stringify(await AuditEntry.find({ subject: 'threshold' }).lean())
    expect(audit).not.toContain(secret)
  })

  it.each([
    ['a name of 10,000 characters', { name: 'x'.repeat(10_000) }],
    ['no level', { warn: null, danger: null }],
    ['a danger below the warning', { warn: 10, danger: 5 }],
    ['a danger above the warning, downwards', { comparison: 'below', warn: 5, danger: 10 }],
    ['a share of more than one', { figure: 'serviceLevel', comparison: 'below', warn: 80 }],
    ['a figure that is none', { figure: 'happiness' }],
    ['a margin below nothing', { margin: -1 }],
    [
      'an address that is none',
      { mail: { userIds: [], addresses: ['x'], locale: 'en', repeatMinutes: null } }
    ],
    ['a field too many', { more: true }]
  ])('refuses %s', async (_what, more) => {
    const { status, body } = await supervisor.post('/api/thresholds', fields(more))
    expect([status, body.error]).toEqual([400, 'invalid-input'])
  })

  it.each([
    ['calendarId', { calendarId: 'f'.repeat(24) }],
    ['filter/queueIds', { filter: { ...everything, queueIds: ['f'.repeat(24)] } }],
    ['filter/teamIds', { filter: { ...everything, teamIds: ['f'.repeat(24)] } }],
    ['filter/siteIds', { filter: { ...everything, siteIds: ['f'.repeat(24)] } }],
    ['filter/accountIds', { filter: { ...everything, accountIds: ['f'.repeat(24)] } }],
    [
      'mail/userIds',
      { mail: { userIds: ['f'.repeat(24)], addresses: [], locale: 'en', repeatMinutes: null } }
    ]
  ])('refuses %s that leads nowhere', async (path, more) => {
    const { status, body } = await supervisor.post('/api/thresholds', fields(more))
    expect([status, body.error, body.fields[0].path]).toEqual([422, 'unknown-reference', path])
  })

  it('refuses a second one of the same name, an old version, and a silence of a month', async () => {
    const one = await make()
    expect((await supervisor.post('/api/thresholds', fields({ name: one.name }))).status).toBe(409)
    const patch = (version: number) =>
      supervisor.send('PATCH', `/api/thresholds/${one.id}`, { version, change: { warn: 3 } })
    expect((await patch(one.version)).status).toBe(200)
    expect((await patch(one.version)).body.error).toBe('changed-meanwhile')
    const snooze = (ms: number) =>
      supervisor.send('PUT', `/api/thresholds/${one.id}/snooze`, {
        until: new Date(Date.now() + ms).toISOString()
      })
    expect([(await snooze(30 * 86_400_000)).status, (await snooze(-1000)).status]).toEqual([400, 400])
  })

  it('is made by supervisors only, and says to others nothing of who is told', async () => {
    for (const route of [
      () => awa.post('/api/thresholds', fields()),
      () => awa.get('/api/thresholds/states'),
      () => awa.get('/api/alerts/history')
    ])
      expect((await route()).status).toBe(403)
    await make({ mail: mail('secret@shop.example'), webhook: { url: hook.url, secret } })
    const seen = (await awa.get('/api/thresholds')).body.items as Threshold[]
    expect(JSON.stringify(seen)).not.toMatch(/secret@shop|127\.0\.0\.1/)
  })

  it('is seen only by those in whose scope all of it lies, and so is what it raises', async () => {
    const team = await admin.post('/api/teams', { name: 'Elsewhere', queueIds: [otherQueueId] })
    const chief = await hire(admin, { roles: ['supervisor'] })
    const user = ((await admin.get('/api/users')).body.items as { id: string; version: number }[]).find(
      ({ id }) => id === chief.me.user.id
    )!
    const lookedAfter = await admin.send('PATCH', `/api/users/${user.id}`, {
      version: user.version,
      change: { lookedAfter: [team.body.id as string] }
    })
    expect(lookedAfter.status).toBe(200)
    const mine = { ...everything, queueIds: [otherQueueId] }
    const foreign = await make({ warn: 0, margin: 0 })
    const all = await make({ warn: 0, margin: 0, filter: everything })
    const both = await make({
      warn: 0,
      margin: 0,
      filter: { ...everything, queueIds: [queueId, otherQueueId] }
    })
    const own = await eventually('her scope', async () => {
      const { status, body } = await chief.post('/api/thresholds', fields({ filter: mine }))
      return status === 200 ? (body as Threshold) : null
    })
    expect((await list(chief)).map(({ id }) => id)).toEqual([own.id])

    const refusal = async (filter: object) =>
      (await chief.post('/api/thresholds', fields({ filter }))).body.error
    expect(await refusal({ ...everything, queueIds: [queueId] })).toBe('unknown-reference')
    expect(await refusal({ ...mine, queueIds: [queueId, otherQueueId] })).toBe('unknown-reference')
    expect(await refusal(everything)).toBe('invalid-input')
    expect(await refusal({ ...everything, media: ['chat'] })).toBe('invalid-input')
    for (const { id, version } of [foreign, all, both]) {
      const patch = await chief.send('PATCH', `/api/thresholds/${id}`, { version, change: { warn: 9 } })
      const archive = await chief.send('DELETE', `/api/thresholds/${id}`)
      const test = await chief.post(`/api/thresholds/${id}/test`, { way: 'mail' })
      const snooze = await chief.send('PUT', `/api/thresholds/${id}/snooze`, { until: null })
      expect([patch, archive, test, snooze].map(({ status }) => status)).toEqual([404, 404, 404, 404])
    }

    await arrives()
    for (const one of [foreign, all, both]) {
      const { id } = await raised(one)
      expect(await alertsOf(one, chief)).toEqual([])
      expect((await chief.post(`/api/alerts/${id}/acknowledge`)).status).toBe(404)
    }
    const shown = (await chief.get('/api/alerts')).body.items as AlertWire[]
    expect(shown.filter(({ kind }) => kind === 'threshold')).toEqual([])
    const states = (await chief.get('/api/thresholds/states')).body.items as ThresholdState[]
    expect(states.map(({ thresholdId }) => thresholdId)).toEqual([own.id])
  }, 60_000)

  it('tells of its alerts without saying anything to those who may not see them', async () => {
    const watcher = await Person.signIn(house.url, 'boris')
    await watcher.listen()
    const one = await make({ warn: 0, margin: 0 })
    await arrives()
    const { id } = await raised(one)
    const heard = await eventually('that something is new', () =>
      watcher.heard.find(({ name, payload }) => name === 'setting.changed' && payload.id === id)
    )
    expect(heard.payload).toEqual({ resource: 'alert', id })
    expect(watcher.heard.filter(({ name }) => name === 'alert.changed')).toEqual([])
    watcher.leave()
  }, 40_000)

  it('has its history by pages', async () => {
    const one = await make({ warn: 0, margin: 0 })
    await arrives()
    await raised(one)
    const page = async (after?: string) =>
      (await supervisor.get(`/api/alerts/history?kind=threshold&limit=2${after ? `&after=${after}` : ''}`))
        .body as {
        items: AlertWire[]
        next?: string
      }
    const seen: string[] = []
    for (let next: string | undefined, first = true; first || next; first = false) {
      const { items, next: more } = await page(next)
      seen.push(...items.map(({ id }) => id))
      next = more
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.length).toBe(await Alert.countDocuments({ kind: 'threshold' }))
    const open = (await supervisor.get(`/api/alerts/history?state=open&subjectId=${one.id}`)).body
      .items as AlertWire[]
    expect(open).toHaveLength(1)
    expect((await supervisor.get('/api/alerts/history?after=nonsense')).status).toBe(400)
  }, 40_000)
})

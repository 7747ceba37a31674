import { Types } from 'mongoose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CallbackRules, VisitCallbackOffer } from '@palabre/config/contract/callback'
import type { Interaction } from '@palabre/config/contract/interaction'
import { Callback, type CallbackDoc } from '@palabre/hub/callbacks/callback.model'
import { sendNotice } from '@palabre/hub/callbacks/notices/send-notice'
import { sweepNotices } from '@palabre/hub/callbacks/notices/sweep-notices'
import { makeToken } from '@palabre/hub/campaigns/token'
import { startGraph } from '../simulators/graph/graph.ts'
import type { GraphNumber } from '../simulators/graph/webhooks.ts'
import { startSmtpSink, type SinkMail, type SmtpSink } from '../simulators/mail/smtp-sink.ts'
import { bankNumber, openCallCentre, type CallCentre } from './call-centre.ts'
import { chatAccount, eventually, Visitor, type Answer, type Person } from './house.ts'
import { mailTo } from './mail-to.ts'
import { recordNamed } from './people.ts'

let numbers = 1000
const newNumber = () => `+22178000${String(++numbers)}`
let keys = 0
const newKey = () => `key-of-the-test-${String(++keys)}`
const address = () => `customer-${String(++numbers)}@example.org`

describe('a callback asked for on the web', () => {
  let centre: CallCentre
  let sink: SmtpSink
  let awa: Person
  let queueId: string
  let chatId: string
  let mailId: string
  let visitor: Visitor
  let offer: VisitCallbackOffer

  const usual = {
    slots: { minutes: 30, noticeMinutes: 0, daysAhead: 3, share: 1, most: 100 },
    limits: {
      perNumberDaily: 100,
      perAddressHourly: 10_000,
      perSiteHourly: 100_000,
      code: 'off' as const,
      blocked: [] as string[]
    }
  }
  const rule = async (change: Partial<CallbackRules>, more: Record<string, unknown> = {}) => {
    const queue = await recordNamed(centre.admin, '/api/queues', 'Customer care')
    const { status, body } = await centre.admin.send('PATCH', `/api/queues/${queueId}`, {
      version: queue.version,
      change: { callbacks: { ...queue.callbacks, ...change }, ...more }
    })
    expect(status, JSON.stringify(body)).toBe(200)
  }
  const limit = (change: Partial<CallbackRules['limits']>) => rule({ limits: { ...usual.limits, ...change } })
  const visit = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {}
  ): Promise<Answer> => {
    const answer = await fetch(`${centre.house.url}/api/visitor/${chatId}/${path}`, {
      method,
      headers: {
        origin: centre.house.url,
        authorization: `Bearer ${visitor.token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers
      },
      ...(body !== undefined && { body: JSON.stringify(body) })
    })
    return { status: answer.status, body: await answer.json(), headers: answer.headers }
  }
  const readOffer = async () => (await visit('GET', 'callback')).body as VisitCallbackOffer
  const ask = (body: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
    visit(
      'POST',
      'callback',
      {
        number: newNumber(),
        name: 'Fatou Démo',
        locale: 'en',
        consent: offer.consent.en,
        key: newKey(),
        ...body
      },
      headers
    )
  const kept = async (number: string) =>
    (await Callback.findOne({ number }).sort({ createdAt: -1 }).lean()) as CallbackDoc | null
  const mailsTo = (to: string) => sink.mails.filter(({ recipients }) => recipients.includes(to))
  const mailTold = (to: string, subject: string) =>
    sink.waitFor(
      ({ recipients, parsed }) => recipients.includes(to) && (parsed.subject ?? '').includes(subject),
      12_000
    )
  const page = async (link: string, form?: Record<string, string>, lang = 'en') => {
    const answer = await fetch(`${centre.house.url}${link}?lang=${lang}`, {
      ...(form && {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(form).toString()
      })
    })
    return { status: answer.status, html: await answer.text(), headers: answer.headers }
  }
  const versionOn = (html: string) => /name="version" value="(\d+)"/.exec(html)?.[1] ?? ''

  beforeAll(async () => {
    sink = await startSmtpSink()
    centre = await openCallCentre({
      settings: { callerId: bankNumber, callFrom: '00:00', callUntil: '24:00', allowedPrefixes: ['+'] }
    })
    queueId = (await recordNamed(centre.admin, '/api/queues', 'Customer care')).id as string
    chatId = await chatAccount(centre.house.url)
    await mailTo(centre.admin, sink)
    const { items } = (await centre.admin.get('/api/accounts')).body as {
      items: { id: string; channel: string; version: number }[]
    }
    mailId = items.find(({ channel }) => channel === 'email')!.id
    const chat = items.find(({ id }) => id === chatId)!
    const set = await centre.admin.send('PATCH', `/api/accounts/${chatId}`, {
      version: chat.version,
      change: { settings: { callback: true, callbackQueueId: queueId } }
    })
    expect(set.status, JSON.stringify(set.body)).toBe(200)
    await rule(
      { accountId: centre.accountId, ...usual },
      { calendarId: null, requirements: [], relaxation: { steps: [], ending: { rule: 'never' } } }
    )
    awa = (await centre.agent('awa')).person
    visitor = new Visitor(centre.house.url, chatId)
    await eventually('the switch to be known', async () => {
      const { appearance } = (await visitor.open()) as { appearance: { callback: boolean } }
      return appearance.callback
    })
  }, 60_000)
  beforeEach(async () => {
    await rule({
      ...usual,
      confirm: { mailAccountId: null, template: null, remindMinutes: 60 },
      consent: { en: '', fr: '' }
    })
    offer = await readOffer()
  })
  afterAll(async () => {
    await centre.stop()
    await sink.stop()
  })

  it('for now is offered to an agent as a callback, with its reason and the proof of consent', async () => {
    expect(offer).toMatchObject({ code: 'off', emailWanted: 'no', country: 'SN' })
    expect(offer.now).not.toBeNull()
    expect(offer.slots.length).toBeGreaterThan(20)
    const number = newNumber()
    const { status, body } = await ask({ number: number.replace('+221', '00221 '), reason: 'My card, web' })
    expect(status, JSON.stringify(body)).toBe(200)
    expect(body).toMatchObject({ state: 'queued', number, slot: null })
    const offered = await awa.offer('My card, web')
    expect(offered).toMatchObject({ medium: 'callback', contactName: 'Fatou Démo' })
    const doc = await kept(number)
    expect(doc).toMatchObject({
      source: 'web',
      consent: { text: offer.consent.en, address: '127.0.0.1', site: centre.house.url }
    })
    const cancelled = await centre.admin.post(`/api/callbacks/${String(doc!._id)}/cancel`)
    expect(cancelled.status).toBe(200)
  })

  it('is made once of a click, and another visitor’s key is another’s', async () => {
    const body = { number: newNumber(), key: newKey(), slot: offer.slots[3]!.from }
    const answers = await Promise.all([1, 2, 3].map(() => ask(body)))
    expect(new Set(answers.map((one) => one.body.link)).size, JSON.stringify(answers)).toBe(1)
    const mine = visitor.token
    const other = new Visitor(centre.house.url, chatId)
    await other.open()
    visitor.token = other.token
    expect((await ask({ ...body, number: newNumber() })).body.link).not.toBe(answers[0]!.body.link)
    visitor.token = mine
    expect((await ask({ ...body, key: newKey() })).body.error).toBe('already-asked')
  })

  it('in a slot is promised it; of two at once for the last place one hears that it is taken', async () => {
    await rule({ slots: { ...usual.slots, most: 1 } })
    const { slots } = await readOffer()
    const slot = slots.at(-1)!
    const answers = await Promise.all([1, 2].map(() => ask({ slot: slot.from })))
    expect(answers.map(({ status, body }) => (status === 200 ? 'made' : body.error)).sort()).toEqual([
      'made',
      'slot-taken'
    ])
    expect(answers.find(({ status }) => status === 200)!.body).toMatchObject({ state: 'scheduled', slot })
    expect((await readOffer()).slots).not.toContainEqual(slot)
  })

  it('takes exactly the words that were shown for consent', async () => {
    expect((await ask({ consent: 'I agree to anything' })).body).toMatchObject({ error: 'invalid-input' })
    await rule({ consent: { en: 'Call me, please.', fr: '' } })
    expect((await ask()).body.error).toBe('invalid-input')
    const { consent } = await readOffer()
    expect(consent.en).toBe('Call me, please.')
    expect(consent.fr).toMatch(/^J’accepte/)
    const number = newNumber()
    const slot = offer.slots[5]!.from
    expect((await ask({ number, slot, locale: 'fr', consent: consent.en })).body.error).toBe('invalid-input')
    expect((await ask({ number, slot, locale: 'fr', consent: consent.fr })).status).toBe(200)
    expect((await kept(number))!.consent!.text).toBe(consent.fr)
  })

  it('is limited by number and day, by address and by site; what was refused is no call to the number', async () => {
    const slot = offer.slots[7]!.from
    const number = newNumber()
    await limit({ perNumberDaily: 2 })
    const first = await ask({ number, slot })
    expect(first.status, JSON.stringify(first.body)).toBe(200)
    for (let i = 0; i < 3; i++) expect((await ask({ number, slot })).body.error).toBe('already-asked')
    const again = async () => {
      const doc = await kept(number)
      await centre.admin.post(`/api/callbacks/${String(doc!._id)}/cancel`)
      return ask({ number, slot })
    }
    expect((await again()).status).toBe(200)
    const third = await again()
    expect(third).toMatchObject({ status: 429, body: { error: 'too-many-requests' } })
    expect((await ask({ slot })).status).toBe(200)
    await limit({ perSiteHourly: 1 })
    expect((await ask({ slot })).body.error).toBe('too-many-requests')
    await limit({ perAddressHourly: 1 })
    expect((await ask({ slot })).body.error).toBe('too-many-requests')
  })

  it('two nodes cannot let more through than the limit', async () => {
    await limit({ perNumberDaily: 1 })
    const number = newNumber()
    const slots = offer.slots.slice(10, 16)
    const answers = await Promise.all(slots.map(({ from }) => ask({ number, slot: from })))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(await Callback.countDocuments({ number })).toBe(1)
  })

  it('never calls numbers that cost, satellites, blocked beginnings, or what is no number', async () => {
    await limit({ blocked: ['+22176'] })
    for (const number of [
      '+33 8 99 70 12 34',
      '+33810123456',
      '+870773111632',
      '+447640123456',
      '+221761234567'
    ])
      expect((await ask({ number })).body.error, number).toBe('not-deliverable')
    expect((await ask({ number: 'hello' })).body.error).toBe('invalid-input')
  })

  it('refuses what comes from elsewhere, without a visit, or where it is not offered', async () => {
    expect((await ask({}, { origin: 'https://evil.example' })).body.error).toBe('wrong-origin')
    expect((await ask({}, { authorization: 'Bearer none' })).body.error).toBe('visitor-rejected')
    await rule({ now: false })
    expect((await readOffer()).now).toBeNull()
    expect((await ask()).body.error).toBe('outside-hours')
    await rule({ now: true, accountId: null })
    expect((await visit('GET', 'callback')).body.error).toBe('not-deliverable')
    await rule({ accountId: centre.accountId })
  })

  it('is proved by a code to the address, which serves once, within five tries, for this number only', async () => {
    await rule({
      confirm: { mailAccountId: mailId, template: null, remindMinutes: null },
      limits: { ...usual.limits, code: 'mail' }
    })
    expect(await readOffer()).toMatchObject({ code: 'mail', emailWanted: 'required' })
    const given = { number: newNumber(), email: address(), slot: offer.slots[9]!.from }
    expect((await ask(given)).body.error).toBe('wrong-code')
    const send = (body: object) => visit('POST', 'callback/code', { name: 'Fatou', locale: 'fr', ...body })
    const { number, email } = given
    expect((await send({ number })).body.error).toBe('invalid-input')
    expect((await send({ number, email })).body).toEqual({ ok: true })
    const first = await sink.waitFor(({ recipients }) => recipients.includes(email))
    const codeOf = ({ parsed }: SinkMail) => /\b(\d{6})\b/.exec(parsed.text ?? '')![1]!
    const code = codeOf(first)
    expect(first.parsed.text).toContain('Votre code est')
    const wrong = code === '123456' ? '654321' : '123456'
    expect((await ask({ ...given, number: newNumber(), code })).body.error).toBe('wrong-code')
    for (let i = 0; i < 5; i++) expect((await ask({ ...given, code: wrong })).body.error).toBe('wrong-code')
    expect((await ask({ ...given, code })).body.error).toBe('wrong-code')
    expect((await send({ number, email })).status).toBe(200)
    const second = await eventually('another code', () => mailsTo(email)[1])
    const taken = await ask({ ...given, code: codeOf(second) })
    expect(taken.status, JSON.stringify(taken.body)).toBe(200)
    expect((await ask({ ...given, code: codeOf(second) })).body.error).toBe('wrong-code')
    await limit({ code: 'mail', perNumberDaily: 2 })
    expect((await send({ number, email })).body.error).toBe('too-many-requests')
  })

  it('is shown, moved and cancelled on its page; looking and old forms change nothing', async () => {
    const number = newNumber()
    const [, , from, to] = offer.slots
    const { body } = await ask({ number, slot: from!.from })
    const link = body.link as string
    const before = (await kept(number))!
    const first = await page(link)
    expect(first.status).toBe(200)
    expect(first.html).toContain('Your callback')
    expect(first.html).not.toContain(number)
    expect(first.html).toContain(`${number.slice(-4, -2)} ${number.slice(-2)}`)
    expect(first.headers.get('cache-control')).toBe('no-store')
    expect(first.headers.get('referrer-policy')).toBe('no-referrer')
    expect(first.headers.get('content-security-policy')).toMatch(/default-src 'none'; style-src 'sha256-/)
    expect((await page(link, undefined, 'fr')).html).toContain('Votre rappel')
    expect((await kept(number))!.version).toBe(before.version)

    const version = versionOn(first.html)
    const unchosen = await page(link, { version, do: 'move' })
    expect([unchosen.status, unchosen.html.includes('Choose a time first')]).toEqual([400, true])
    const moved = await page(link, { version, do: 'move', slot: to!.from })
    expect(moved.html).toContain('at the time that you chose')
    expect((await kept(number))!.slot!.from.toISOString()).toBe(to!.from)
    const replayed = await page(link, { version, do: 'move', slot: from!.from })
    expect(replayed.status).toBe(409)
    expect((await kept(number))!.slot!.from.toISOString()).toBe(to!.from)

    const now = versionOn(moved.html)
    expect((await page(link, { version: now, do: 'ask' })).html).toContain('Cancel the callback?')
    expect((await kept(number))!.state).toBe('scheduled')
    expect((await page(link, { version: now, do: 'keep' })).html).toContain('Nothing was changed')
    expect((await page(link, { version: now, do: 'cancel' })).html).toContain('is cancelled')
    expect((await kept(number))!.state).toBe('cancelled')
    const again = await page(link, { version: now, do: 'move', slot: from!.from })
    expect([again.status, again.html.includes('is cancelled')]).toEqual([409, true])
    expect(await Callback.countDocuments({ number })).toBe(1)
  })

  it('says on its page that it is too late while an agent has it, and that it is over afterwards', async () => {
    const number = newNumber()
    const { body } = await ask({ number, reason: 'Too late, web' })
    const offered: Interaction = await awa.offer('Too late, web')
    await awa.accept(offered)
    const late = await page(body.link as string)
    expect(late.html).toContain('too late to change')
    expect(late.html).not.toContain('name="do"')
    const version = String((await kept(number))!.version)
    const tried = await page(body.link as string, { version, do: 'cancel' })
    expect([tried.status, tried.html.includes('too late to change')]).toEqual([409, true])
    expect((await kept(number))!.state).toBe('queued')
    await awa.close(offered.id)
    await eventually('its end', async () => (await kept(number))!.state !== 'queued')
    expect((await page(body.link as string)).html).not.toContain('too late to change')
  })

  it('knows no token but its own', async () => {
    const { body } = await ask({ slot: offer.slots[4]!.from })
    const token = (body.link as string).slice(3)
    const flipped = `${token.slice(0, 4)}${token[4] === 'A' ? 'B' : 'A'}${token.slice(5)}`
    const foreign = makeToken(centre.house.hub, 'unsubscribe', new Types.ObjectId())
    for (const wrong of [flipped, foreign, 'x', `${token}A`]) {
      const answer = await page(`/k/${wrong}`)
      expect([answer.status, answer.html.includes('does not work')]).toEqual([404, true])
      expect((await page(`/k/${wrong}`, { version: '1', do: 'cancel' })).status).toBe(404)
    }
    expect((await fetch(`${centre.house.url}/u/${token}`)).status).toBe(404)
  })

  it('is confirmed by mail in their language, told again when it changes, and when it is cancelled', async () => {
    await rule({ confirm: { mailAccountId: mailId, template: null, remindMinutes: 60 } })
    const email = address()
    const { body } = await ask({
      email,
      locale: 'fr',
      consent: offer.consent.fr,
      slot: offer.slots[6]!.from
    })
    const asked = await mailTold(email, 'Nous vous appelons')
    expect(asked.parsed.text).toContain(body.link as string)
    expect(asked.parsed.html).toContain(body.link as string)
    expect(asked.parsed.headers.get('auto-submitted')).toBe('auto-generated')
    const calendar = asked.parsed.attachments.find(({ filename }) => filename === 'callback.ics')!
    expect(calendar.content.toString()).toContain('STATUS:CONFIRMED')
    const first = await page(body.link as string)
    const moved = await page(body.link as string, {
      version: versionOn(first.html),
      do: 'move',
      slot: offer.slots[8]!.from
    })
    await mailTold(email, 'Nouvel horaire')
    // An agent's change is told as well, though no route of theirs knows of it.
    const doc = (await kept((await Callback.findOne({ email }).lean())!.number))!
    expect(versionOn(moved.html)).toBe(String(doc.version))
    await centre.admin.post(`/api/callbacks/${String(doc._id)}/cancel`)
    await mailTold(email, 'annulé')
    const ids = mailsTo(email).map(({ parsed }) => parsed.messageId)
    expect([ids.length, new Set(ids).size]).toEqual([3, 3])
  })

  it('is confirmed and reminded of once, also when workers die on the way', async () => {
    await rule({ confirm: { mailAccountId: mailId, template: null, remindMinutes: 60 } })
    const email = address()
    const number = newNumber()
    await ask({ number, email, slot: offer.slots[20]!.from })
    await mailTold(email, 'We call you')
    const doc = (await kept(number))!
    const set = (change: object) => Callback.updateOne({ _id: doc._id }, { $set: change })
    const notices = async () => (await kept(number))!.notices!
    // The mail is here a moment before it is noted that it was sent; until then its own time stands there.
    const remindAt = doc.slot!.from.getTime() - 60 * 60_000
    await eventually(
      'the reminder to be planned',
      async () => (await notices()).dueAt?.getTime() === remindAt
    )

    // The slot comes near; a worker took the reminder and died.
    const soon = { from: new Date(Date.now() + 30 * 60_000), to: new Date(Date.now() + 60 * 60_000) }
    const log = doc.log.map((line) => ({ ...line, at: new Date(Date.now() - 86_400_000) }))
    await set({
      log,
      slot: soon,
      nextAt: soon.from,
      'notices.promise': `slot:${String(soon.from.getTime())}`,
      'notices.dueAt': new Date(Date.now() - 60_000),
      'notices.claim': { by: 'whoever is dead', until: new Date(Date.now() + 2500) }
    })
    await Promise.all([1, 2, 3].map(() => sendNotice(centre.house.hub, doc._id)))
    expect(mailsTo(email)).toHaveLength(1)
    // The line breaks after the mail was taken: it is handed over again as the same mail.
    sink.answer({ kind: 'drop', when: 'after' })
    await eventually('the first attempt', () => mailsTo(email).length === 2, 15_000)
    sink.answer({ kind: 'normal' })
    await eventually('the attempt to be noted', async () => (await notices()).claim === null)
    await set({ 'notices.dueAt': new Date() })
    await Promise.all([1, 2, 3].map(() => sendNotice(centre.house.hub, doc._id)))
    await eventually('it to be told', async () => (await notices()).remindedOf !== null)
    await sweepNotices(centre.house.hub, new Date(Date.now() + 5000))
    await Promise.all([1, 2, 3].map(() => sendNotice(centre.house.hub, doc._id)))
    const reminders = mailsTo(email).filter(({ parsed }) => parsed.subject?.startsWith('Reminder'))
    expect(reminders).toHaveLength(2)
    expect(new Set(reminders.map(({ parsed }) => parsed.messageId)).size).toBe(1)
    expect(mailsTo(email)).toHaveLength(3)
  })

  it('is confirmed by an approved template where there is no address, and proved by one', async () => {
    const number: GraphNumber = {
      phoneNumberId: '106540352242933',
      wabaId: '102290129340333',
      display: '221338890033',
      accessToken: 'access-of-the-number',
      appSecret: 'secret of the app 0123456789'
    }
    const graph = await startGraph([number])
    try {
      const { phoneNumberId, wabaId, accessToken, appSecret } = number
      const made = await centre.admin.post('/api/accounts', {
        channel: 'whatsapp',
        name: 'WhatsApp of the bank',
        queueId,
        settings: {
          phoneNumberId,
          wabaId,
          accessToken,
          appSecret,
          verifyToken: 'words agreed on',
          graphUrl: graph.url
        }
      })
      expect(made.status, JSON.stringify(made.body)).toBe(200)
      const accountId = made.body.id as string
      graph.templates.create(wabaId, {
        name: 'callback',
        components: [
          {
            type: 'BODY',
            text: 'Your callback. {{1}} See {{2}} for more.',
            example: { body_text: [['At ten.', 'https://bank.example']] }
          }
        ]
      })
      graph.templates.create(wabaId, {
        name: 'code',
        components: [{ type: 'BODY', text: 'Your callback: {{1}}', example: { body_text: [['123456']] } }]
      })
      expect((await centre.admin.post(`/api/accounts/${accountId}/templates/sync`)).status).toBe(200)
      const templates = (await centre.admin.get(`/api/templates?accountId=${accountId}`)).body.items as {
        id: string
        name: string
      }[]
      const named = (name: string) => ({
        accountId,
        templateId: templates.find((one) => one.name === name)!.id
      })
      const confirm = { mailAccountId: null, remindMinutes: null }
      const sentTo = async (called: string, name: string) => {
        const { body } = await graph.waitFor(
          ({ body: one }) =>
            one['to'] === called.slice(1) && (one['template'] as { name?: string } | undefined)?.name === name
        )
        return JSON.stringify(body)
      }

      await rule({ confirm: { ...confirm, template: named('callback') } })
      const asked = newNumber()
      const { body } = await ask({ number: asked, slot: offer.slots[13]!.from })
      const told = await sentTo(asked, 'callback')
      expect(told).toContain(body.link as string)
      expect(told).toContain('We have noted')

      await rule({
        confirm: { ...confirm, template: named('code') },
        limits: { ...usual.limits, code: 'template' }
      })
      const proved = { number: newNumber(), slot: offer.slots[14]!.from }
      expect(
        (await visit('POST', 'callback/code', { number: proved.number, name: 'Fatou', locale: 'en' })).body
      ).toEqual({ ok: true })
      const code = /\b(\d{6})\b/.exec(await sentTo(proved.number, 'code'))![1]!
      const taken = await ask({ ...proved, code })
      expect(taken.status, JSON.stringify(taken.body)).toBe(200)
    } finally {
      await graph.stop()
    }
  })

  it('is confirmed by the sweep when whoever took it died before a word', async () => {
    await rule({ confirm: { mailAccountId: mailId, template: null, remindMinutes: 60 } })
    const email = address()
    const { body } = await centre.admin.post('/api/callbacks', {
      queueId,
      number: newNumber(),
      name: 'Fatou',
      email,
      slot: offer.slots[11]!.from
    })
    expect(body, JSON.stringify(body)).toMatchObject({ state: 'scheduled' })
    await mailTold(email, 'We call you')
    await new Promise((resolve) => setTimeout(resolve, 2500))
    expect(mailsTo(email)).toHaveLength(1)
  })
})

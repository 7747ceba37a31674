import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { simpleParser } from 'mailparser'
import nodemailer from 'nodemailer'
import type { Campaign, CampaignCounts, CampaignFinding } from '@palabre/config/contract/campaign'
import type { Consent } from '@palabre/config/contract/consent'
import { AuditEntry } from '@palabre/hub/audit/audit.model'
import { Recipient, type RecipientDoc } from '@palabre/hub/campaigns/recipient.model'
import { sweepCampaigns } from '@palabre/hub/campaigns/sweep'
import { Contact } from '@palabre/hub/contacts/contact.model'
import { ensureContactAt } from '@palabre/hub/contacts/ensure'
import { isSuppressed } from '@palabre/hub/suppressions/among'
import { suppress } from '@palabre/hub/suppressions/suppress'
import { openGateways } from '@palabre/workers/listeners/gateways'
import { startDnsStub, type DnsStub } from '../simulators/mail/dns-stub.ts'
import { sparePort } from '../simulators/mail/dovecot.ts'
import {
  headersOf,
  openReceivingWorld,
  type ReceivingWorld,
  type TakenMail
} from '../simulators/mail/receiving-world.ts'
import { campaignIs, mailAccount, makeCampaign, message, pace, reached, runWith } from './campaigns/desk.ts'
import { complaintReport } from './campaigns/returns.ts'
import { Person, eventually, openHouse, type House } from './house.ts'
import { hire } from './people.ts'

/** The clock of campaigns runs as ever, so far ahead. */
const clock = vi.hoisted(() => ({ ahead: 0 }))
vi.mock(import('../../hub/campaigns/clock.ts'), () => ({ campaignNow: () => Date.now() + clock.ahead }))

let house: House
let world: ReceivingWorld
let admin: Person
let marketing: Person
let accountId: string
let smtpPort: number
let gateways: { stop(): Promise<void> }
let dns: DnsStub

beforeAll(async () => {
  smtpPort = await sparePort()
  dns = await startDnsStub()
  house = await openHouse({
    env: {
      PUBLIC_URL: 'https://news.bank.example',
      SMTP_PORT: String(smtpPort),
      DNS_SERVER: `127.0.0.1:${String(dns.port)}`
    }
  })
  gateways = openGateways(house.hub)
  world = await openReceivingWorld()
  admin = await Person.signIn(house.url, 'admin')
  marketing = await hire(admin, { roles: ['marketing'] })
  accountId = await mailAccount(admin, world.port)
  await pace(admin, accountId, { perSecond: 500, perDomain: 200, lines: 10 })
}, 60_000)

afterAll(async () => {
  await gateways.stop()
  await house.stop()
  await dns.stop()
  await world.stop()
}, 60_000)

interface Card {
  name?: string
  attributes?: Record<string, string>
}
async function contact(address: string, { name = 'Awa Demo', attributes = {} }: Card = {}): Promise<string> {
  const { _id } = await ensureContactAt('email', address, 'email')
  await Contact.updateOne({ _id }, { $set: { name, attributes } })
  return _id.toHexString()
}
async function list(name: string, contactIds: string[]): Promise<string> {
  const { body } = await marketing.post('/api/lists', { name })
  if (contactIds.length > 0) await marketing.post(`/api/lists/${body.id}/members`, { contactIds })
  return body.id as string
}
const purpose = async (name: string): Promise<string> =>
  (await marketing.post('/api/purposes', { name, asks: 'no-objection' })).body.id as string
const audience = (listIds: string[], more: object = {}) => ({
  listIds,
  segmentIds: [],
  excludeListIds: [],
  excludeSegmentIds: [],
  ...more
})

async function launched(more: Record<string, unknown>, at?: string): Promise<Campaign> {
  const draft = await makeCampaign(admin, accountId, more)
  const { status, body } = await admin.post(`/api/campaigns/${draft.id}/launch`, {
    version: draft.version,
    ...(at && { at })
  })
  expect(status, JSON.stringify(body)).toBe(200)
  return body as Campaign
}
const sentTo = (domain: string) => world.mails.filter(({ to }) => to.endsWith(`@${domain}`))
const addressesOf = (domain: string) =>
  sentTo(domain)
    .map(({ to }) => to.slice(0, to.indexOf('@')))
    .toSorted()
const read = async (id: string) => (await admin.get(`/api/campaigns/${id}`)).body as Campaign
const recipient = async (campaignId: string, address: string) =>
  (await Recipient.findOne({ campaignId, address }).lean()) as RecipientDoc
const pageOf = ({ raw }: TakenMail) => {
  const [, way = ''] = headersOf(raw).find(([field]) => field === 'list-unsubscribe') ?? []
  return house.url + new URL(/<(https:[^>]+)>/.exec(way)?.[1] ?? '').pathname
}
const post = (page: string, body: string) =>
  fetch(page, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body })
const people = (count: number, domain: string) =>
  Array.from({ length: count }, (_, i) => reached(`p${String(i)}@${domain}`))

describe('a campaign that is launched for an audience', () => {
  it('reaches lists and segments without those excluded, each once, and says why others are left out', async () => {
    const at = (name: string) => `${name}@chosen.example`
    const ids = Object.fromEntries(
      await Promise.all(
        ['one', 'two', 'both', 'out', 'not', 'angry', 'no-reply', 'postmaster'].map(
          async (name) => [name, await contact(at(name))] as const
        )
      )
    )
    const tagged = await contact(at('tagged'), { attributes: { tier: 'gold' } })
    await contact(at('tagged-out'), { attributes: { tier: 'gold', banned: 'yes' } })
    const segment = async (name: string, attribute: object) =>
      (
        await marketing.post('/api/segments', {
          name,
          rules: { kind: 'group', match: 'all', rules: [{ kind: 'attribute', ...attribute }] }
        })
      ).body.id as string
    const pick = (...names: string[]) => names.map((name) => ids[name]!)
    const first = await list('First', pick('one', 'both', 'out', 'angry', 'no-reply'))
    const second = await list('Second', [...pick('two', 'both', 'postmaster'), tagged])
    const out = await list('Out', pick('out', 'not'))
    await suppress(house.hub, [{ kind: 'email', address: at('angry'), purposeId: null, reason: 'complaint' }])
    const { id } = await launched({
      audience: audience([first, second], {
        segmentIds: [await segment('Gold', { name: 'tier', is: 'equals', value: 'gold' })],
        excludeListIds: [out],
        excludeSegmentIds: [await segment('Banned', { name: 'banned', is: 'exists' })]
      })
    })
    const { counts } = await campaignIs(admin, id, 'finished')
    expect(counts).toMatchObject({ recipients: 7, sent: 4, suppressed: 3 })
    expect(addressesOf('chosen.example')).toEqual(['both', 'one', 'tagged', 'two'])
    expect(await recipient(id, at('angry'))).toMatchObject({ state: 'suppressed', reason: 'complaint' })
    for (const role of ['no-reply', 'postmaster'])
      expect(await recipient(id, at(role))).toMatchObject({ state: 'suppressed', reason: 'role-address' })
  })

  it('goes to the end for those whom it found, though its list is archived meanwhile', async () => {
    const ids = await Promise.all(
      Array.from({ length: 40 }, (_, i) => contact(`l${String(i)}@archived.example`))
    )
    const listId = await list('Soon gone', ids)
    const { id } = await launched({ audience: audience([listId]), perSecond: 20 })
    await eventually('the first', () => sentTo('archived.example').length > 5, 20_000)
    expect((await marketing.send('DELETE', `/api/lists/${listId}`)).status).toBe(200)
    await marketing.post(`/api/lists/${listId}/members/remove`, { contactIds: ids })
    expect((await campaignIs(admin, id, 'finished')).counts).toMatchObject({ recipients: 40, sent: 40 })
    expect(new Set(addressesOf('archived.example')).size).toBe(40)
  })

  it('says which of its pages cannot be looked at, and is launched all the same', async () => {
    const draft = await makeCampaign(admin, accountId, {
      message: {
        ...message,
        mjml: message.mjml.replace('https://shop.example/terms', 'https://127.0.0.1/terms')
      }
    })
    const { body } = await admin.post(`/api/campaigns/${draft.id}/check`)
    const links = (body.findings as CampaignFinding[]).filter(({ kind }) => kind === 'link-not-followed')
    expect(links.map(({ severity, figures }) => [severity, figures['what']])).toEqual([
      ['warning', 'refused'],
      ['notice', 'variables']
    ])
  })
})

describe('opening', () => {
  it('is counted when the campaign asks for it, and otherwise nothing in the mail could tell', async () => {
    const on = await makeCampaign(admin, accountId, { tracking: { clicks: true, opens: true } })
    await runWith(house, on.id, people(1, 'open-on.example'))
    const off = await makeCampaign(admin, accountId, { tracking: { clicks: true, opens: false } })
    await runWith(house, off.id, people(1, 'open-off.example'))
    await Promise.all([on, off].map(({ id }) => campaignIs(admin, id, 'finished')))
    const picture = async (domain: string) =>
      /src="https:\/\/news\.bank\.example(\/o\/[^"]+)"/.exec(
        (await simpleParser(sentTo(domain)[0]!.raw)).html || ''
      )?.[1]
    expect(await picture('open-off.example')).toBeUndefined()
    const address = house.url + (await picture('open-on.example'))!
    await fetch(address, { method: 'HEAD' })
    expect((await Recipient.findOne({ campaignId: on.id }).lean())?.openedAt).toBeNull()
    for (let times = 0; times < 2; times++)
      expect((await fetch(address)).headers.get('content-type')).toBe('image/gif')
    await eventually('the opening', async () => (await read(on.id)).counts.opened > 0)
    expect((await read(on.id)).counts).toMatchObject({ opened: 1, clicked: 0 })
    expect((await read(off.id)).counts.opened).toBe(0)
  })
})

describe('what a recipient says of purposes', () => {
  let news: string
  let offers: string
  let events: string
  let campaign: Campaign
  const ids: Record<string, string> = {}
  const names = ['click', 'page', 'all', 'angry']
  const at = (name: string) => `${name}@said.example`
  const mailOf = (name: string) => sentTo('said.example').find(({ to }) => to === at(name))!
  const consentsOf = async (name: string) =>
    (await admin.get(`/api/contacts/${ids[name]!}/consents`)).body.items as Consent[]
  const of = async (name: string, id: string) =>
    (await consentsOf(name)).find(({ purposeId }) => purposeId === id)

  beforeAll(async () => {
    ;[news, offers, events] = [await purpose('News'), await purpose('Offers'), await purpose('Events')]
    for (const name of names) ids[name] = await contact(at(name))
    campaign = await launched({
      name: 'Spring news',
      purposeId: news,
      audience: audience([await list('Said', Object.values(ids))])
    })
    await campaignIs(admin, campaign.id, 'finished')
  })

  it('by one click stands in their history with its proof, once', async () => {
    const page = pageOf(mailOf('click'))
    await Promise.all([1, 2, 3].map(() => post(page, 'List-Unsubscribe=One-Click')))
    await post(page, 'List-Unsubscribe=One-Click')
    const all = await consentsOf('click')
    expect(all).toMatchObject([{ purposeId: news, channel: 'email', state: 'withdrawn' }])
    expect(all[0]!.history).toHaveLength(1)
    expect(all[0]!.history[0]).toMatchObject({
      source: 'unsubscribe',
      proof: { text: 'Spring news', campaignId: campaign.id, address: at('click'), way: 'one-click' }
    })
    expect(Date.now() - Date.parse(all[0]!.at)).toBeLessThan(60_000)
  })

  it('on the page ends one purpose and takes it again, each with a line of its own', async () => {
    const page = pageOf(mailOf('page'))
    const shown = async () => (await fetch(page)).text()
    expect(await shown()).not.toContain('name="on"')
    expect(await (await post(page, `page=1&off=${offers}`)).text()).toContain('no more of these messages')
    await post(page, `page=1&off=${offers}`)
    expect(await isSuppressed(house.hub, 'email', at('page'), offers)).toBe('unsubscribe')
    expect(await shown()).toContain(`name="on" value="${offers}"`)
    for (let times = 0; times < 2; times++)
      expect(await (await post(page, `page=1&on=${offers}`)).text()).toContain('again')
    expect(await isSuppressed(house.hub, 'email', at('page'), offers)).toBeNull()
    const said = await of('page', offers)
    expect(said?.state).toBe('given')
    expect(said?.history.map(({ state, source, proof }) => [state, source, proof.way])).toEqual([
      ['given', 'preferences', 'page'],
      ['withdrawn', 'preferences', 'page']
    ])
    await post(page, `page=1&off=${offers}&on=${offers}`)
    expect((await of('page', offers))?.history.map(({ state }) => state)).toEqual([
      'withdrawn',
      'given',
      'withdrawn'
    ])
    expect(await (await post(page, `page=1&off=${events}&on=${offers}`)).text()).toContain(
      'some messages end, others come again'
    )
  })

  it('of everything ends each purpose, and nothing comes back by the page', async () => {
    const page = pageOf(mailOf('all'))
    await post(page, 'page=1&off=all')
    const states = (await consentsOf('all')).map(({ purposeId, state }) => [purposeId, state])
    expect(states).toEqual(expect.arrayContaining([news, offers, events].map((id) => [id, 'withdrawn'])))
    expect(await (await fetch(page)).text()).not.toContain('name="on"')
    expect(await (await post(page, `page=1&on=${news}`)).text()).toContain('Nothing was changed')
    expect(await isSuppressed(house.hub, 'email', at('all'), news)).toBe('unsubscribe')
    expect((await of('all', news))?.state).toBe('withdrawn')
  })

  it('does not lift what was ended for another reason', async () => {
    await suppress(house.hub, [
      { kind: 'email', address: at('angry'), purposeId: offers, reason: 'complaint' }
    ])
    const page = pageOf(mailOf('angry'))
    expect(await (await post(page, `page=1&on=${offers}`)).text()).toContain('Nothing was changed')
    expect(await isSuppressed(house.hub, 'email', at('angry'), offers)).toBe('complaint')
    expect(await of('angry', offers)).toBeUndefined()
  })
})

describe('a contact who is erased from marketing', () => {
  it('is on no list and in no campaign any more, for good, and nobody unpermitted does it', async () => {
    const address = 'forget@erased.example'
    const [id, other] = [
      await contact(address, { name: 'Forget Me', attributes: { city: 'Lomé' } }),
      await contact('other@erased.example')
    ]
    const listId = await list('Erasable', [id, other])
    const { id: sent } = await launched({ audience: audience([listId]) })
    await campaignIs(admin, sent, 'finished')
    const [theirMail] = sentTo('erased.example').filter(({ to }) => to === address)
    const waiting = await makeCampaign(admin, accountId, {
      hours: { from: 0, to: 1, days: [((new Date().getUTCDay() + 2) % 7) + 1] },
      timeZone: 'UTC'
    })
    await runWith(house, waiting.id, [
      { ...reached(address), contactId: id },
      { ...reached('other@erased.example'), contactId: other }
    ])
    expect((await recipient(waiting.id, address)).state).toBe('pending')
    world.rule('erased.example', (to) => ({ code: 550, words: `5.7.1 <${to}> is not wanted` }))
    const { id: refused } = await makeCampaign(admin, accountId)
    await runWith(house, refused, [{ ...reached(address), contactId: id }])
    await campaignIs(admin, refused, 'finished')
    expect((await recipient(refused, address)).reason).toContain(address)
    const awa = await Person.signIn(house.url, 'awa')
    expect((await awa.post(`/api/contacts/${id}/erase-audience`)).status).toBe(403)
    for (let times = 0; times < 2; times++)
      expect((await marketing.post(`/api/contacts/${id}/erase-audience`)).status).toBe(200)
    expect((await marketing.post(`/api/contacts/${'0'.repeat(24)}/erase-audience`)).status).toBe(404)
    expect((await marketing.get(`/api/lists/${listId}`)).body.members).toBe(1)
    expect((await marketing.get(`/api/contacts/${id}/consents`)).body).toEqual({ items: [], erased: true })
    expect((await marketing.get(`/api/contacts/${other}/consents`)).body.erased).toBe(false)
    const kept = JSON.stringify(
      await Recipient.find({ campaignId: { $in: [sent, waiting.id, refused] } }).lean()
    )
    expect(kept).not.toMatch(/forget@|Forget Me|Lomé/)
    expect(kept).toContain('other@erased.example')
    expect((await read(waiting.id)).counts).toMatchObject({ recipients: 2, suppressed: 1 })
    expect((await read(sent)).counts).toMatchObject({ recipients: 2, sent: 2 })
    expect((await fetch(pageOf(theirMail!))).status).toBe(404)
    expect((await post(pageOf(theirMail!), 'List-Unsubscribe=One-Click')).status).toBe(404)
    expect((await marketing.get(`/api/contacts/${id}/consents`)).body.items).toEqual([])
    expect(await isSuppressed(house.hub, 'email', address, null)).toBe('erasure')
    const traced = await AuditEntry.find({ action: 'contact.eraseAudience', subjectId: id }).lean()
    expect(traced).toHaveLength(2)
    expect(traced[0]?.actorName).toBe((marketing.me as { user: { name: string } }).user.name)
    await admin.post(`/api/campaigns/${waiting.id}/stop`)
  })
})

describe('a domain that asks for patience', () => {
  it('is left alone after one mail more at most, and has what was put off later, once', async () => {
    await pace(admin, accountId, { perSecond: 500, perDomain: 20, lines: 2 })
    const refusedAt = 3
    world.rule('patience.example', (_, nth) =>
      nth === refusedAt ? { code: 421, words: '4.7.0 Too many' } : null
    )
    const { id } = await makeCampaign(admin, accountId)
    await runWith(house, id, [...people(10, 'patience.example'), ...people(30, 'quick.example')])
    await eventually('the others', () => sentTo('quick.example').length === 30, 20_000)
    await eventually('it goes on', () => sentTo('patience.example').length === 9, 20_000)
    const asked = world.asked.get('patience.example')!
    const refused = asked[refusedAt - 1]!
    expect(asked.slice(refusedAt).filter((moment) => moment - refused < 1900).length).toBeLessThanOrEqual(1)
    await eventually('the counts', async () => {
      const { sent, deferred } = (await read(id)).counts
      return sent === 39 && deferred === 1
    })
    clock.ahead += 121_000
    const { counts } = await campaignIs(admin, id, 'finished')
    expect(counts).toMatchObject({ sent: 40, deferred: 0, failed: 0 })
    expect(new Set(addressesOf('patience.example')).size).toBe(10)
    expect(sentTo('patience.example')).toHaveLength(10)
    await pace(admin, accountId, { perSecond: 500, perDomain: 200, lines: 10 })
  })
})

describe('complaints', () => {
  it('of more than two in a thousand pause it by itself', async () => {
    const { id } = await makeCampaign(admin, accountId, {
      guard: { complaints: 0.002, bounces: 0.02, after: 50 },
      perSecond: 60
    })
    await runWith(house, id, people(400, 'complain.example'))
    await eventually('enough', () => sentTo('complain.example').length > 60, 20_000)
    const transport = nodemailer.createTransport({ host: '127.0.0.1', port: smtpPort, ignoreTLS: true })
    const us = 'help@banque-du-fleuve.example'
    const [first] = sentTo('complain.example')
    await transport.sendMail({ envelope: { from: '', to: us }, raw: complaintReport(us, first!.messageId) })
    transport.close()
    const { pause, counts } = await campaignIs(admin, id, 'paused')
    expect(pause).toMatchObject({ reason: 'complaints' })
    expect(pause!.detail).toMatch(/^1 of \d+ \(\d\.\d\d %\)$/)
    expect(counts.sent).toBeLessThan(400)
    expect(await isSuppressed(house.hub, 'email', first!.to, null)).toBe('complaint')
    await admin.post(`/api/campaigns/${id}/stop`)
    await eventually('everybody settled', async () => {
      const { sent, stopped } = (await read(id)).counts
      return sent === sentTo('complain.example').length && sent + stopped === 400
    })
  })
})

describe('a test of subjects', () => {
  it('ends after its hours, not before, and the others get what more people clicked', async () => {
    const { id } = await makeCampaign(admin, accountId, {
      test: { share: 0.5, hours: 1, by: 'clicks' },
      message: {
        ...message,
        subjects: [
          { id: 'a', subject: 'First' },
          { id: 'b', subject: 'Second' }
        ]
      }
    })
    await runWith(house, id, people(120, 'winner.example'))
    const { waiting } = await eventually('the test', async () => {
      const { counts } = await read(id)
      return counts.sent > 0 && counts.sent + counts.waiting === 120 ? counts : null
    })
    const byVariant = async (variant: string) =>
      (await Recipient.find({ campaignId: id, variant, state: 'sent' }).lean()) as RecipientDoc[]
    const click = async ({ address }: RecipientDoc) => {
      const { html } = await simpleParser(sentTo('winner.example').find(({ to }) => to === address)!.raw)
      const [, path = ''] = /href="https:\/\/news\.bank\.example(\/c\/[^"]+)"/.exec(html || '') ?? []
      expect((await fetch(house.url + path, { redirect: 'manual' })).status).toBe(302)
    }
    for (const one of (await byVariant('b')).slice(0, 6)) await click(one)
    await click((await byVariant('a'))[0]!)
    await eventually('the clicks', async () => (await read(id)).counts.clicked === 7)
    // From its start, whatever the clock has been set to before.
    clock.ahead = Date.parse((await read(id)).startedAt!) + 59 * 60_000 - Date.now()
    await sweepCampaigns(house.hub)
    expect((await read(id)).winner).toBeNull()
    const tested = (await byVariant('b')).length
    clock.ahead += 60_000
    const { winner } = await campaignIs(admin, id, 'finished')
    expect(winner).toMatchObject({ id: 'b', by: 'clicks' })
    expect(await byVariant('b')).toHaveLength(tested + waiting)
  })
})

describe('by the clock', () => {
  /** The campaign clock shows so much less than this moment; from then on it runs by itself. */
  const shortBefore = (moment: string, ms = 2000) => {
    const ahead = Date.parse(moment) - ms - Date.now()
    expect(ahead).toBeGreaterThan(clock.ahead)
    clock.ahead = ahead
  }
  /** When it was by the campaign clock that the mail came in, since the clock was set last. */
  const cameAt = ({ at }: TakenMail) => at + clock.ahead
  /** Sweeps come once a second, and on a busy machine some are late. */
  const lateMs = 15_000
  const comes = async (address: string, moment: string) => {
    const mail = await eventually(
      `the mail to ${address}`,
      () => world.mails.find(({ to }) => to === address),
      lateMs + 5000
    )
    expect(cameAt(mail)).toBeGreaterThanOrEqual(Date.parse(moment))
    expect(cameAt(mail)).toBeLessThan(Date.parse(moment) + lateMs)
  }

  it('of its zone it starts', async () => {
    const id = await contact('start@clock.example')
    const listId = await list('By the clock', [id])
    const campaign = await launched(
      { timeZone: 'Asia/Kolkata', audience: audience([listId]) },
      '2027-01-15T09:00'
    )
    expect(campaign).toMatchObject({
      state: 'scheduled',
      startsAt: { local: '2027-01-15T09:00', at: '2027-01-15T03:30:00.000Z' }
    })
    shortBefore('2027-01-15T03:30:00Z')
    await sweepCampaigns(house.hub)
    expect((await read(campaign.id)).state).toBe('scheduled')
    await comes('start@clock.example', '2027-01-15T03:30:00Z')
    await campaignIs(admin, campaign.id, 'finished')
  })

  it('on the night that clocks are set, it starts at the hour after the one that is skipped, and each gets it in the hours of their own zone', async () => {
    const zones = {
      tokyo: 'Asia/Tokyo',
      paris: 'Europe/Paris',
      london: 'Europe/London',
      york: 'America/New_York'
    }
    const ids = await Promise.all([
      ...Object.entries(zones).map(([name, zone]) =>
        contact(`${name}@night.example`, { attributes: { 'Time zone': zone } })
      ),
      contact('unknown@night.example')
    ])
    const campaign = await launched(
      {
        timeZone: 'Europe/Paris',
        audience: audience([await list('Night', ids)]),
        hours: { from: 9 * 60, to: 18 * 60, days: [1, 2, 3, 4, 5, 6, 7] },
        inTheirZone: true
      },
      '2027-03-28T02:30'
    )
    expect(campaign.startsAt?.at).toBe('2027-03-28T01:30:00.000Z')
    // 10:30 in Tokyo; 3:30 in Paris, where it was 1:59 half an hour and a minute before.
    shortBefore('2027-03-28T01:30:00Z')
    await comes('tokyo@night.example', '2027-03-28T01:30:00Z')
    await eventually('all found', async () => (await read(campaign.id)).preparedAt)
    const due = async (name: string) =>
      (await recipient(campaign.id, `${name}@night.example`)).dueAt.toISOString().slice(0, 16)
    expect(await Promise.all(['paris', 'unknown', 'london', 'york'].map(due))).toEqual([
      '2027-03-28T07:00',
      '2027-03-28T07:00',
      '2027-03-28T08:00',
      '2027-03-28T13:00'
    ])
    expect(addressesOf('night.example')).toEqual(['tokyo'])
    shortBefore('2027-03-28T07:00:00Z')
    await comes('paris@night.example', '2027-03-28T07:00:00Z')
    await comes('unknown@night.example', '2027-03-28T07:00:00Z')
    shortBefore('2027-03-28T08:00:00Z')
    await comes('london@night.example', '2027-03-28T08:00:00Z')
    expect(addressesOf('night.example')).toEqual(['london', 'paris', 'tokyo', 'unknown'])
    shortBefore('2027-03-28T13:00:00Z')
    await comes('york@night.example', '2027-03-28T13:00:00Z')
    expect((await campaignIs(admin, campaign.id, 'finished')).counts).toMatchObject<Partial<CampaignCounts>>({
      recipients: 5,
      sent: 5
    })
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Types } from 'mongoose'
import type { Campaign as CampaignWire, CampaignFinding } from '@palabre/config/contract/campaign'
import type { Message as MessageWire } from '@palabre/config/contract/message'
import type { Reached } from '@palabre/hub/audiences/audience'
import { Campaign, type CampaignDoc } from '@palabre/hub/campaigns/campaign.model'
import { addRecipients } from '@palabre/hub/campaigns/prepare'
import { templateDraft } from '@palabre/hub/campaigns/preview-template'
import { Recipient, type RecipientDoc } from '@palabre/hub/campaigns/recipient.model'
import { recount } from '@palabre/hub/campaigns/tally'
import { Contact } from '@palabre/hub/contacts/contact.model'
import { ensureContactAt } from '@palabre/hub/contacts/ensure'
import { Consent } from '@palabre/hub/consents/consent.model'
import { Interaction, type InteractionDoc } from '@palabre/hub/interactions/interaction.model'
import { isSuppressed } from '@palabre/hub/suppressions/among'
import { says, tapsTemplate } from '../simulators/graph/customer.ts'
import { startGraph, type Graph, type GraphMessage } from '../simulators/graph/graph.ts'
import type { GraphTemplate } from '../simulators/graph/templates.ts'
import type { GraphNumber } from '../simulators/graph/webhooks.ts'
import { startWorker, type Worker } from './campaigns/crash.ts'
import { campaignIs, pace } from './campaigns/desk.ts'
import { Person, eventually, openHouse, type House } from './house.ts'
import { recordNamed } from './people.ts'

const number: GraphNumber = {
  phoneNumberId: '106540352242922',
  wabaId: '102290129340398',
  display: '221338890000',
  accessToken: 'access-of-the-number',
  appSecret: 'secret of the app 0123456789'
}

let house: House
let graph: Graph
let admin: Person
let awa: Person
let worker: Worker
let accountId: string
let offer: GraphTemplate
let templateId: string

beforeAll(async () => {
  house = await openHouse({ jobs: false })
  graph = await startGraph([number])
  offer = graph.templates.create(number.wabaId, {
    name: 'offer',
    language: 'fr',
    category: 'MARKETING',
    components: [
      { type: 'HEADER', format: 'TEXT', text: 'Bonjour {{1}}', example: { header_text: ['Awa'] } },
      {
        type: 'BODY',
        text: 'Une offre à {{1}}, {{2}}.',
        example: { body_text: [['Dakar', 'demain']] }
      },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'QUICK_REPLY', text: 'Oui' },
          {
            type: 'URL',
            text: 'Voir',
            url: 'https://shop.example/{{1}}',
            example: ['https://shop.example/x']
          }
        ]
      }
    ]
  })
  admin = await Person.signIn(house.url, 'admin')
  awa = await Person.signIn(house.url, 'awa')
  const { phoneNumberId, wabaId, accessToken, appSecret } = number
  const { body } = await admin.post('/api/accounts', {
    channel: 'whatsapp',
    name: 'WhatsApp',
    queueId: (await recordNamed(admin, '/api/queues', 'Loans')).id,
    settings: { phoneNumberId, wabaId, accessToken, appSecret, verifyToken: 'agreed on', graphUrl: graph.url }
  })
  accountId = body.id as string
  graph.hook(`${house.url}/hooks/${accountId}`)
  await admin.post(`/api/accounts/${accountId}/templates/sync`)
  templateId = (await admin.get(`/api/templates?accountId=${accountId}`)).body.items[0].id as string
  await pace(admin, accountId, { tier: null, perSecond: 200 })
  worker = await startWorker(house)
}, 90_000)

afterAll(async () => {
  await worker.kill()
  await house.stop()
  await graph.stop()
}, 60_000)

const values = {
  'header.1': '{{ contact.first_name }}',
  'body.1': '{{ contact.city }}',
  'body.2': 'ce\nsoir',
  'button.1.1': 'p?who={{ contact.name }}'
}
const careless = { complaints: 1, bounces: 1, after: 1000 }
let made = 0
const someone = () => `22177${String(6_000_000 + ++made)}`
const reached = (address: string, more: Partial<Reached> = {}): Reached => ({
  contactId: new Types.ObjectId().toHexString(),
  address,
  name: 'Awa Demo',
  locale: 'fr',
  attributes: { city: 'Dakar' },
  ...more
})

async function draft(more: Record<string, unknown> = {}): Promise<CampaignWire> {
  const { status, body } = await admin.post('/api/campaigns', {
    name: 'Offer',
    accountId,
    template: { templateId, values, fallbacks: {} },
    guard: careless,
    ...more
  })
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body as CampaignWire
}

/** Has a draft run with these recipients: what finds audiences is tried by the launch. */
async function runWith(id: string, people: Reached[]): Promise<void> {
  const doc = (await Campaign.findById(id).lean()) as CampaignDoc
  const { approved } = await templateDraft(doc)
  await addRecipients(house.hub, doc, people)
  await recount(house.hub, doc._id)
  const now = new Date()
  await Campaign.updateOne(
    { _id: id },
    { $set: { state: 'running', startedAt: now, preparedAt: now, approved }, $inc: { version: 1 } }
  )
}

const handedTo = (address: string) => graph.messages.filter(({ to }) => to === address)
const countsOf = async (id: string) => (await admin.get(`/api/campaigns/${id}/results`)).body.counts
const recipientOf = async (id: string, address: string) =>
  (await Recipient.findOne({ campaignId: id, address }).lean()) as RecipientDoc
const stateOf = async (id: string, address: string) => (await recipientOf(id, address)).state
const messageTo = (address: string): GraphMessage => {
  const message = handedTo(address).at(-1)
  if (!message) throw new Error(`nothing for ${address}`)
  return message
}

describe('a campaign of a template', () => {
  let id: string
  const people = Array.from({ length: 60 }, someone)
  const [first = '', second = '', third = '', fourth = ''] = people

  beforeAll(async () => {
    const contactIds: string[] = []
    for (const [i, address] of people.entries()) {
      // Of one only a telephone number is known.
      const { _id } =
        i === 40
          ? await ensureContactAt('phone', `+${address}`, `Person ${String(i)}`)
          : await ensureContactAt('whatsapp', address, `Person ${String(i)}`)
      await Contact.updateOne(
        { _id },
        { $set: { name: `Person ${String(i)}`, attributes: { city: 'Thiès' } } }
      )
      contactIds.push(_id.toHexString())
    }
    const list = (await admin.post('/api/lists', { name: 'Sixty' })).body.id as string
    await admin.post(`/api/lists/${list}/members`, { contactIds })
    const audience = { listIds: [list], segmentIds: [], excludeListIds: [], excludeSegmentIds: [] }
    id = (await draft({ audience })).id
  })

  it('says before its launch what holds it, and how long it takes', async () => {
    await pace(admin, accountId, { tier: 25 })
    const { findings, audience } = (await admin.post(`/api/campaigns/${id}/check`)).body as {
      findings: CampaignFinding[]
      audience: { reachable: number }
    }
    expect(audience.reachable).toBe(60)
    expect(findings).toContainEqual({
      severity: 'warning',
      kind: 'tier',
      figures: { tier: 25, reached: 0, count: 60, days: 3 }
    })
    expect(findings.map(({ kind }) => kind)).toContain('template-category')
    await pace(admin, accountId, { tier: null })
    const bare = await draft({ template: { templateId, values: { ...values, 'body.1': ' ' } } })
    const { body } = await admin.post(`/api/campaigns/${bare.id}/check`)
    expect(body.findings).toContainEqual({
      severity: 'blocking',
      kind: 'blank-empty',
      figures: { key: 'body.1' }
    })
    expect((await admin.post(`/api/campaigns/${bare.id}/launch`, { version: bare.version })).status).toBe(422)
  })

  it('shows what a contact would get', async () => {
    const { body } = await admin.post(`/api/campaigns/${id}/preview`, {
      contactId: (await Contact.findOne({ name: 'Person 3' }).lean())?._id.toString()
    })
    expect(body.text).toBe('Bonjour Person\n\nUne offre à Thiès, ce soir.')
    expect(body.values['button.1.1']).toBe('p?who=Person%203')
    const wrong = await admin.post(`/api/campaigns/${id}/preview`, {
      template: { templateId, values: { 'body.1': '{{ contact.' } }
    })
    expect(wrong.body.fields[0].path).toBe('template/values/body.1')
  })

  it('reaches everybody once, as the platform approved it; who is asked to wait comes again', async () => {
    graph.refuse(second, 131056)
    graph.refuse(third, 131050)
    const { version } = (await admin.get(`/api/campaigns/${id}`)).body as CampaignWire
    expect((await admin.post(`/api/campaigns/${id}/launch`, { version })).status).toBe(200)
    const { counts } = await campaignIs(admin, id, 'finished', 60_000)
    expect(counts).toMatchObject({
      recipients: 60,
      sent: 59,
      suppressed: 1,
      failed: 0,
      unknown: 0,
      deferred: 0
    })
    for (const address of people) expect(handedTo(address)).toHaveLength(address === third ? 0 : 1)
    expect(messageTo(first).body['template']).toMatchObject({
      name: 'offer',
      language: { code: 'fr' },
      components: [
        { type: 'header', parameters: [{ type: 'text', text: 'Person' }] },
        { type: 'body', parameters: [{ text: 'Thiès' }, { text: 'ce soir' }] },
        { type: 'button', index: '1', parameters: [{ type: 'text', text: 'p?who=Person%200' }] }
      ]
    })
    expect(await isSuppressed(house.hub, 'whatsapp', third, null)).toBe('unsubscribe')
  })

  it('counts what the platform tells once each, in any order and repeated', async () => {
    const message = messageTo(first)
    for (const status of ['read', 'delivered', 'sent', 'read', 'delivered'])
      await graph.tell(number, message, status)
    await graph.tell(number, messageTo(second), 'delivered')
    await eventually('the counts', async () => {
      const { delivered, read } = await countsOf(id)
      return delivered === 2 && read === 1
    })
    const failed = [{ code: 131026, title: 'Message undeliverable' }]
    for (let i = 0; i < 2; i++) await graph.tell(number, messageTo(fourth), 'failed', failed)
    await graph.tell(number, messageTo(fourth), 'sent')
    await eventually('the failure', async () => (await countsOf(id)).failed === 1)
    expect(await recipientOf(id, fourth)).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('131026') as string
    })
    // What is known from the recipients says the same as what was counted.
    const before = await countsOf(id)
    await recount(house.hub, new Types.ObjectId(id))
    expect(await countsOf(id)).toEqual(before)
    expect(before).toMatchObject({ sent: 58, delivered: 2, read: 1, failed: 1 })
  })

  it('an answer is work that knows the campaign and shows what it answers', async () => {
    const asked = people[10] ?? ''
    await graph.write(number, asked, tapsTemplate(messageTo(asked), offer, 'Oui'))
    await graph.write(number, asked, says('À quelle heure ?', messageTo(asked).id))
    const work = await eventually(
      'the work',
      async () => (await Interaction.findOne({ address: asked }).lean()) as InteractionDoc | null
    )
    expect(await Interaction.countDocuments({ address: asked })).toBe(1)
    expect(work.form).toMatchObject({ campaign: 'Offer' })
    const path = `/api/conversations/${work.conversationId.toHexString()}/messages`
    const messages = await eventually('the thread', async () => {
      const { items } = (await admin.get(path)).body as { items: MessageWire[] }
      return items.length === 3 ? [...items].sort((a, b) => a.at.localeCompare(b.at)) : null
    })
    expect(messages.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'out Bonjour Person\n\nUne offre à Thiès, ce soir.',
      'in Oui',
      'in À quelle heure ?'
    ])
    expect(messages.map(({ answersId }) => answersId)).toEqual([undefined, messages[0]?.id, messages[0]?.id])
    await eventually('the count', async () => (await countsOf(id)).replies === 1)
    await graph.tell(number, messageTo(asked), 'read')
    const [sent] = ((await admin.get(path)).body.items as MessageWire[]).filter(({ kind }) => kind === 'out')
    expect(sent?.state).toBe('read')
  })

  it('"STOP" as the whole answer ends it for the address, and is work as well', async () => {
    const [stops = '', mentions = ''] = people.slice(20)
    await admin.post('/api/purposes', { name: 'News' })
    await graph.write(number, stops, says(' Arrêt. '))
    await graph.write(number, mentions, says('Please do not stop the transfer'))
    await eventually('the state', async () => (await stateOf(id, stops)) === 'unsubscribed')
    expect(await isSuppressed(house.hub, 'whatsapp', stops, null)).toBe('unsubscribe')
    expect(await isSuppressed(house.hub, 'whatsapp', mentions, null)).toBeNull()
    await eventually('the count', async () => (await countsOf(id)).unsubscribes === 1)
    expect(await Interaction.exists({ address: stops })).not.toBeNull()
    // Nothing was quoted: the first word after the campaign is its answer.
    const answer = (await Interaction.findOne({ address: mentions }).lean()) as InteractionDoc
    expect(answer.form).toMatchObject({ campaign: 'Offer' })
    await eventually('its count', async () => (await recipientOf(id, mentions)).repliedAt !== null)
    await eventually('the proof', () => Consent.exists({ 'proof.address': stops, 'proof.way': 'reply' }))
    const next = await draft()
    await runWith(next.id, [reached(stops), reached(mentions)])
    expect((await campaignIs(admin, next.id, 'finished')).counts).toMatchObject({ sent: 1, suppressed: 1 })
  })
})

describe('what cannot be sent', () => {
  it('leaves out who has nothing for a blank, with the reason', async () => {
    const [bare, full] = [someone(), someone()]
    const { id } = await draft()
    await runWith(id, [reached(bare, { attributes: {} }), reached(`+${full}`)])
    expect((await campaignIs(admin, id, 'finished')).counts).toMatchObject({ sent: 1, suppressed: 1 })
    expect(await recipientOf(id, bare)).toMatchObject({ state: 'suppressed', reason: 'missing-value' })
    expect(handedTo(full)).toHaveLength(1)
  })

  it('pauses with the reason when the template is paused, and loses nobody', async () => {
    const people = Array.from({ length: 40 }, someone)
    const { id } = await draft({ perSecond: 30 })
    await runWith(
      id,
      people.map((one) => reached(one))
    )
    await eventually('a part', () => people.filter((one) => handedTo(one).length > 0).length >= 5, 20_000)
    graph.templates.change(offer.id, { status: 'PAUSED' })
    const paused = await campaignIs(admin, id, 'paused')
    expect(paused.pause).toMatchObject({
      reason: 'template',
      detail: expect.stringContaining('132015') as string
    })
    graph.templates.change(offer.id, { status: 'APPROVED' })
    await admin.post(`/api/accounts/${accountId}/templates/sync`)
    expect((await admin.post(`/api/campaigns/${id}/resume`)).body.state).toBe('running')
    expect((await campaignIs(admin, id, 'finished')).counts).toMatchObject({
      sent: 40,
      failed: 0,
      unknown: 0
    })
    for (const one of people) expect(handedTo(one)).toHaveLength(1)
  })

  it('slows down when it is asked to, and fails nobody for it', async () => {
    const people = Array.from({ length: 10 }, someone)
    const { id } = await draft()
    graph.refuse(people[4] ?? '', 130429, 2)
    await runWith(
      id,
      people.map((one) => reached(one))
    )
    const { counts } = await campaignIs(admin, id, 'finished')
    expect(counts).toMatchObject({ sent: 10, failed: 0, deferred: 0 })
    expect((await recipientOf(id, people[4] ?? '')).attempts).toBe(1)
  })

  it('pauses and turns the account red when nothing is let out for want of a payment, told afterwards', async () => {
    const [unpaid] = [someone()]
    const { id } = await draft()
    await runWith(id, [reached(unpaid), reached(someone(), { timeZone: 'Africa/Dakar' })])
    await Recipient.updateOne(
      { campaignId: id, address: { $ne: unpaid } },
      { dueAt: new Date(Date.now() + 600_000) }
    )
    await eventually('it left', () => handedTo(unpaid).length > 0)
    await graph.tell(number, messageTo(unpaid), 'failed', [{ code: 131042, title: 'Payment' }])
    expect((await campaignIs(admin, id, 'paused')).pause).toMatchObject({ reason: 'refused' })
    expect(await stateOf(id, unpaid)).toBe('deferred')
    const { items } = (await admin.get('/api/accounts')).body as {
      items: { id: string; health: { state: string } }[]
    }
    expect(items.find((one) => one.id === accountId)?.health.state).toBe('refused')
    await admin.post(`/api/campaigns/${id}/stop`)
  })

  it('pauses by itself when too many fail', async () => {
    // Six seconds of its pace: the guard looks more often than that.
    const people = Array.from({ length: 240 }, someone)
    for (const [i, one] of people.entries()) if (i % 2) graph.refuse(one, 131026)
    const { id } = await draft({ guard: { complaints: 1, bounces: 0.1, after: 20 }, perSecond: 40 })
    await runWith(
      id,
      people.map((one) => reached(one))
    )
    const { pause, counts } = await campaignIs(admin, id, 'paused')
    expect(pause).toMatchObject({ reason: 'failures' })
    expect(counts.sent + counts.failed).toBeLessThan(240)
    expect((await admin.post(`/api/campaigns/${id}/resume`)).status).toBe(409)
    await admin.post(`/api/campaigns/${id}/stop`)
  })
})

describe('people who may be written to in 24 hours', () => {
  it('are no more than the account may: the others wait, and none fails', async () => {
    const senders = async () =>
      (
        (await admin.get('/api/campaign-senders')).body.items as { accountId: string; reached: number }[]
      ).find((one) => one.accountId === accountId)
    await pace(admin, accountId, { tier: 1_000_000 })
    const before = (await senders())?.reached ?? 0
    await pace(admin, accountId, { tier: before + 15 })
    const people = Array.from({ length: 30 }, someone)
    const left = () => people.filter((one) => handedTo(one).length > 0).length
    const { id } = await draft()
    await runWith(
      id,
      people.map((one) => reached(one))
    )
    await eventually('those who may', () => left() >= 15)
    await new Promise((resolve) => setTimeout(resolve, 4000))
    expect(left()).toBe(15)
    expect(await senders()).toMatchObject({
      reached: before + 15,
      tier: before + 15,
      roomAt: expect.any(String) as string
    })
    expect(await countsOf(id)).toMatchObject({ sent: 15, failed: 0, deferred: 0 })
    // A day later for five of them: as many others may be written to, and no more.
    const gone = people.filter((one) => handedTo(one).length > 0).slice(0, 5)
    await Recipient.updateMany(
      { campaignId: id, address: { $in: gone } },
      { $set: { countedAt: new Date(Date.now() - 25 * 3_600_000) } }
    )
    await pace(admin, accountId, { tier: before + 15 })
    await eventually('five more', () => left() >= 20, 15_000)
    await new Promise((resolve) => setTimeout(resolve, 3000))
    expect(left()).toBe(20)
    await pace(admin, accountId, { tier: null })
    expect((await campaignIs(admin, id, 'finished')).counts).toMatchObject({ sent: 30, failed: 0 })
    for (const one of people) expect(handedTo(one)).toHaveLength(1)
  })
})

describe('a worker that dies between handing over and noting it', () => {
  it(
    'reaches nobody twice and misses nobody: what is not known is told by the platform',
    { timeout: 90_000 },
    async () => {
      const people = Array.from({ length: 200 }, someone)
      await pace(admin, accountId, { perSecond: 100, lines: 20 })
      graph.answer({ kind: 'late', ms: 150 }, '/messages')
      const { id } = await draft()
      await runWith(
        id,
        people.map((one) => reached(one))
      )
      await eventually('a part', () => people.filter((one) => handedTo(one).length > 0).length >= 60, 30_000)
      await worker.kill()
      graph.answer({ kind: 'normal' })
      worker = await startWorker(house)
      const { counts } = await campaignIs(admin, id, 'finished', 60_000)
      const times = people.map((one) => handedTo(one).length)
      expect(times.filter((n) => n > 1)).toEqual([])
      const unknown = (await Recipient.find({ campaignId: id, state: 'unknown' }).lean()) as RecipientDoc[]
      expect(unknown.length).toBeGreaterThan(0)
      expect(unknown.length).toBeLessThanOrEqual(40)
      expect(counts.sent + counts.unknown).toBe(200)
      const missing = people.filter((one) => handedTo(one).length === 0)
      expect(missing.filter((one) => !unknown.some(({ address }) => address === one))).toEqual([])
      // The platform tells of those that it has, by the id that we gave them.
      for (const { address } of unknown)
        for (const message of handedTo(address)) await graph.tell(number, message, 'delivered')
      await eventually('what is known now', async () => (await countsOf(id)).unknown === missing.length)
      expect((await countsOf(id)).sent).toBe(200 - missing.length)
    }
  )
})

describe('who may look at it', () => {
  it('is nobody but marketing and administrators', async () => {
    expect((await awa.get('/api/campaigns')).status).toBe(403)
    expect((await awa.get('/api/campaign-senders')).status).toBe(403)
  })
})

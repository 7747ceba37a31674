import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { simpleParser } from 'mailparser'
import nodemailer from 'nodemailer'
import type { Campaign, CampaignCounts, CampaignFinding } from '@palabre/config/contract/campaign'
import { Recipient, type RecipientDoc } from '@palabre/hub/campaigns/recipient.model'
import { Interaction, type InteractionDoc } from '@palabre/hub/interactions/interaction.model'
import { Message } from '@palabre/hub/messages/message.model'
import { openGateways } from '@palabre/workers/listeners/gateways'
import { startDnsStub, type DnsStub } from '../simulators/mail/dns-stub.ts'
import { sparePort } from '../simulators/mail/dovecot.ts'
import {
  headersOf,
  openReceivingWorld,
  verifyDkim,
  type ReceivingWorld,
  type TakenMail
} from '../simulators/mail/receiving-world.ts'
import { campaignIs, mailAccount, makeCampaign, message, pace, reached, runWith } from './campaigns/desk.ts'
import { Person, eventually, openHouse, type Answer, type House } from './house.ts'

let house: House
let world: ReceivingWorld
let admin: Person
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
  accountId = await mailAccount(admin, world.port)
  await pace(admin, accountId, { perSecond: 500, perDomain: 200, lines: 10 })
}, 60_000)

afterAll(async () => {
  await gateways.stop()
  await house.stop()
  await dns.stop()
  await world.stop()
}, 60_000)

const mailTo = (address: string) => world.mails.find(({ to }) => to === address)

describe('a mail of a campaign', () => {
  let raw: Buffer
  let record: { name: string; value: string }
  beforeAll(async () => {
    const { body } = await admin.post(`/api/campaign-senders/${accountId}/key`)
    record = (body as Answer['body']).dkim.record
    const { id } = await makeCampaign(admin, accountId)
    await runWith(house, id, [
      reached('awa@one.example'),
      reached('bob@two.example', { name: 'Bob\r\nBcc: x@y.example', attributes: {} })
    ])
    await campaignIs(admin, id, 'finished')
    raw = mailTo('awa@one.example')!.raw
  })

  it('is each recipient’s own, in both forms', async () => {
    const mail = await simpleParser(raw)
    expect(mail.subject).toBe('News for Awa')
    expect(mail.html).toContain('Hello Awa, news for Dakar.')
    expect(mail.text).toContain('Hello Awa, news for Dakar.')
    const other = await simpleParser(mailTo('bob@two.example')!.raw)
    expect(other.text).toContain('news for your city.')
  })

  it('is signed for its domain, the way off the list with it', () => {
    const covered = verifyDkim(raw, (name) => (name === record.name ? record.value : undefined))
    expect(covered).toEqual(
      expect.arrayContaining(['from', 'subject', 'list-unsubscribe', 'list-unsubscribe-post'])
    )
    const changed = Buffer.from(raw.toString('latin1').replace('News for', 'Nows for'), 'latin1')
    expect(() => verifyDkim(changed, () => record.value)).toThrow('signature')
  })

  it('has one field with both ways off, by one click', () => {
    const ways = headersOf(raw).filter(([name]) => name === 'list-unsubscribe')
    expect(ways).toHaveLength(1)
    expect(ways[0]![1]).toMatch(
      /^<https:\/\/news\.bank\.example\/u\/[\w-]+>,\s*<mailto:[^>]+\+u-[0-9a-f.]+@[^>]+\?subject=unsubscribe>$/
    )
    expect(headersOf(raw)).toContainEqual(['list-unsubscribe-post', 'List-Unsubscribe=One-Click'])
  })

  it('comes back to an address of its own', () => {
    expect(mailTo('awa@one.example')!.from).toMatch(/^[^+]+\+b-[0-9a-f]{24}\.[0-9a-f]{20}@/)
    expect(mailTo('awa@one.example')!.from).not.toBe(mailTo('bob@two.example')!.from)
  })

  it('has no field that a name brought with it', () => {
    expect(headersOf(mailTo('bob@two.example')!.raw).map(([name]) => name)).not.toContain('bcc')
  })
})

describe('domains that do not take everything', () => {
  beforeEach(() => {
    world.rule('dead.example', () => ({ code: 550, words: '5.1.1 No such user' }))
  })

  it('says who will never get it, and writes to them no more', async () => {
    const { id } = await makeCampaign(admin, accountId, { guard: { complaints: 1, bounces: 1, after: 1000 } })
    await runWith(house, id, [reached('gone@dead.example'), reached('here@one.example')])
    const { counts } = await campaignIs(admin, id, 'finished')
    expect(counts).toMatchObject({ recipients: 2, sent: 1, failed: 1, hardBounces: 1 })
    const next = await makeCampaign(admin, accountId)
    await runWith(house, next.id, [reached('gone@dead.example'), reached('also@one.example')])
    expect((await campaignIs(admin, next.id, 'finished')).counts).toMatchObject({ sent: 1, suppressed: 1 })
    expect(
      await Recipient.findOne({ campaignId: next.id, address: 'gone@dead.example' }).lean()
    ).toMatchObject({
      state: 'suppressed',
      reason: 'hard-bounce'
    })
  })

  it('leaves a domain alone from the first 421 on, and delays nobody else', async () => {
    let isPatient = false
    world.rule('slow.example', () => (isPatient ? null : { code: 421, words: '4.7.0 Too fast' }))
    const { id } = await makeCampaign(admin, accountId)
    const people = Array.from({ length: 200 }, (_, i) =>
      reached(`p${String(i)}@${i % 2 ? 'slow.example' : 'one.example'}`)
    )
    const before = world.mails.length
    await runWith(house, id, people)
    await eventually('the others', () => world.mails.length - before >= 100, 20_000)
    const asked = world.asked.get('slow.example') ?? []
    // At most as many as there are lines were under way when the first was refused.
    expect(asked.length).toBeLessThanOrEqual(11)
    isPatient = true
    await admin.post(`/api/campaigns/${id}/stop`)
    const { counts } = await campaignIs(admin, id, 'stopped')
    expect(counts.sent).toBe(100)
  })
})

describe('what comes back', () => {
  let id: string
  let first: TakenMail
  const people = ['awa', 'bob', 'coumba', 'dede', 'eve', 'fatou'].map((name) =>
    reached(`${name}@back.example`)
  )
  const mail = (name: string) => mailTo(`${name}@back.example`)!
  const counts = async () => (await admin.get(`/api/campaigns/${id}/results`)).body.counts as CampaignCounts
  const stateOf = async (name: string) =>
    ((await Recipient.findOne({ campaignId: id, address: `${name}@back.example` }).lean()) as RecipientDoc)
      .state
  const postRaw = async (raw: string, to: string, from = '') => {
    const transport = nodemailer.createTransport({ host: '127.0.0.1', port: smtpPort, ignoreTLS: true })
    await transport.sendMail({ envelope: { from, to }, raw })
    transport.close()
  }
  const report = (type: string, fields: string[], more: string[] = []) =>
    [
      'From: Mail Delivery System <MAILER-DAEMON@mx.back.example>',
      'To: us@bank.example',
      'Subject: Report',
      `Message-ID: <${String(Math.random())}@mx.back.example>`,
      'MIME-Version: 1.0',
      `Content-Type: multipart/report; report-type=${type}; boundary=b`,
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'A report.',
      '',
      '--b',
      `Content-Type: message/${type}`,
      '',
      ...fields,
      '',
      ...more,
      '--b--',
      ''
    ].join('\r\n')

  beforeAll(async () => {
    const made = await makeCampaign(admin, accountId, {
      name: 'Returns',
      guard: { complaints: 1, bounces: 1, after: 1000 }
    })
    id = made.id
    await runWith(house, id, people)
    await campaignIs(admin, id, 'finished')
    first = mail('awa')
  })

  const pageOf = async (name: string) => {
    const way = headersOf(mail(name).raw).find(([field]) => field === 'list-unsubscribe')?.[1] ?? ''
    return house.url + new URL(/<(https:[^>]+)>/.exec(way)?.[1] ?? '').pathname
  }

  it('a click leads to the page, and is counted once a person', async () => {
    const html = (await simpleParser(first.raw)).html as string
    const [, address = ''] = /href="https:\/\/news\.bank\.example(\/c\/[^"]+)"/.exec(html) ?? []
    expect((await fetch(house.url + address, { method: 'HEAD', redirect: 'manual' })).status).toBe(302)
    for (let i = 0; i < 2; i++) {
      const answer = await fetch(house.url + address, { redirect: 'manual' })
      expect(answer.headers.get('location')).toBe('https://shop.example/offer?from=mail&who=Dakar')
    }
    expect((await fetch(`${house.url}${address.slice(0, -1)}x`, { redirect: 'manual' })).status).toBe(404)
    await eventually('the counts', async () => (await counts()).clicks === 2)
    const { body } = await admin.get(`/api/campaigns/${id}/results`)
    expect(body.counts).toMatchObject({ clicked: 1, clicks: 2, opened: 1 })
    expect(body.links[0]).toMatchObject({
      target: 'https://shop.example/offer?from=mail&who={{ contact.city }}',
      clicked: 1
    })
    expect(body.slots.reduce((sum: number, one: { sent: number }) => sum + one.sent, 0)).toBe(6)
  })

  it('looking at the page changes nothing, one click takes off', async () => {
    const page = await pageOf('awa')
    const shown = await fetch(page, { headers: { 'accept-language': 'fr-FR' } })
    expect(shown.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(await shown.text()).toContain('awa@back.example')
    expect(await stateOf('awa')).toBe('sent')
    const done = await fetch(page, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'List-Unsubscribe=One-Click'
    })
    expect(done.status).toBe(200)
    expect(await stateOf('awa')).toBe('unsubscribed')
    await fetch(page, { method: 'POST', body: new FormData() })
    await eventually('the count', async () => (await counts()).unsubscribes === 1)
    const next = await makeCampaign(admin, accountId)
    await runWith(house, next.id, [reached('awa@back.example')])
    expect((await campaignIs(admin, next.id, 'finished')).counts).toMatchObject({ sent: 0, suppressed: 1 })
  })

  it('of the page, nothing is done when nothing is ticked, and all when all is', async () => {
    const page = await pageOf('eve')
    const send = (body: string) =>
      fetch(page, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body })
    expect(await (await send('page=1')).text()).toContain('Nothing was changed')
    expect(await stateOf('eve')).toBe('sent')
    expect((await fetch(`${house.url}/u/AAAA`, { method: 'POST' })).status).toBe(404)
    expect(await (await send('page=1&off=all')).text()).toContain('no more mailings')
    expect(await stateOf('eve')).toBe('unsubscribed')
  })

  it('a mail to the other way off takes off as well, and is nobody’s work', async () => {
    const way = headersOf(mail('bob').raw).find(([field]) => field === 'list-unsubscribe')?.[1] ?? ''
    const to = /mailto:([^?>]+)/.exec(way)?.[1] ?? ''
    const raw = [
      `From: bob@back.example`,
      `To: ${to}`,
      'Subject: unsubscribe',
      'Message-ID: <u1@back.example>',
      '',
      ''
    ]
    await postRaw(raw.join('\r\n'), to, 'bob@back.example')
    await eventually('bob', async () => (await stateOf('bob')) === 'unsubscribed')
    expect(await Message.exists({ externalId: 'u1@back.example' })).toBeNull()
  })

  it('a report that the mailbox is dead ends it, though nothing of the mail is in it', async () => {
    const dead = report('delivery-status', [
      'Reporting-MTA: dns; mx.back.example',
      '',
      'Final-Recipient: rfc822; coumba@back.example',
      'Action: failed',
      'Status: 5.1.1',
      'Diagnostic-Code: smtp; 550 5.1.1 no such user'
    ])
    await postRaw(dead, mail('coumba').from)
    await postRaw(dead, mail('coumba').from)
    await eventually('coumba', async () => (await stateOf('coumba')) === 'bounced')
    await eventually('the count', async () => (await counts()).hardBounces === 1)
  })

  it('a full mailbox is counted, and may be written to again', async () => {
    const full = report('delivery-status', [
      'Reporting-MTA: dns; mx.back.example',
      '',
      'Final-Recipient: rfc822; dede@back.example',
      'Action: delayed',
      'Status: 4.2.2'
    ])
    await postRaw(full, mail('dede').from)
    await eventually('the count', async () => (await counts()).softBounces === 1)
    expect(await stateOf('dede')).toBe('sent')
  })

  it('a complaint suppresses at once', async () => {
    const complaint = report(
      'feedback-report',
      ['Feedback-Type: abuse', 'User-Agent: Yahoo!-Mail-Feedback/2.0', 'Version: 1'],
      [
        '--b',
        'Content-Type: message/rfc822',
        '',
        `Message-ID: <${mail('dede').messageId}>`,
        'Subject: News',
        '',
        'x',
        ''
      ]
    )
    await postRaw(complaint, 'help@banque-du-fleuve.example')
    await eventually('dede', async () => (await stateOf('dede')) === 'complained')
    await eventually('the count', async () => (await counts()).complaints === 1)
    const next = await makeCampaign(admin, accountId)
    await runWith(house, next.id, [reached('dede@back.example')])
    await campaignIs(admin, next.id, 'finished')
    expect(await Recipient.findOne({ campaignId: next.id }).lean()).toMatchObject({ reason: 'complaint' })
  })

  it('an answer is work that knows its campaign, once however often they write; an absence is not', async () => {
    const answer = (name: string, n: number, extra: string[] = []) =>
      [
        `From: ${name}@back.example`,
        'To: help@banque-du-fleuve.example',
        'Subject: Re: News',
        `Message-ID: <r${String(n)}-${name}@back.example>`,
        `In-Reply-To: <${mail(name).messageId}>`,
        ...extra,
        '',
        `answer ${String(n)}`,
        ''
      ].join('\r\n')
    const workOf = async (name: string) =>
      (await Interaction.find({ address: `${name}@back.example` }).lean()) as InteractionDoc[]
    await postRaw(answer('fatou', 1), 'help@banque-du-fleuve.example', 'fatou@back.example')
    await postRaw(answer('fatou', 2), 'help@banque-du-fleuve.example', 'fatou@back.example')
    await postRaw(answer('bob', 1, ['Auto-Submitted: auto-replied']), 'help@banque-du-fleuve.example', '')
    await eventually(
      'both',
      async () => (await Message.countDocuments({ address: 'fatou@back.example' })) === 2
    )
    await eventually('the counts', async () => (await counts()).autoReplies === 1)
    const [work, ...others] = await workOf('fatou')
    expect(others).toEqual([])
    expect(work?.form).toMatchObject({ campaign: 'Returns' })
    expect(work?.state).not.toBe('closed')
    expect((await workOf('bob'))[0]?.state).toBe('closed')
    expect(await counts()).toMatchObject({ replies: 1 })
  })
})

describe('a campaign that runs', () => {
  it('pauses, goes on and stops within a second, at any moment', async () => {
    await pace(admin, accountId, { perSecond: 50, perDomain: 50 })
    const { id } = await makeCampaign(admin, accountId)
    const before = world.mails.length
    const since = () => world.mails.length - before
    await runWith(
      house,
      id,
      Array.from({ length: 400 }, (_, i) => reached(`s${String(i)}@run${String(i % 5)}.example`))
    )
    await eventually('a part', () => since() > 30, 20_000)
    await admin.post(`/api/campaigns/${id}/pause`)
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const paused = since()
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect(since()).toBe(paused)
    await admin.post(`/api/campaigns/${id}/resume`)
    await eventually('more', () => since() > paused + 20, 20_000)
    await admin.post(`/api/campaigns/${id}/stop`)
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const stopped = since()
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect(since()).toBe(stopped)
    await eventually('everybody settled', async () => {
      const {
        sent,
        stopped: left,
        unknown
      } = (await admin.get(`/api/campaigns/${id}`)).body.counts as CampaignCounts
      return sent + left + unknown === 400 && sent === stopped
    })
    await pace(admin, accountId, { perSecond: 500, perDomain: 200 })
  })

  it('pauses by itself when too many addresses are dead, and goes on only in spite of it', async () => {
    world.rule('dying.example', (_, nth) =>
      nth % 4 === 0 ? { code: 550, words: '5.1.1 No such user' } : null
    )
    const { id } = await makeCampaign(admin, accountId, {
      guard: { complaints: 0.002, bounces: 0.02, after: 50 },
      perSecond: 60
    })
    await runWith(
      house,
      id,
      Array.from({ length: 400 }, (_, i) => reached(`x${String(i)}@dying.example`))
    )
    const { pause, counts } = await campaignIs(admin, id, 'paused')
    expect(pause).toMatchObject({ reason: 'bounces' })
    expect(counts.sent + counts.failed).toBeLessThan(300)
    expect((await admin.post(`/api/campaigns/${id}/resume`)).status).toBe(409)
    expect((await admin.post(`/api/campaigns/${id}/resume`, { despite: true })).body.state).toBe('running')
    expect((await campaignIs(admin, id, 'finished')).counts.recipients).toBe(400)
  })

  it('tries subjects on a part, and sends the winner to the others', async () => {
    const { id } = await makeCampaign(admin, accountId, {
      test: { share: 0.5, hours: 1, by: 'hand' },
      message: {
        ...message,
        subjects: [
          { id: 'a', subject: 'First' },
          { id: 'b', subject: 'Second' }
        ]
      }
    })
    await runWith(
      house,
      id,
      Array.from({ length: 200 }, (_, i) => reached(`t${String(i)}@test.example`))
    )
    const tested = await eventually('the test', async () => {
      const { counts } = (await admin.get(`/api/campaigns/${id}`)).body as Campaign
      return counts.sent > 0 && counts.sent + counts.waiting === 200 ? counts : null
    })
    expect(tested.waiting).toBeGreaterThan(60)
    expect(tested.waiting).toBeLessThan(140)
    await admin.post(`/api/campaigns/${id}/winner`, { id: 'b' })
    await campaignIs(admin, id, 'finished')
    const subjects = (await admin.get(`/api/campaigns/${id}/results`)).body.subjects as {
      key: string
      sent: number
    }[]
    expect(subjects.map(({ key }) => key)).toEqual(['a', 'b'])
    expect(subjects[1]!.sent).toBeGreaterThan(tested.waiting)
  })

  it('lets no more leave in a day than its sender has earned', async () => {
    const today = new Date().toISOString().slice(0, 10)
    const { body } = await admin.get('/api/campaign-senders')
    const { sentToday } = (body.items as Answer['body'][]).find((one) => one.accountId === accountId)
    await pace(admin, accountId, { warmUp: { from: today, first: Number(sentToday) + 20, growth: 2 } })
    const { id } = await makeCampaign(admin, accountId)
    await runWith(
      house,
      id,
      Array.from({ length: 60 }, (_, i) => reached(`w${String(i)}@warm.example`))
    )
    const sent = () => world.mails.filter(({ to }) => to.endsWith('@warm.example')).length
    await eventually('those of today', () => sent() >= 20)
    await new Promise((resolve) => setTimeout(resolve, 2500))
    expect(sent()).toBe(20)
    await admin.post(`/api/campaigns/${id}/stop`)
    await pace(admin, accountId, { warmUp: null })
  })
})

describe('before a launch', () => {
  it('says what blocks it, and what receivers could hold against it', async () => {
    const { id } = await makeCampaign(admin, accountId, {
      message: {
        ...message,
        mjml: message.mjml
          .replace('{{ unsubscribe_url }}', 'https://')
          .replace('Terms', 'Terms {{ contact.plan }}'),
        subjects: [{ id: 'a', subject: 'ACT NOW!!' }]
      }
    })
    const { body } = await admin.post(`/api/campaigns/${id}/check`)
    const kinds = (body.findings as CampaignFinding[]).map(({ severity, kind }) => `${severity} ${kind}`)
    expect(kinds).toEqual(
      expect.arrayContaining([
        'blocking no-unsubscribe',
        'blocking broken-link',
        'blocking no-audience',
        'warning spam-trait',
        'warning spf',
        'warning dmarc',
        'warning dkim'
      ])
    )
    const refused = await admin.post(`/api/campaigns/${id}/launch`, {
      version: (await admin.get(`/api/campaigns/${id}`)).body.version
    })
    expect(refused.status).toBe(422)
  })

  it('says where MJML is wrong', async () => {
    const { id } = await makeCampaign(admin, accountId, {
      message: { ...message, mjml: '<mjml>\n<mj-body><mj-foo/></mj-body></mjml>' }
    })
    const { status, body } = await admin.post(`/api/campaigns/${id}/preview`, {})
    expect(status).toBe(400)
    expect(body.fields[0].message).toContain('Line 2')
  })

  it('is nobody’s but marketing’s and administrators’', async () => {
    const awa = await Person.signIn(house.url, 'awa')
    for (const path of ['/api/campaigns', '/api/campaign-senders'])
      expect((await awa.get(path)).status).toBe(403)
  })
})

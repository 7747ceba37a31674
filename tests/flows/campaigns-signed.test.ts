import { authenticate, type DNSResolver } from 'mailauth'
import { simpleParser } from 'mailparser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answer } from './house.ts'
import { startSmtpSink, type SinkMail, type SmtpSink } from '../simulators/mail/smtp-sink.ts'
import { campaignIs, mailAccount, makeCampaign, message, reached, runWith } from './campaigns/desk.ts'
import { headersOf } from '../simulators/mail/receiving-world.ts'
import { Person, openHouse, type House } from './house.ts'

let house: House
let sink: SmtpSink
let mails: readonly SinkMail[]
/** What the DNS of the world says, as the sender was told to publish it. */
const zone = new Map<string, string>()
const asked: string[] = []

const resolver: DNSResolver = (name, type) => {
  asked.push(`${type} ${name}`)
  const text = type === 'TXT' ? zone.get(name.toLowerCase()) : undefined
  // As servers do, in pieces of 255 bytes at most.
  if (text !== undefined) return Promise.resolve([text.match(/.{1,255}/g) ?? ['']])
  return Promise.reject(Object.assign(new Error(`${type} ${name}`), { code: 'ENOTFOUND' }))
}

const people = ['awa@one.example', 'zoé@two.example', 'bob@three.example']

beforeAll(async () => {
  house = await openHouse({ env: { PUBLIC_URL: 'https://news.bank.example' } })
  sink = await startSmtpSink()
  const admin = await Person.signIn(house.url, 'admin')
  const accountId = await mailAccount(admin, sink.port)
  const { body } = await admin.post(`/api/campaign-senders/${accountId}/key`)
  const { record } = (body as Answer['body']).dkim as { record: { name: string; value: string } }
  zone.set(record.name, record.value)
  const domain = record.name.replace(/^.*\._domainkey\./, '')
  zone.set(domain, 'v=spf1 ip4:192.0.2.7 -all')
  zone.set(`_dmarc.${domain}`, 'v=DMARC1; p=reject; adkim=s; aspf=s')
  const { id } = await makeCampaign(admin, accountId, {
    message: {
      ...message,
      fromName: 'Banque du Fleuve, Sénégal 🌳',
      subjects: [{ id: 'a', subject: 'Les nouvelles d’été pour {{ contact.first_name }}, à l’ombre 🌳' }]
    }
  })
  await runWith(
    house,
    id,
    people.map((address) => reached(address))
  )
  await campaignIs(admin, id, 'finished')
  mails = sink.mails
}, 60_000)
afterAll(async () => {
  await house.stop()
  await sink.stop()
}, 60_000)

/** As a receiver does with a mail that came from this machine of the world. */
const judge = ({ raw, from }: Pick<SinkMail, 'raw' | 'from'>, ip = '192.0.2.7') =>
  authenticate(raw, { sender: from, ip, helo: 'mail.bank.example', mta: 'mx.example', resolver })

/** The fields that a verified signature covers. */
const coveredBy = (raw: Buffer) => {
  const [, mark = ''] = headersOf(raw).find(([name]) => name === 'dkim-signature') ?? []
  return (/\bh=([^;]+)/.exec(mark)?.[1] ?? '').toLowerCase().replace(/\s/g, '').split(':')
}

describe('to a receiver, a mail of a campaign', () => {
  it('is the domain’s own, by its signature, its sender and its policy', async () => {
    expect(mails).toHaveLength(people.length)
    for (const mail of mails) {
      const { dkim, spf, dmarc } = await judge(mail)
      expect(dkim.results.map(({ status }) => status.result)).toEqual(['pass'])
      expect(spf && spf.status.result).toBe('pass')
      expect(dmarc && dmarc.status.result).toBe('pass')
      expect(dkim.results[0]!.status.aligned).toBeTruthy()
    }
    expect(asked.some((one) => one.includes('_domainkey'))).toBe(true)
  })

  it('is it by its signature alone, when somebody passed it on', async () => {
    const { spf, dmarc } = await judge(mails[0]!, '198.51.100.9')
    expect(spf && spf.status.result).toBe('fail')
    expect(dmarc && dmarc.status.result).toBe('pass')
  })

  it('is nobody’s any more when a word of it, or the way off, was changed', async () => {
    const raw = mails[0]!.raw.toString('latin1')
    for (const [from, to] of [
      ['https://news.bank.example/u/', 'https://evil.example/u/'],
      ['List-Unsubscribe=One-Click', 'List-Unsubscribe=Two-Click'],
      ['Hello Awa', 'Hullo Awa']
    ] as const) {
      const changed = raw.replace(from, to)
      expect(changed, from).not.toBe(raw)
      const { dkim } = await judge({ ...mails[0]!, raw: Buffer.from(changed, 'latin1') })
      expect(dkim.results[0]!.status.result, from).not.toBe('pass')
    }
  })

  it('has one field with both ways off, and one that promises one click, both signed', () => {
    for (const { raw } of mails) {
      const fields = headersOf(raw).filter(([name]) => /^list-unsubscribe/.test(name))
      expect(fields.map(([name]) => name).toSorted()).toEqual(['list-unsubscribe', 'list-unsubscribe-post'])
      const of = new Map(fields)
      expect(of.get('list-unsubscribe')).toMatch(
        /^<https:\/\/news\.bank\.example\/u\/[\w-]+>,\s*<mailto:[^<>\s]+@[^<>\s]+\?subject=unsubscribe>$/
      )
      expect(of.get('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click')
      expect(coveredBy(raw)).toEqual(
        expect.arrayContaining(['from', 'to', 'subject', 'date', 'list-unsubscribe', 'list-unsubscribe-post'])
      )
    }
  })

  it('is each recipient’s own to their way off', () => {
    const ways = mails.map(({ raw }) => headersOf(raw).find(([name]) => name === 'list-unsubscribe')?.[1])
    expect(new Set(ways).size).toBe(people.length)
  })

  it('says the same in all languages after its way through the lines of a mail', async () => {
    const parsed = await simpleParser(mails[0]!.raw)
    expect(parsed.subject).toBe('Les nouvelles d’été pour Awa, à l’ombre 🌳')
    expect(parsed.from?.value[0]?.name).toBe('Banque du Fleuve, Sénégal 🌳')
  })
})

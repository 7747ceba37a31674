import { inflateRawSync } from 'node:zlib'
import { Types } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AuditEntry } from '@palabre/hub/audit/audit.model'
import { Campaign } from '@palabre/hub/campaigns/campaign.model'
import { Recipient } from '@palabre/hub/campaigns/recipient.model'
import { recount } from '@palabre/hub/campaigns/tally'
import { mailAccount, makeCampaign } from './campaigns/desk.ts'
import { Person, eventually, openHouse, type House } from './house.ts'
import { hire } from './people.ts'

let house: House
let admin: Person
let id: string

/** What people call themselves who want a spreadsheet to do something, or a file to fall apart. */
const hostile = [
  '=HYPERLINK("https://evil.example","click")',
  "+1+cmd|' /C calc'!A0",
  '-2+3',
  '@SUM(A1:A9)',
  '\t=1+1',
  "'=already guarded",
  'Ndiaye, Awa; "the boss"',
  'two\nlines\r\nand more',
  '<script>&amp;</script> ]]>',
  'عائشة 🌱 Zoë',
  'bell\u0007 and null\u0000',
  ''
]
const sentAt = new Date('2026-07-01T22:30:00.000Z')
const states = ['sent', 'bounced', 'failed', 'suppressed'] as const
const recipients = 100
const nameOf = (n: number) => hostile[n % hostile.length]!
const addressOf = (n: number) => `p${String(n).padStart(3, '0')}@${n % 2 ? 'one' : 'two'}.example`
const stateOf = (n: number) => states[n % states.length]!

const nothingElse = {
  openedAt: null,
  repliedAt: null,
  bouncedAt: null,
  complainedAt: null,
  unsubscribedAt: null
}
const documentOf = (campaignId: Types.ObjectId, accountId: string, n: number) => ({
  campaignId,
  accountId: new Types.ObjectId(accountId),
  address: addressOf(n),
  domain: addressOf(n).split('@')[1],
  name: nameOf(n),
  state: stateOf(n),
  reason: stateOf(n) === 'failed' ? '=550 5.7.1 refused, "spam"' : '',
  variant: 'a',
  attempts: 1,
  dueAt: sentAt,
  sentAt: stateOf(n) === 'sent' || stateOf(n) === 'bounced' ? sentAt : null,
  ...nothingElse,
  clickedAt: n === 0 ? new Date('2026-12-24T22:30:00.000Z') : null,
  updatedAt: sentAt
})

beforeAll(async () => {
  house = await openHouse()
  admin = await Person.signIn(house.url, 'admin')
  const accountId = await mailAccount(admin, 1)
  const made = await makeCampaign(admin, accountId, { name: 'Été "2026" / =1+1', timeZone: 'Europe/Paris' })
  id = made.id
  const campaignId = new Types.ObjectId(id)
  await Recipient.insertMany(
    Array.from({ length: recipients }, (_, n) => documentOf(campaignId, accountId, n))
  )
  await recount(house.hub, campaignId)
  await Campaign.updateOne({ _id: campaignId }, { $set: { state: 'finished', endedAt: sentAt } })
}, 60_000)

afterAll(() => house.stop(), 60_000)

async function download(path: string, person = admin): Promise<{ response: Response; bytes: Buffer }> {
  const response = await fetch(`${house.url}/api/campaigns/${id}${path}`, { headers: person.headers })
  return { response, bytes: Buffer.from(await response.arrayBuffer()) }
}

/** RFC 4180, as a spreadsheet reads it. */
function readCsv(text: string, delimiter: string): string[][] {
  const rows: string[][] = [[]]
  let cell = ''
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!
    if (quoted) {
      if (char !== '"') cell += char
      else if (text[i + 1] === '"') cell += text[++i]!
      else quoted = false
    } else if (char === '"') quoted = true
    else if (char === delimiter || char === '\n') {
      rows.at(-1)!.push(cell)
      cell = ''
      if (char === '\n') rows.push([])
    } else cell += char
  }
  if (quoted) throw new Error('a quote is open at the end')
  return rows.filter((row) => row.length > 0)
}

/** Texts of the files in a zip, by name. */
function unzip(bytes: Buffer): Map<string, string> {
  const files = new Map<string, string>()
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  let at = bytes.readUInt32LE(end + 16)
  while (bytes.readUInt32LE(at) === 0x02014b50) {
    const [size, nameLength, extra, comment] = [20, 28, 30, 32].map((field) =>
      field === 20 ? bytes.readUInt32LE(at + field) : bytes.readUInt16LE(at + field)
    ) as [number, number, number, number]
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength)
    const local = bytes.readUInt32LE(at + 42)
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const packed = bytes.subarray(start, start + size)
    files.set(name, (bytes.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed)).toString('utf8'))
    at += 46 + nameLength + extra + comment
  }
  return files
}

const sheet = (bytes: Buffer, n = 1) => {
  const files = unzip(bytes)
  return {
    text: `${files.get(`xl/worksheets/sheet${String(n)}.xml`) ?? ''}${files.get('xl/sharedStrings.xml') ?? ''}`,
    rows: files.get(`xl/worksheets/sheet${String(n)}.xml`)?.match(/<row /g)?.length ?? 0,
    names: [...(files.get('xl/workbook.xml') ?? '').matchAll(/<sheet [^>]*name="([^"]+)"/g)].map(
      ([, name]) => name
    )
  }
}

describe('recipients of a campaign as a file', () => {
  it('are all in the CSV, in order, and no cell is a formula', async () => {
    const { response, bytes } = await download('/recipients/export?format=csv')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(response.headers.get('content-disposition')).toBe(
      'attachment; filename="Ete 2026  11 - Recipients.csv"'
    )
    expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]))
    const [head = [], ...rows] = readCsv(bytes.toString('utf8').slice(1), ',')
    expect(head.slice(0, 4)).toEqual(['Address', 'Name', 'State', 'Reason'])
    expect(rows.map(([address]) => address)).toEqual(
      Array.from({ length: recipients }, (_, n) => addressOf(n))
    )
    for (const row of rows) {
      expect(row).toHaveLength(head.length)
      for (const cell of row) expect(cell).not.toMatch(/^[=+\-@\t\r]/)
    }
    rows.forEach((row, n) => expect(row[1]!.replace(/^'(?=['=+\-@\t])/, '')).toBe(nameOf(n)))
    expect(rows[2]![3]).toBe('\'=550 5.7.1 refused, "spam"')
    expect(rows[0]![head.indexOf('Sent at')]).toBe('2026-07-01T22:30:00.000Z')
    expect(rows[0]![head.indexOf('Subject')]).toBe('News for {{ contact.first_name }}')
  })

  it('are those of a state and a domain, in French as its spreadsheets open them', async () => {
    const { bytes } = await download('/recipients/export?format=csv&lang=fr&state=bounced&domain=one.example')
    const [head, ...rows] = readCsv(bytes.toString('utf8').slice(1), ';')
    expect(head!.slice(0, 3)).toEqual(['Adresse', 'Nom', 'État'])
    expect(rows).toHaveLength(25)
    expect(new Set(rows.map((row) => row[2]))).toEqual(new Set(['Revenu']))
  })

  it('are text in the workbook, with the times of the campaign’s zone', async () => {
    const { response, bytes } = await download('/recipients/export?format=xlsx')
    expect(response.headers.get('content-type')).toContain('spreadsheetml.sheet')
    const { text, rows, names } = sheet(bytes)
    expect(names).toEqual(['Recipients'])
    expect(rows).toBe(recipients + 1)
    expect(text).not.toContain('<f>')
    expect(text).toContain('=HYPERLINK("https://evil.example","click")')
    expect(text).toContain('&lt;script&gt;&amp;amp;&lt;/script&gt; ]]&gt;')
    expect(text).toContain('عائشة 🌱 Zoë')
    expect(text).toContain('bell and null')
    // Clocks in Paris show half past midnight in July, half past eleven in December.
    const days = (at: string) => Date.parse(at) / 86_400_000 + 25_569
    expect(text).toContain(`<v>${String(days('2026-07-02T00:30:00Z'))}</v>`)
    expect(text).toContain(`<v>${String(days('2026-12-24T23:30:00Z'))}</v>`)
  })

  it('are refused as a workbook when there are too many, and told where they are found', async () => {
    const campaignId = new Types.ObjectId()
    const draft = (await Campaign.findById(id).lean())!
    await Campaign.collection.insertOne({ ...draft, _id: campaignId } as never)
    const accountId = draft.accountId.toHexString()
    for (let n = 0; n < 50_001; n += 5000)
      await Recipient.collection.insertMany(
        Array.from({ length: Math.min(5000, 50_001 - n) }, (_, i) => ({
          ...documentOf(campaignId, accountId, n + i),
          address: `p${String(n + i)}@many.example`
        })) as never
      )
    const at = `/api/campaigns/${campaignId.toHexString()}/recipients/export?format=`
    const { status, body } = await admin.get(`${at}xlsx`)
    expect([status, body]).toMatchObject([
      413,
      { error: 'too-large', detail: expect.stringContaining('CSV') }
    ])
    const csv = String((await admin.get(`${at}csv`)).body)
    expect(csv.match(/\n/g)).toHaveLength(50_001 + 1 + multiline(50_001))
    expect((await admin.get(`${at}xlsx&state=bounced`)).status).toBe(200)
  }, 60_000)
})

/** Line breaks within names, so many as there are in this many recipients. */
const multiline = (many: number) =>
  Array.from({ length: many }, (_, n) => nameOf(n).split('\n').length - 1).reduce((sum, n) => sum + n, 0)

describe('what became of a campaign as a file', () => {
  it('is a sheet for each part', async () => {
    const { bytes } = await download('/results/export?format=xlsx&lang=fr')
    expect(sheet(bytes).names).toEqual(['En tout', 'Domaines', 'Objets', 'Liens', 'Dans le temps'])
    expect(sheet(bytes, 2).rows).toBe(3)
    expect(sheet(bytes).text).toContain('Été "2026" / =1+1')
  })

  it('is one table as CSV, whose lines say of which part they are', async () => {
    const { bytes } = await download('/results/export?format=csv')
    const [head = [], ...rows] = readCsv(bytes.toString('utf8').slice(1), ',')
    const recipientsAt = head.indexOf('Recipients')
    const of = (part: string) => rows.filter(([first]) => first === part)
    expect(of('In all').map((row) => row[recipientsAt])).toEqual(['100'])
    expect(of('Domains').map((row) => [row[1], row[recipientsAt]])).toEqual(
      expect.arrayContaining([
        ['one.example', '50'],
        ['two.example', '50']
      ])
    )
    expect(of('Subjects')[0]![2]).toBe('News for {{ contact.first_name }}')
    expect(of('Over time')[0]!.slice(1, 3)).toEqual(['2026-07-01T22:30:00.000Z', ''])
  })
})

describe('a file of a campaign', () => {
  it('leaves a trace of who took it', async () => {
    const before = await AuditEntry.countDocuments({ action: 'campaign.exportRecipients', subjectId: id })
    await download('/recipients/export?format=csv')
    const found = await eventually('the trace', async () => {
      const all = await AuditEntry.find({ action: 'campaign.exportRecipients', subjectId: id }).lean()
      return all.length > before ? all : null
    })
    expect(found).toHaveLength(before + 1)
    expect(found.at(-1)).toMatchObject({ actorName: admin.me.user.name, subject: 'campaign' })
  })

  it('is nobody’s but marketing’s and administrators’', async () => {
    const marketing = await hire(admin, { roles: ['marketing'] })
    expect((await download('/recipients/export?format=csv', marketing)).response.status).toBe(200)
    const agent = await hire(admin, { roles: ['agent'] })
    for (const part of ['recipients', 'results']) {
      const { response, bytes } = await download(`/${part}/export?format=csv`, agent)
      expect(response.status).toBe(403)
      expect(bytes.toString()).not.toContain('one.example')
    }
    expect((await admin.get(`/api/campaigns/${'0'.repeat(24)}/results/export?format=csv`)).status).toBe(404)
    expect((await download('/recipients/export?format=pdf')).response.status).toBe(400)
  })
})

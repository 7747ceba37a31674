import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Column, Import, ImportPreview } from '@palabre/config/contract/import'
import { Contact } from '@palabre/hub/contacts/contact.model'
import { Person, eventually, openHouse, type House } from './house.ts'
import { importEnded, startImport, uploadCsv } from './csv-imports.ts'
import { hire, makeLogin } from './people.ts'

let house: House
let admin: Person
let marketing: Person

beforeAll(async () => {
  house = await openHouse()
  admin = await Person.signIn(house.url, 'admin')
  marketing = await hire(admin, { roles: ['marketing'], name: 'Maya Marketing' })
  await marketing.listen()
})
afterAll(async () => {
  marketing.leave()
  await house.stop()
})

/** Uploads, starts with what was guessed, and waits for the end. */
async function take(content: string | Buffer, given: Record<string, unknown> = {}): Promise<Import> {
  const { status, body } = await uploadCsv(marketing, content)
  if (status !== 200) throw new Error(JSON.stringify(body))
  const started = await startImport(marketing, body as ImportPreview, given)
  if (started.status !== 200) throw new Error(JSON.stringify(started.body))
  return importEnded(marketing, (body as ImportPreview).import.id)
}

const at = (email: string) => Contact.findOne({ 'points.key': `email:${email}` }).lean()
const unique = (() => {
  let n = 0
  return (name: string) => `${name}-${String(++n)}@import.example`
})()

describe('an import of contacts', () => {
  it('shows how it reads a file before it takes anything', async () => {
    const email = unique('ana')
    const { status, body } = await uploadCsv(
      marketing,
      Buffer.from(`\ufeffPrénom;Nom;E-mail;Ville\r\nAna;Díaz;${email};"Saint; Denis"\r\n`, 'utf16le'),
      'clients été.csv'
    )
    expect(status).toBe(200)
    expect(body).toMatchObject({
      import: {
        name: 'clients été.csv',
        state: 'ready',
        format: { encoding: 'utf-16le', delimiter: ';', header: true }
      },
      names: ['Prénom', 'Nom', 'E-mail', 'Ville'],
      rows: [['Ana', 'Díaz', email, 'Saint; Denis']],
      columns: [
        { means: 'first-name' },
        { means: 'last-name' },
        { means: 'email' },
        { means: 'attribute', attribute: 'Ville' }
      ]
    })
    const wrong = await marketing.post(`/api/imports/${body.import.id}/preview`, {
      format: { encoding: 'utf-16le', delimiter: ',', header: false }
    })
    expect(wrong.body.rows[1][0]).toContain('Saint')
    expect(await at(email)).toBeNull()
  })

  it('makes contacts, puts them on a new list, notes their consent and tells how far it is', async () => {
    const purpose = (await marketing.post('/api/purposes', { name: 'Newsletter' })).body
    const [one, two] = [unique('one'), unique('two')]
    const csv = `email,phone,first name,last name,city\n${one},+33 6 11 22 33 44,Zoé,Doe,Lyon\n${two.toUpperCase()},,Max,,\n`
    const done = await take(csv, {
      newList: 'Spring fair',
      consent: { purposeId: purpose.id, channels: ['email'], text: 'Ticked the box at the fair' }
    })
    expect(done).toMatchObject({
      state: 'finished',
      counts: { rows: 2, made: 2, updated: 0, unchanged: 0, repeated: 0, bad: 0 }
    })
    const contact = await at(one)
    expect(contact).toMatchObject({
      name: 'Zoé Doe',
      attributes: { city: 'Lyon', first_name: 'Zoé', last_name: 'Doe' },
      points: [
        { kind: 'email', value: one, verified: false },
        { kind: 'phone', value: '+33611223344', verified: false }
      ]
    })
    const list = (await marketing.get(`/api/lists/${done.listId ?? ''}`)).body
    expect(list).toMatchObject({ name: 'Spring fair', members: 2 })
    const consents = (await marketing.get(`/api/contacts/${String(contact?._id)}/consents`)).body
    expect(consents.items).toMatchObject([
      {
        channel: 'email',
        state: 'given',
        history: [{ source: 'import', proof: { text: 'Ticked the box at the fair', importId: done.id } }]
      }
    ])
    const told = await eventually('the end on the socket', () =>
      marketing.heard.find(
        (event) =>
          event.name === 'import.changed' &&
          event.payload.import.id === done.id &&
          event.payload.import.state === 'finished'
      )
    )
    expect(told.payload).toMatchObject({ import: { counts: { rows: 2 } } })
  })

  it('finds who is known by any of their addresses, and keeps, fills or replaces what is there', async () => {
    const email = unique('known')
    await take(`email,name,city\n${email},Anna,Lyon\n`)
    const csv = `email,phone,name,city,shoe size\n${email},+33611220001,Anna B.,Paris,39\n${email},,,,\n`
    expect((await take(csv, { existing: 'keep' })).counts).toMatchObject({ unchanged: 1, repeated: 1 })
    expect(await at(email)).toMatchObject({ name: 'Anna', attributes: { city: 'Lyon' } })
    expect((await take(csv, { existing: 'fill' })).counts).toMatchObject({ updated: 1, repeated: 1 })
    expect(await at(email)).toMatchObject({ name: 'Anna', attributes: { city: 'Lyon', 'shoe size': '39' } })
    expect((await take(csv, { existing: 'fill' })).counts).toMatchObject({ unchanged: 1, repeated: 1 })
    // Known by the number that the last file brought.
    const csv2 = 'phone,name\n+33 6 11 22 00 01,Anna C.\n'
    expect((await take(csv2, { existing: 'overwrite' })).counts).toMatchObject({ updated: 1, made: 0 })
    expect(await at(email)).toMatchObject({ name: 'Anna C.', points: [{ kind: 'email' }, { kind: 'phone' }] })
  })

  it('refuses rows with a reason and gives them back as a file in which nothing is a formula', async () => {
    const good = unique('good')
    const rows = [
      ['email', 'phone', 'name', 'note'],
      [good, '', '"=cmd|\'/c calc\'!A1"', '@SUM(1)'],
      ['nobody', '', 'Wrong', '=1+1'],
      ['', '', 'Nobody', ''],
      ['', '0611223344', 'National', ''],
      [unique('big'), '', 'x'.repeat(11_000), ''],
      [unique('huge'), '', `"${'y'.repeat(10_000_000)}"`, ''],
      [`"${unique('head')}\r\nBcc: all@import.example"`, '', 'Header', '']
    ]
    const done = await take(rows.map((row) => row.join(',')).join('\n'))
    expect(done).toMatchObject({ state: 'finished', counts: { rows: 7, made: 1, bad: 6 } })
    expect(await at(good)).toMatchObject({ name: "=cmd|'/c calc'!A1", attributes: { note: '@SUM(1)' } })
    const file = await marketing.get(`/api/imports/${done.id}/bad-rows?lang=en`)
    expect(file.headers.get('content-type')).toContain('text/csv')
    expect(file.headers.get('content-disposition')).toContain('people-rows.csv')
    const lines = String(file.body)
      .split('\n')
      .map((line) => line.replace('\ufeff', ''))
    expect(lines[0]).toBe('Row,Why it was not taken')
    expect(lines[1]).toBe("3,The email address is wrong,nobody,,Wrong,'=1+1")
    expect(lines[2]).toContain('4,No address and no number')
    expect(lines[3]).toContain('5,The number has no country code')
    expect(lines[4]).toContain('6,A cell is larger than 10 kB')
    expect(lines[5]).toContain('7,A cell is larger than 10 kB')
    expect(String(file.body)).not.toMatch(/(^|[,;"])[=@]/m)
  })

  it('reads files without a row of names and in the encoding of old spreadsheets', async () => {
    const email = unique('zoe')
    const csv = Buffer.from(`${email};Zoé Lefèvre\n${unique('max')};Maël\n`, 'latin1')
    const preview = (await uploadCsv(marketing, csv)).body as ImportPreview
    expect(preview.import.format).toEqual({ encoding: 'windows-1252', delimiter: ';', header: false })
    expect(preview.rows).toHaveLength(2)
    const columns: Column[] = [
      { means: 'email', attribute: '' },
      { means: 'name', attribute: '' }
    ]
    await startImport(marketing, preview, { columns })
    expect((await importEnded(marketing, preview.import.id)).counts).toMatchObject({ rows: 2, made: 2 })
    expect(await at(email)).toMatchObject({ name: 'Zoé Lefèvre' })
  })

  it('takes the rows before a quote that is never closed, and says where it stopped', async () => {
    const email = unique('before')
    const done = await take(`email,name\n${email},Anna\n${unique('never')},"Bo\n`)
    expect(done).toMatchObject({
      state: 'failed',
      trouble: 'unreadable',
      troubleRow: 3,
      counts: { rows: 1, made: 1 }
    })
    expect(await at(email)).not.toBeNull()
  })

  it('does not bring back the consent of somebody who took it back', async () => {
    const purpose = (await marketing.post('/api/purposes', { name: 'Offers' })).body
    const email = unique('no')
    const consent = { purposeId: purpose.id, channels: ['email', 'whatsapp'], text: 'A form' }
    await take(`email\n${email}\n`, { consent })
    const id = String((await at(email))?._id)
    const withdrawn = await marketing.post(`/api/contacts/${id}/consents`, {
      channel: 'email',
      purposeId: purpose.id,
      state: 'withdrawn',
      source: 'conversation',
      proof: { text: 'Said so on the phone' }
    })
    expect(withdrawn.status).toBe(200)
    const again = await take(`email\n${email}\n`, { consent })
    expect(again.counts).toMatchObject({ refusedConsent: 1 })
    const { items } = (await marketing.get(`/api/contacts/${id}/consents`)).body
    const states = Object.fromEntries(
      (items as { channel: string; state: string }[]).map(({ channel, state }) => [channel, state])
    )
    expect(states).toEqual({ email: 'withdrawn', whatsapp: 'given' })
  })

  it('stops when its list is taken out of use, and when somebody cancels it', async () => {
    const many = `email\n${Array.from({ length: 20_000 }, (_, n) => `stop-${String(n)}@import.example`).join('\n')}`
    const preview = (await uploadCsv(marketing, many)).body as ImportPreview
    const { body: running } = await startImport(marketing, preview, { newList: 'Soon gone' })
    await eventually(
      'some rows',
      async () => (await marketing.get(`/api/imports/${running.id}`)).body.counts.rows > 0
    )
    await marketing.send('DELETE', `/api/lists/${running.listId}`)
    const stopped = await importEnded(marketing, running.id)
    expect(stopped).toMatchObject({ state: 'stopped', trouble: 'list-gone' })
    expect(stopped.counts.rows).toBeLessThan(20_000)
    expect(stopped.troubleRow).toBe(stopped.counts.rows + 2)
    const list = (await marketing.get(`/api/lists/${running.listId}`)).body
    expect(list.members).toBe(stopped.counts.rows)

    const second = (await uploadCsv(marketing, many)).body as ImportPreview
    await startImport(marketing, second)
    const cancelled = await marketing.post(`/api/imports/${second.import.id}/cancel`)
    expect(cancelled.body).toMatchObject({ state: 'cancelled' })
    expect((await marketing.post(`/api/imports/${second.import.id}/cancel`)).body.error).toBe('wrong-state')
    expect((await startImport(marketing, second)).body.error).toBe('wrong-state')
  })

  it('refuses what cannot be started', async () => {
    const preview = (await uploadCsv(marketing, `name,email\nA,${unique('a')}\n`)).body as ImportPreview
    const because = async (given: Record<string, unknown>) =>
      (await startImport(marketing, preview, given)).body
    expect(await because({ columns: [{ means: 'name', attribute: '' }] })).toMatchObject({
      fields: [{ path: 'columns' }]
    })
    expect(
      await because({
        columns: [
          { means: 'email', attribute: '' },
          { means: 'attribute', attribute: '$x' }
        ]
      })
    ).toMatchObject({
      fields: [{ path: 'columns/1/attribute' }]
    })
    expect(await because({ country: 'ZZ' })).toMatchObject({ fields: [{ path: 'country' }] })
    expect(await because({ listId: '0'.repeat(24) })).toMatchObject({ error: 'unknown-reference' })
    expect(await because({ version: 7 })).toMatchObject({ error: 'changed-meanwhile' })
    expect((await uploadCsv(marketing, '')).body.fields).toEqual([{ path: 'file', message: 'is empty' }])
  })

  it('is for marketing and administrators only', async () => {
    const { user, password } = await makeLogin(admin, { roles: ['agent'] })
    expect(password).not.toBe('')
    const agent = await Person.signIn(house.url, 'awa')
    const supervisor = await Person.signIn(house.url, 'supervisor')
    expect(user.roles).toEqual(['agent'])
    for (const person of [agent, supervisor]) {
      expect((await person.get('/api/imports')).body.error).toBe('not-permitted')
      expect((await uploadCsv(person, 'email\na@b.example\n')).body.error).toBe('not-permitted')
      for (const path of ['lists', 'segments', 'suppressions', 'segments/attributes'])
        expect((await person.get(`/api/${path}`)).body.error, path).toBe('not-permitted')
    }
    await agent.listen()
    const before = agent.heard.length
    await take(`email\n${unique('quiet')}\n`)
    await sleep(300)
    expect(agent.heard.slice(before).filter(({ name }) => /^(import|list|suppression)\./.test(name))).toEqual(
      []
    )
    agent.leave()
  })

  it('suppresses the addresses of a file', async () => {
    const email = unique('sup')
    const done = await take(`email,phone\n${email},\n,+33611229999\nnothing,\n`, { into: 'suppressions' })
    expect(done.counts).toMatchObject({ rows: 3, made: 2, bad: 1 })
    expect(await at(email)).toBeNull()
    const found = (
      await marketing.get(`/api/suppressions?address=${encodeURIComponent('+33 6 11 22 99 99')}`)
    ).body
    expect(found.items).toMatchObject([
      { kind: 'phone', address: '+33611229999', reason: 'import', note: 'people.csv' }
    ])
  })
})

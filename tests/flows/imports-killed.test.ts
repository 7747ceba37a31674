import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Import, ImportPreview } from '@palabre/config/contract/import'
import { Contact } from '@palabre/hub/contacts/contact.model'
import { ImportedContact } from '@palabre/hub/imports/import.model'
import { ListMember } from '@palabre/hub/lists/list.model'
import { Child } from '../chaos/child.ts'
import { importEnded, startImport, uploadCsv } from './csv-imports.ts'
import { Person, eventually, openHouse, type House } from './house.ts'
import { hire } from './people.ts'

describe('an import whose worker is killed', () => {
  let quiet: House
  let worker: Child
  let person: Person
  const rows = 30_000

  beforeAll(async () => {
    const secret = randomBytes(32).toString('hex')
    quiet = await openHouse({ jobs: false, env: { SECRET_KEY: secret } })
    const { MONGODB_URL, REDIS_URL, REDIS_PREFIX, DATA_DIR } = quiet.hub.env
    person = await hire(await Person.signIn(quiet.url, 'admin'), { roles: ['marketing'] })
    worker = new Child('worker', join(import.meta.dirname, '../../workers/main.ts'), {
      PATH: process.env['PATH'] ?? '',
      NODE_OPTIONS: '--import tsx --conditions=source',
      MONGODB_URL,
      REDIS_URL,
      REDIS_PREFIX,
      DATA_DIR,
      SECRET_KEY: secret,
      SMTP_PORT: '-1',
      DEMO: 'false',
      LOG_LEVEL: 'info'
    })
  })
  afterAll(async () => {
    await worker.end()
    await quiet.stop()
  })

  it('goes on after the last batch: no row twice, none left out, and counts that are true', async () => {
    // Every tenth row names somebody again who was named a while before.
    const named = (n: number) => (n > 1000 && n % 10 === 9 ? n - 908 : n)
    const lines = Array.from(
      { length: rows },
      (_, n) => `kill-${String(named(n))}@import.example,P ${String(n)}`
    )
    const expected = new Set(lines.map((line) => line.split(',')[0]))
    const preview = (await uploadCsv(person, `email,name\n${lines.join('\n')}\n`)).body as ImportPreview
    await startImport(person, preview, { newList: 'Everybody' })
    const { id } = preview.import
    const progress = async () => (await person.get(`/api/imports/${id}`)).body as Import
    const kills = 3
    for (let kill = 1; kill <= kills; kill++) {
      const goal = (rows / (kills + 1)) * kill
      await eventually('rows', async () => (await progress()).counts.rows >= goal, 120_000)
      worker.kill()
      await sleep(200)
    }
    const done = await importEnded(person, id, 120_000)
    expect(done.state).toBe('finished')
    const { made, repeated, bad, updated, unchanged } = done.counts
    expect(done.counts.rows).toBe(rows)
    expect({ made, repeated, bad, updated, unchanged }).toEqual({
      made: expected.size,
      repeated: rows - expected.size,
      bad: 0,
      updated: 0,
      unchanged: 0
    })
    expect(await Contact.countDocuments({ 'points.value': /^kill-/ })).toBe(expected.size)
    expect(await ListMember.countDocuments({ listId: done.listId })).toBe(expected.size)
    expect(await ImportedContact.countDocuments({ _id: { $gte: id, $lt: `${id}g` } })).toBe(expected.size)
    expect((await person.get(`/api/lists/${done.listId ?? ''}`)).body.members).toBe(expected.size)
  }, 400_000)
})

import fc from 'fast-check'
import { Types } from 'mongoose'
import { describe, expect, it } from 'vitest'
import type { Column } from '@palabre/config/contract/import'
import type { ContactDoc } from '../contacts/contact.model.ts'
import { personOf } from './person.ts'
import { contactIdOf, madeContact, planRows, type PersonRow } from './plan.ts'

const columns: Column[] = [
  { means: 'email', attribute: '' },
  { means: 'phone', attribute: '' },
  { means: 'name', attribute: '' },
  { means: 'attribute', attribute: 'city' },
  { means: 'locale', attribute: '' }
]
const of = {
  _id: new Types.ObjectId(),
  createdAt: new Date('2026-11-23T10:00:00Z'),
  existing: 'fill' as const
}
const person = (...cells: string[]) => personOf(cells, columns, 'FR')
const row = (n: number, ...cells: string[]): PersonRow => {
  const read = person(...cells)
  if ('fault' in read) throw new Error(read.fault)
  return { n, cells, person: read }
}
const none = new Map<string, number>()
const byKeys = (...docs: ContactDoc[]) =>
  new Map(docs.flatMap((doc) => doc.points.map(({ key }) => [key, doc] as const)))

/** Contacts as they are in the end, when rows are taken in batches of a size; a batch may be tried twice. */
function take(rows: PersonRow[], size: number, twice: boolean, existing: 'keep' | 'fill' | 'overwrite') {
  let docs: ContactDoc[] = []
  const first = new Map<string, number>()
  for (let at = 0; at < rows.length; at += size)
    for (let tries = twice ? 2 : 1; tries > 0; tries--) {
      const plan = planRows({ ...of, existing }, rows.slice(at, at + size), byKeys(...docs), first)
      for (const work of plan.works) {
        const id = work._id.toHexString()
        if (!first.has(id)) first.set(id, work.row)
        docs = docs.filter(({ _id }) => !_id.equals(work._id))
        docs.push({ ...(work.before ?? madeContact(work, 'i', work.row, of.createdAt)), ...work.card })
      }
    }
  return docs
    .map(({ _id, name, locale, attributes, points }) => ({
      id: _id.toHexString(),
      name,
      locale,
      attributes,
      points: points.map(({ key }) => key).toSorted()
    }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

describe('a row', () => {
  it('says who it is about in the forms that the hub knows', () => {
    expect(person(' Anna@X.Example ', '06 12 34 56 78', 'Anna', 'Lyon', 'fr_FR')).toMatchObject({
      points: [
        { kind: 'email', value: 'anna@x.example', key: 'email:anna@x.example', verified: false },
        { kind: 'phone', value: '+33612345678', key: 'phone:+33612345678' }
      ],
      name: 'Anna',
      attributes: { city: 'Lyon' },
      locale: 'fr-FR'
    })
    expect(person('Anna <anna@x.example>')).toMatchObject({ points: [{ value: 'anna@x.example' }] })
    expect(personOf(['0612345678'], [{ means: 'phone', attribute: '' }], null)).toEqual({
      fault: 'phone-without-country'
    })
  })

  it('is refused with its reason', () => {
    const faults: [string[], string][] = [
      [['', '', 'Anna'], 'no-point'],
      [['anna', ''], 'wrong-email'],
      [['a@b', ''], 'wrong-email'],
      [['a@x.example, b@x.example', ''], 'wrong-email'],
      [['a@x.example\r\nBcc: b@x.example', ''], 'wrong-email'],
      [['', '+33 12'], 'wrong-phone'],
      [['', '3.36E+10'], 'wrong-phone'],
      [['a@x.example', '', 'x'.repeat(10_241)], 'cell-too-large'],
      [['a@x.example', '', 'é'.repeat(6000)], 'cell-too-large'],
      [['a@x.example', '', 'x'.repeat(201)], 'too-long'],
      [['a@x.example', '', '', 'x'.repeat(501)], 'too-long'],
      [['a@x.example', '', '', '', 'français'], 'wrong-locale']
    ]
    for (const [cells, fault] of faults) expect(person(...cells), cells[0]).toEqual({ fault })
  })

  it('never gives an address that would be a header, whatever is in its cell', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (local, domain) => {
        const read = personOf([`${local}@${domain}`], columns, null)
        if ('fault' in read) return
        expect(read.points[0]?.value).toMatch(/^[^\s<>,;:"()@]+@[^\s<>,;:"()@]+\.[^\s<>,;:"()@]+$/)
      })
    )
  })
})

describe('a plan', () => {
  const doc = (given: Partial<ContactDoc> & { emails?: string[] }): ContactDoc => {
    const plan = planRows(of, [row(1, given.emails?.[0] ?? 'z@x.example')], new Map(), none)
    const made = madeContact(plan.works[0]!, 'i', 1, of.createdAt)
    return { ...made, _id: new Types.ObjectId(), ...given }
  }

  it('keeps, fills or replaces what is known, and never empties it', () => {
    const known = doc({ emails: ['anna@x.example'], name: 'Anna', attributes: { city: 'Lyon' } })
    const given = row(2, 'anna@x.example', '+33612345678', 'Anna B.', '', 'fr')
    const card = (existing: 'keep' | 'fill' | 'overwrite') =>
      planRows({ ...of, existing }, [given], byKeys(known), none).works[0]!
    expect(card('keep')).toMatchObject({ isChanged: false, card: { name: 'Anna', locale: null } })
    expect(card('fill')).toMatchObject({ isChanged: true, card: { name: 'Anna', locale: 'fr' } })
    expect(card('overwrite')).toMatchObject({
      card: { name: 'Anna B.', locale: 'fr', attributes: { city: 'Lyon' } }
    })
    expect(card('fill').card.points).toHaveLength(2)
    expect(card('keep').card.points).toHaveLength(1)
  })

  it('fills the name of somebody who is only known by an address', () => {
    const known = doc({ emails: ['anna@x.example'], name: 'anna@x.example' })
    const plan = planRows(of, [row(2, 'anna@x.example', '', 'Anna')], byKeys(known), none)
    expect(plan.works[0]?.card.name).toBe('Anna')
  })

  it('refuses a row whose addresses belong to two contacts, which says nothing about later ones', () => {
    const one = doc({ emails: ['one@x.example'] })
    const two = doc({
      points: [{ kind: 'phone', value: '+33612345678', verified: true, key: 'phone:+33612345678' }]
    })
    const rows = [row(1, 'one@x.example', '+33612345678'), row(2, 'one@x.example')]
    const { outcomes, works } = planRows(of, rows, byKeys(one, two), none)
    expect(outcomes.map(({ fault, isRepeat }) => [fault, isRepeat])).toEqual([
      ['two-contacts', false],
      [null, false]
    ])
    expect(works.map(({ _id, row: n }) => [_id, n])).toEqual([[one._id, 2]])
  })

  it('ends alike in batches of any size, and when each of them is tried twice', () => {
    const email = fc.constantFrom('a', 'b', 'c', 'd').map((name) => `${name}@x.example`)
    const phone = fc.constantFrom('', '+33612345671', '+33612345672')
    const rows = fc.array(
      fc.tuple(email, phone, fc.constantFrom('', 'Anna', 'Bo'), fc.constantFrom('', 'Lyon')),
      {
        minLength: 1,
        maxLength: 14
      }
    )
    fc.assert(
      fc.property(
        rows,
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom('keep', 'fill', 'overwrite'),
        (cells, size, rule) => {
          const given = cells.map((one, i) => row(i + 1, ...one))
          const whole = take(given, given.length, false, rule)
          expect(take(given, size, false, rule)).toEqual(whole)
          // A repeat of "overwrite" may only bring what the same rows say.
          expect(take(given, size, true, rule).map(({ id }) => id)).toEqual(whole.map(({ id }) => id))
          const keys = whole.flatMap(({ points }) => points)
          expect(new Set(keys).size).toBe(keys.length)
        }
      )
    )
  })

  it('gives each row of an import an id of its own, the same each time', () => {
    const ids = Array.from({ length: 5000 }, (_, n) => contactIdOf(of, n).toHexString())
    expect(new Set(ids).size).toBe(5000)
    expect(contactIdOf(of, 7).toHexString()).toBe(ids[7])
    expect(contactIdOf({ ...of, _id: new Types.ObjectId() }, 7).toHexString()).not.toBe(ids[7])
  })
})

import { createHash } from 'node:crypto'
import { Types } from 'mongoose'
import type { ExistingRule, RowFault } from '@palabre/config/contract/import'
import { Contact, type ContactDoc } from '../contacts/contact.model.ts'
import { marksOf } from '../contacts/likeness.ts'
import type { ImportDoc } from './import.model.ts'
import type { Person } from './person.ts'

/** A row that says who it is about. */
export interface PersonRow {
  n: number
  cells: string[]
  person: Person
}

/** A contact whom rows of a batch are about: as they were, and as the rows leave them. */
export interface Work {
  /** Null: they are made. */
  before: ContactDoc | null
  card: Pick<ContactDoc, 'name' | 'company' | 'locale' | 'attributes' | 'points'>
  _id: Types.ObjectId
  /** Where the file names them first; 0 until it does. */
  row: number
  isChanged: boolean
}

export interface Plan {
  works: Work[]
  /** Of each row: whom it is about, or why it was not taken. */
  outcomes: { row: PersonRow; work: Work | null; fault: RowFault | null; isRepeat: boolean }[]
}

/**
 * The id of the contact that a row makes: the same whenever it is tried, so that a row that was taken before a crash
 * makes nobody twice. Time of the import (4 bytes), its hash (5), the row (3).
 */
export function contactIdOf(
  { _id, createdAt }: Pick<ImportDoc, '_id' | 'createdAt'>,
  row: number
): Types.ObjectId {
  const id = Buffer.alloc(12)
  id.writeUInt32BE(Math.floor(createdAt.getTime() / 1000))
  createHash('sha256').update(_id.toHexString()).digest().copy(id, 4, 0, 5)
  id.writeUIntBE(row % 0x1000000, 9, 3)
  return new Types.ObjectId(id)
}

/**
 * What rows do to contacts: each finds who has one of its points, or makes somebody. `known` has contacts by the keys of
 * their points, `firstRows` the row at which the file named a contact first. Pure.
 */
export function planRows(
  of: Pick<ImportDoc, '_id' | 'createdAt' | 'existing'>,
  rows: readonly PersonRow[],
  known: ReadonlyMap<string, ContactDoc>,
  firstRows: ReadonlyMap<string, number>
): Plan {
  const works = new Map<string, Work>()
  const byKey = new Map<string, Work>()
  const workOf = (doc: ContactDoc): Work => {
    const id = doc._id.toHexString()
    const work = works.get(id) ?? {
      before: doc,
      card: { ...doc, attributes: { ...doc.attributes }, points: [...doc.points] },
      _id: doc._id,
      row: firstRows.get(id) ?? 0,
      isChanged: false
    }
    works.set(id, work)
    return work
  }
  const outcomes: Plan['outcomes'] = []
  for (const row of rows) {
    const { person, n } = row
    const holders = new Set<Work>()
    for (const { key } of person.points) {
      const doc = known.get(key)
      const work = byKey.get(key) ?? (doc && workOf(doc))
      if (work) holders.add(work)
    }
    const [holder, ...others] = holders
    if (others.length > 0) {
      outcomes.push({ row, work: null, fault: 'two-contacts', isRepeat: false })
      continue
    }
    const work = holder ?? made(of, row)
    works.set(work._id.toHexString(), work)
    if (holder) fit(work, person, of.existing)
    work.row ||= n
    for (const { key } of work.card.points) byKey.set(key, work)
    outcomes.push({ row, work, fault: null, isRepeat: work.row !== n })
  }
  const used = new Set(outcomes.map(({ work }) => work))
  return { works: [...works.values()].filter((work) => used.has(work)), outcomes }
}

const made = (of: Pick<ImportDoc, '_id' | 'createdAt'>, { n, person }: PersonRow): Work => ({
  before: null,
  card: { ...person, name: person.name || person.points[0]!.value, points: [...person.points] },
  _id: contactIdOf(of, n),
  row: n,
  isChanged: true
})

/** Gives a contact what a row says, as far as the rule wants it. */
function fit(work: Work, { name, company, locale, attributes, points }: Person, rule: ExistingRule) {
  if (rule === 'keep') return
  const { card } = work
  const takes = (old: string | null | undefined, given: string | null) =>
    given !== null && given !== '' && given !== old && (rule === 'overwrite' || !old)
  // Who was first met by an address is called by it until somebody knows better.
  const named = card.points.some(({ value }) => value === card.name) ? '' : card.name
  const set = <K extends 'name' | 'company' | 'locale'>(field: K, value: string) => {
    card[field] = value
    work.isChanged = true
  }
  if (takes(named, name)) set('name', name)
  if (takes(card.company, company)) set('company', company)
  if (takes(card.locale, locale)) set('locale', locale!)
  for (const [key, value] of Object.entries(attributes))
    if (takes(card.attributes[key], value)) {
      card.attributes[key] = value
      work.isChanged = true
    }
  for (const point of points)
    if (!card.points.some(({ key }) => key === point.key || key.endsWith(`:${point.key}`))) {
      card.points.push(point)
      work.isChanged = true
    }
}

const blank = () => new Contact({}).toObject() as unknown as ContactDoc

/** A contact as a row makes them: told to nobody by themselves, as nobody can have known them. */
export function madeContact({ _id, card }: Work, importId: string, row: number, now: Date): ContactDoc {
  return {
    ...blank(),
    ...card,
    _id,
    version: 1,
    log: [{ n: 1, at: now, name: 'imported', byId: null, figures: { importId, row } }],
    logged: 1,
    relayed: 1,
    relayAt: null,
    updatedAt: now,
    createdAt: now,
    marks: marksOf(card)
  }
}

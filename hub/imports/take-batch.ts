import { Types, type AnyBulkWriteOperation } from 'mongoose'
import { standingOf } from '../consents/standing.ts'
import { addConsents } from '../consents/record.ts'
import { Contact, type ContactDoc } from '../contacts/contact.model.ts'
import { contactsAt } from '../contacts/find.ts'
import { marksOf } from '../contacts/likeness.ts'
import { tellContact, renameOnInteractions } from '../contacts/tell.ts'
import type { Hub } from '../hub.ts'
import { Interaction } from '../interactions/interaction.model.ts'
import { putOnList } from '../lists/members.ts'
import { updateOf } from '../record/change.ts'
import { keepBadRows, type RefusedRow } from './bad-rows.ts'
import {
  Import,
  ImportedContact,
  type Counts,
  type ImportDoc,
  type ImportedContactDoc
} from './import.model.ts'
import { personOf } from './person.ts'
import { madeContact, planRows, type PersonRow, type Plan, type Work } from './plan.ts'
import type { Row } from './read-rows.ts'

const duplicateKey = 11000
/** Others may change contacts at the same moment; it is looked at anew then. */
const mostTries = 20

/** Somebody else has the import now. */
export class LostClaim extends Error {}

/** What a batch adds to the counts; its rows are counted with it. */
export type Gain = Omit<Counts, 'estimate'>
export const noGain = (): Gain => ({
  rows: 0,
  made: 0,
  updated: 0,
  unchanged: 0,
  repeated: 0,
  bad: 0,
  refusedConsent: 0
})

/**
 * Takes a batch of rows: contacts are found or made, put on the list, and their consent is written down. All of it can be
 * repeated, and counts what the first try did, so a worker that died in the middle leaves nothing twice or out.
 */
export async function takeContacts(hub: Hub, of: ImportDoc, rows: readonly Row[]): Promise<Gain> {
  const gain = { ...noGain(), rows: rows.length }
  const bad: RefusedRow[] = []
  const people: PersonRow[] = []
  for (const { n, cells } of rows) {
    const person = personOf(cells, of.columns, of.country)
    if ('fault' in person) bad.push({ n, cells, fault: person.fault })
    else people.push({ n, cells, person })
  }
  const { plan, traces } = await write(hub, of, people)
  for (const { row, work, fault, isRepeat } of plan.outcomes) {
    if (fault !== null) bad.push({ ...row, fault })
    else if (isRepeat) gain.repeated++
    else gain[traces.get(work!._id.toHexString())?.how ?? howOf(work!)]++
  }
  gain.bad = bad.length
  await keepBadRows(hub, of, bad)
  if (of.listId)
    await putOnList(
      of.listId,
      plan.works.map(({ _id }) => _id),
      'import'
    )
  gain.refusedConsent = await noteConsent(of, plan.works)
  return gain
}

const howOf = ({ before, isChanged }: Work): ImportedContactDoc['how'] =>
  !before ? 'made' : isChanged ? 'updated' : 'unchanged'

/** Plans and writes until nobody was in between. */
async function write(hub: Hub, of: ImportDoc, people: readonly PersonRow[]) {
  const importId = of._id.toHexString()
  const keys = [...new Set(people.flatMap(({ person }) => person.points.map(({ key }) => key)))]
  for (let tries = 1; ; tries++) {
    const known = await contactsAt(keys)
    const traces = await tracesOf(importId, [...known.values()])
    const plan = planRows(of, people, known, new Map([...traces].map(([id, { row }]) => [id, row])))
    const fresh = plan.works.filter(({ _id }) => !traces.has(_id.toHexString()))
    // Before anything is written: what became of a contact is counted by the first try.
    await insertNew(
      ImportedContact,
      fresh.map((work) => ({
        _id: importId + work._id.toHexString(),
        contactId: work._id,
        row: work.row,
        how: howOf(work)
      }))
    )
    if (await writeContacts(hub, importId, plan)) return { plan, traces }
    // A worker that was frozen must not write over what another one did since.
    if (!(await Import.exists({ _id: of._id, state: 'running', 'claim.id': of.claim?.id })))
      throw new LostClaim()
    if (tries >= mostTries) throw new Error('contacts are changed faster than they can be written')
  }
}

async function tracesOf(
  importId: string,
  contacts: readonly ContactDoc[]
): Promise<Map<string, ImportedContactDoc>> {
  const ids = [...new Set(contacts.map(({ _id }) => importId + _id.toHexString()))]
  const docs = (await ImportedContact.find({ _id: { $in: ids } }).lean()) as ImportedContactDoc[]
  return new Map(docs.map((doc) => [doc.contactId.toHexString(), doc]))
}

/** Inserts what is not there yet; true when nothing was there. */
async function insertNew(
  model:
    { collection: (typeof Contact)['collection'] } | { collection: (typeof ImportedContact)['collection'] },
  docs: readonly object[]
): Promise<boolean> {
  if (docs.length === 0) return true
  try {
    await model.collection.insertMany(docs as never, { ordered: false })
    return true
  } catch (error) {
    if ((error as { code?: number }).code !== duplicateKey) throw error
    return false
  }
}

/** Writes contacts as they are planned; false when somebody else was faster with one of them. */
async function writeContacts(hub: Hub, importId: string, { works }: Plan): Promise<boolean> {
  const now = new Date()
  const made = works.filter(({ before }) => !before)
  const changed = works.filter(({ before, isChanged }) => before && isChanged)
  const allMade = await insertNew(
    Contact,
    made.map((work) => madeContact(work, importId, work.row, now))
  )
  if (changed.length === 0) return allMade
  let matched = 0
  try {
    const writes: AnyBulkWriteOperation[] = changed.map((work) => ({
      updateOne: updateFor(work, importId, now)
    }))
    matched = (await Contact.collection.bulkWrite(writes as never, { ordered: false })).matchedCount
  } catch (error) {
    // Somebody else has just got one of the points.
    if ((error as { code?: number }).code !== duplicateKey) throw error
  }
  await tellOpen(hub, changed)
  return allMade && matched === changed.length
}

function updateFor({ _id, before, card, row }: Work, importId: string, now: Date) {
  const { version, logged, relayed, relayAt } = before!
  const { name, company, locale, attributes, points } = card
  const update = updateOf(
    before!,
    {
      set: { name, company, locale, attributes, points, marks: marksOf(card) },
      entries: [{ name: 'imported', figures: { importId, row } }]
    },
    now
  )
  // Of so many changes at once only those are told that somebody may be looking at; what else waits to be told does.
  const set = { ...update.$set, relayAt, ...(relayed === logged && { relayed: logged + 1 }) }
  return { filter: { _id, version, mergedInto: null }, update: { ...update, $set: set } }
}

/** Whoever looks at something that is open with one of them sees the new card. */
async function tellOpen(hub: Hub, works: readonly Work[]) {
  const open = await Interaction.distinct('contactId', {
    contactId: { $in: works.map(({ _id }) => _id) },
    state: { $in: ['queued', 'offered', 'active', 'wrapup'] }
  })
  if (open.length === 0) return
  for (const contact of (await Contact.find({ _id: { $in: open } }).lean()) as ContactDoc[]) {
    await tellContact(hub, contact)
    await renameOnInteractions(hub, contact)
  }
}

/** Writes down that people agreed; who had taken it back is passed over. Returns how many those are. */
async function noteConsent(of: ImportDoc, works: readonly Work[]): Promise<number> {
  if (!of.consent || works.length === 0) return 0
  const importId = of._id.toHexString()
  const { purposeId, channels, text } = of.consent
  const refused = new Set<string>()
  for (const channel of channels) {
    const standing = await standingOf(
      works.map(({ _id, before }) => ({ _id, absorbed: before?.absorbed ?? [] })),
      channel,
      purposeId.toHexString()
    )
    const willing = works.filter(({ _id }) => standing.get(_id.toHexString()) !== 'withdrawn')
    for (const { _id } of works)
      if (standing.get(_id.toHexString()) === 'withdrawn') refused.add(_id.toHexString())
    await addConsents(
      willing.map(({ _id }) => ({
        _id: `${importId}:${_id.toHexString()}:${channel}`,
        contactId: new Types.ObjectId(_id),
        channel,
        purposeId,
        state: 'given',
        at: of.startedAt ?? of.createdAt,
        source: 'import',
        proof: { text, importId },
        byName: of.by.name
      }))
    )
  }
  return refused.size
}

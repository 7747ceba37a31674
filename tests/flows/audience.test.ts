import fc from 'fast-check'
import mongoose, { Types } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AudienceSelection, Rule, RuleGroup } from '@palabre/config/contract/audience'
import { audienceOf, type Reached } from '@palabre/hub/audiences/audience'
import { countAudience } from '@palabre/hub/audiences/count'
import { eraseContact } from '@palabre/hub/audiences/erase'
import { Contact, type ContactDoc } from '@palabre/hub/contacts/contact.model'
import { ensureContactAt } from '@palabre/hub/contacts/ensure'
import { systemActor } from '@palabre/hub/hub'
import { Interaction } from '@palabre/hub/interactions/interaction.model'
import { matching } from '@palabre/hub/segments/matching'
import { isSuppressed, suppressedAmong } from '@palabre/hub/suppressions/among'
import { suppress } from '@palabre/hub/suppressions/suppress'
import { Suppression } from '@palabre/hub/suppressions/suppression.model'
import { Person, openHouse, type House } from './house.ts'
import { hire } from './people.ts'

let house: House
let marketing: Person

beforeAll(async () => {
  house = await openHouse()
  marketing = await hire(await Person.signIn(house.url, 'admin'), { roles: ['marketing'] })
})
afterAll(() => house.stop())

let people = 0
interface Known {
  email?: string | null
  whatsapp?: string
  name?: string
  locale?: string
  attributes?: Record<string, string>
}

/** A contact with a card of this kind. */
async function contact({ email, whatsapp, ...card }: Known = {}): Promise<ContactDoc> {
  const address = email === undefined ? `person-${String(++people)}@audience.example` : email
  const doc =
    address === null
      ? await ensureContactAt('whatsapp', whatsapp ?? '33611000000', 'whatsapp')
      : await ensureContactAt('email', address, 'email')
  const points =
    whatsapp !== undefined && address !== null
      ? [...doc.points, { kind: 'whatsapp', value: whatsapp, verified: true, key: `whatsapp:${whatsapp}` }]
      : doc.points
  await Contact.updateOne({ _id: doc._id }, { $set: { ...card, points } })
  return (await Contact.findById(doc._id).lean()) as ContactDoc
}

const idOf = ({ _id }: Pick<ContactDoc, '_id'>) => _id.toHexString()
const inOrder = (...docs: ContactDoc[]) => docs.map(idOf).toSorted()

async function list(name: string, ...members: ContactDoc[]): Promise<string> {
  const { body } = await marketing.post('/api/lists', { name })
  if (members.length > 0)
    await marketing.post(`/api/lists/${body.id}/members`, { contactIds: members.map(idOf) })
  return body.id as string
}

const selection = (given: Partial<AudienceSelection>): AudienceSelection => ({
  listIds: [],
  segmentIds: [],
  excludeListIds: [],
  excludeSegmentIds: [],
  channel: 'email',
  purposeId: null,
  ...given
})

async function reached(given: Partial<AudienceSelection>, options = {}): Promise<Reached[]> {
  const all: Reached[] = []
  for await (const batch of audienceOf(house.hub, selection(given), options)) all.push(...batch)
  return all
}
const idsReached = async (given: Partial<AudienceSelection>, options = {}) =>
  (await reached(given, options)).map(({ contactId }) => contactId)

const group = (match: RuleGroup['match'], ...rules: RuleGroup['rules']): RuleGroup => ({
  kind: 'group',
  match,
  rules
})
const city = (value: string): Rule => ({ kind: 'attribute', name: 'city', is: 'equals', value })

async function fitting(rules: RuleGroup): Promise<string[]> {
  const ids: string[] = []
  for await (const batch of matching(rules, null, new Date())) ids.push(...batch.map(String))
  return ids
}

/** An interaction so many days ago. */
async function talk(with_: ContactDoc, channel: string, days: number) {
  await Interaction.collection.insertOne({
    contactId: with_._id,
    channel,
    state: 'closed',
    relayAt: null,
    lastMessageAt: new Date(Date.now() - days * 86_400_000)
  } as never)
}

describe('a list', () => {
  it('has each contact once, keeps its count, and gives its members by pages', async () => {
    const members = await Promise.all([contact(), contact(), contact()])
    const id = await list('Regulars', ...members)
    const again = await marketing.post(`/api/lists/${id}/members`, { contactIds: [idOf(members[0]!)] })
    expect(again.body.members).toBe(3)
    const first = (await marketing.get(`/api/lists/${id}/members?limit=2`)).body
    const second = (await marketing.get(`/api/lists/${id}/members?limit=2&after=${first.next}`)).body
    const shown = [...first.items, ...second.items] as { contactId: string; source: string }[]
    expect(shown.map(({ contactId }) => contactId)).toEqual(inOrder(...members))
    expect(shown.every(({ source }) => source === 'hand')).toBe(true)
    expect(second.next).toBeUndefined()
    const fewer = await marketing.post(`/api/lists/${id}/members/remove`, { contactIds: [idOf(members[1]!)] })
    expect(fewer.body.members).toBe(2)
    const taken = await marketing.post('/api/lists', { name: 'Regulars' })
    expect(taken.body.error).toBe('already-exists')
  })

  it('follows those who were merged, and lets them go together', async () => {
    const [kept, gone] = [await contact({ name: 'Kept' }), await contact({ name: 'Gone' })]
    const id = await list('With a double', gone)
    const admin = await Person.signIn(house.url, 'admin')
    expect((await admin.post(`/api/contacts/${idOf(kept)}/merge`, { otherId: idOf(gone) })).status).toBe(200)
    const { items } = (await marketing.get(`/api/lists/${id}/members`)).body
    expect(items).toMatchObject([{ contactId: idOf(kept), name: 'Kept' }])
    expect(await idsReached({ listIds: [id] })).toEqual([idOf(kept)])
    await marketing.post(`/api/lists/${id}/members`, { contactIds: [idOf(kept)] })
    expect(await idsReached({ listIds: [id] })).toEqual([idOf(kept)])
    const empty = await marketing.post(`/api/lists/${id}/members/remove`, { contactIds: [idOf(kept)] })
    expect(empty.body.members).toBe(0)
    expect(await idsReached({ listIds: [id] })).toEqual([])
  })

  it('takes everybody in whom a segment holds at that moment', async () => {
    const [one, two] = [
      await contact({ attributes: { tag: 'snap' } }),
      await contact({ attributes: { tag: 'snap' } })
    ]
    const segment = await marketing.post('/api/segments', {
      name: 'Snapshots',
      rules: group('all', { kind: 'attribute', name: 'tag', is: 'equals', value: 'SNAP' })
    })
    expect(segment.status).toBe(200)
    const id = await list('Snapshot')
    const taken = await marketing.post(`/api/lists/${id}/take-segment`, { segmentId: segment.body.id })
    expect(taken.body.members).toBe(2)
    await contact({ attributes: { tag: 'snap' } })
    expect(await idsReached({ listIds: [id] })).toEqual(inOrder(one, two))
    expect(await idsReached({ segmentIds: [segment.body.id] })).toHaveLength(3)
  })
})

describe('a segment', () => {
  it('compares attributes as text, numbers and dates, whatever is in their names', async () => {
    const given: Known[] = [
      { attributes: { 'a.b': '12', when: '2026-01-31' } },
      { attributes: { 'a.b': '7.5', when: '2026-02-01T10:00:00Z' } },
      { attributes: { 'a.b': 'many', when: 'soon' } },
      { attributes: { 'a.b': '.*', when: '' } },
      { attributes: {} }
    ]
    const docs = await Promise.all(given.map(contact))
    const own = await list('Compared', ...docs)
    const which = async (rule: Rule) => {
      const ids = await fitting(group('all', { kind: 'list', listId: own }, rule))
      return docs.flatMap((doc, i) => (ids.includes(idOf(doc)) ? [i] : []))
    }
    const attribute = (name: string, rest: object) => ({ kind: 'attribute', name, ...rest }) as Rule
    expect(await which(attribute('a.b', { is: 'exists' }))).toEqual([0, 1, 2, 3])
    expect(await which(attribute('when', { is: 'exists' }))).toEqual([0, 1, 2])
    expect(await which(attribute('a.b', { is: 'equals', value: 'MANY' }))).toEqual([2])
    expect(await which(attribute('a.b', { is: 'equals', value: '.*' }))).toEqual([3])
    expect(await which(attribute('a.b', { is: 'contains', value: '$where' }))).toEqual([])
    expect(await which(attribute('a.b', { is: 'contains', value: 'an' }))).toEqual([2])
    expect(await which(attribute('a.b', { is: 'above', number: 7.5 }))).toEqual([0])
    expect(await which(attribute('a.b', { is: 'below', number: 12 }))).toEqual([1])
    expect(await which(attribute('when', { is: 'after', day: '2026-01-31' }))).toEqual([1])
    expect(await which(attribute('when', { is: 'before', day: '2026-02-01' }))).toEqual([0])
    expect(await which(attribute('when', { is: 'before', day: '2026-99-99' }))).toEqual([])
  })

  it('asks what contacts did, where they are listed and what campaigns they got', async () => {
    const [never, lately, long] = [await contact(), await contact(), await contact()]
    await talk(lately, 'chat', 2)
    await talk(lately, 'email', 5)
    await talk(long, 'chat', 200)
    const own = await list('Behaved', never, lately, long)
    const campaignId = new Types.ObjectId()
    await mongoose.connection.collection('campaignRecipients').insertMany([
      {
        campaignId,
        contactId: lately._id,
        address: lately.points[0]!.value,
        state: 'sent',
        clickedAt: new Date()
      },
      { campaignId, contactId: long._id, address: long.points[0]!.value, state: 'sent', clickedAt: null },
      {
        campaignId,
        contactId: never._id,
        address: never.points[0]!.value,
        state: 'suppressed',
        clickedAt: null
      }
    ])
    const which = async (rule: Rule | RuleGroup) => {
      const ids = await fitting(group('all', { kind: 'list', listId: own }, rule))
      return [never, lately, long].flatMap((doc, i) => (ids.includes(idOf(doc)) ? [i] : []))
    }
    const counted = (given: object) =>
      ({ kind: 'interactions', is: 'atLeast', count: 1, channel: null, days: null, ...given }) as Rule
    expect(await which({ kind: 'lastInteraction', is: 'within', days: 30 })).toEqual([1])
    expect(await which({ kind: 'lastInteraction', is: 'before', days: 30 })).toEqual([2])
    expect(await which(counted({}))).toEqual([1, 2])
    expect(await which(counted({ is: 'atMost', count: 0 }))).toEqual([0])
    expect(await which(counted({ count: 2 }))).toEqual([1])
    expect(await which(counted({ channel: 'chat', days: 30 }))).toEqual([1])
    const campaign = (is: 'received' | 'clicked' | 'notClicked'): Rule => ({
      kind: 'campaign',
      campaignId: campaignId.toHexString(),
      is
    })
    expect(await which(campaign('received'))).toEqual([1, 2])
    expect(await which(campaign('clicked'))).toEqual([1])
    expect(await which(campaign('notClicked'))).toEqual([2])
    expect(await which(group('none', campaign('received'), counted({})))).toEqual([0])
  })

  it('holds exactly those of whom its rules are true, however they are nested', async () => {
    const docs = await Promise.all(
      Array.from({ length: 16 }, (_, n) =>
        contact({
          name: 'Nested',
          locale: n & 1 ? 'fr-CH' : 'en',
          attributes: { ...(n & 2 && { city: 'Lyon' }), ...(n & 4 && { n: String(n) }) }
        })
      )
    )
    const all = await list('Nested', ...docs)
    const some = await list('Some', ...docs.filter((_, n) => n & 8))
    for (const [n, doc] of docs.entries()) if (n % 3 === 0) await talk(doc, 'chat', 1)
    const leaves: [Rule, (n: number) => boolean][] = [
      [{ kind: 'locale', value: 'fr' }, (n) => (n & 1) > 0],
      [city('lyon'), (n) => (n & 2) > 0],
      [{ kind: 'attribute', name: 'n', is: 'above', number: 6 }, (n) => (n & 4) > 0 && n > 6],
      [{ kind: 'list', listId: some }, (n) => (n & 8) > 0],
      [{ kind: 'lastInteraction', is: 'within', days: 3 }, (n) => n % 3 === 0]
    ]
    type Leaf = { leaf: number }
    type Tree = Leaf | { match: RuleGroup['match']; of: Tree[] }
    const leaf = fc.record({ leaf: fc.nat({ max: leaves.length - 1 }) })
    const of = (inner: fc.Arbitrary<Tree>): fc.Arbitrary<Tree> =>
      fc.record({
        match: fc.constantFrom('all' as const, 'any' as const, 'none' as const),
        of: fc.array(inner, { minLength: 1, maxLength: 3 })
      })
    const rulesOf = (tree: Tree): Rule | RuleGroup =>
      'leaf' in tree ? leaves[tree.leaf]![0] : group(tree.match, ...tree.of.map(rulesOf))
    const isTrue = (tree: Tree, n: number): boolean => {
      if ('leaf' in tree) return leaves[tree.leaf]![1](n)
      const is = tree.of.map((one) => isTrue(one, n))
      return tree.match === 'all'
        ? is.every(Boolean)
        : tree.match === 'any'
          ? is.some(Boolean)
          : !is.some(Boolean)
    }
    await fc.assert(
      fc.asyncProperty(of(fc.oneof(leaf, of(fc.oneof(leaf, of(leaf))))), async (tree) => {
        const wanted = docs
          .filter((_, n) => isTrue(tree, n))
          .map(idOf)
          .toSorted()
        const rules = rulesOf(tree) as RuleGroup
        // Once by walking the list, once by walking all contacts.
        expect(await fitting(group('all', { kind: 'list', listId: all }, rules))).toEqual(wanted)
        const ours = new Set(docs.map(idOf))
        expect((await fitting(rules)).filter((id) => ours.has(id))).toEqual(wanted)
      }),
      { numRuns: 40 }
    )
  })

  it('is previewed while it is written, and refused when it is none', async () => {
    const doc = await contact({ name: 'Previewed', attributes: { tag: 'preview' } })
    const rules = group('all', { kind: 'attribute', name: 'tag', is: 'equals', value: 'preview' })
    const { body } = await marketing.post('/api/segments/preview', { rules })
    expect(body).toMatchObject({
      count: 1,
      exact: true,
      members: [{ contactId: idOf(doc), name: 'Previewed' }]
    })
    const refused = async (wrong: unknown) =>
      (await marketing.post('/api/segments/preview', { rules: wrong })).body.error
    const deep = group('all', group('all', group('all', group('all', city('x')))))
    expect(await refused(deep)).toBe('invalid-input')
    expect(await refused(group('all', { kind: 'attribute', name: '$where', is: 'exists' }))).toBe(
      'invalid-input'
    )
    expect(await refused({ ...rules, rules: [{ $where: '1' }] })).toBe('invalid-input')
    expect(await refused(group('all', { kind: 'list', listId: '0'.repeat(24) }))).toBe('unknown-reference')
    const names = (await marketing.get('/api/segments/attributes')).body.names as string[]
    expect(names).toContain('tag')
  })
})

describe('an audience', () => {
  it('is everybody once in one order, goes on after anybody, and leaves out whom it excludes', async () => {
    const docs = await Promise.all(
      Array.from({ length: 12 }, (_, n) => contact({ attributes: { half: String(n % 2) } }))
    )
    const [first, second] = [await list('First', ...docs.slice(0, 8)), await list('Second', ...docs.slice(4))]
    const out = await list('Out', docs[5]!)
    const odd = (
      await marketing.post('/api/segments', {
        name: 'Odd',
        rules: group(
          'all',
          { kind: 'list', listId: second },
          { kind: 'attribute', name: 'half', is: 'equals', value: '1' }
        )
      })
    ).body.id as string
    const given = { listIds: [first, second], segmentIds: [odd], excludeListIds: [out] }
    const wanted = inOrder(...docs.filter((_, n) => n !== 5))
    expect(await idsReached(given, { batch: 3 })).toEqual(wanted)
    for (const at of [0, 3, 10])
      expect(await idsReached(given, { batch: 2, after: wanted[at] })).toEqual(wanted.slice(at + 1))
    expect(await idsReached({ listIds: [first], excludeSegmentIds: [odd] })).toEqual(
      inOrder(...docs.slice(0, 8).filter((_, n) => n < 4 || n % 2 === 0))
    )
  })

  it('asks for an address on the channel and for consent to the purpose', async () => {
    const [yes, no, silent, chat] = [
      await contact({ name: 'Yes', locale: 'fr', attributes: { 'Time zone': 'Europe/Paris', city: 'Lyon' } }),
      await contact(),
      await contact(),
      await contact({ email: null, whatsapp: '33612121212' })
    ]
    const id = await list('Asked', yes, no, silent, chat)
    const purpose = async (name: string, asks: string) =>
      (await marketing.post('/api/purposes', { name, asks })).body.id as string
    const [newsletter, service] = [await purpose('News', 'consent'), await purpose('Service', 'no-objection')]
    const say = (doc: ContactDoc, purposeId: string, state: string, at?: string) =>
      marketing.post(`/api/contacts/${idOf(doc)}/consents`, {
        channel: 'email',
        purposeId,
        state,
        source: 'paper',
        proof: { text: 'A card' },
        ...(at && { at })
      })
    expect((await say(yes, newsletter, 'given')).status).toBe(200)
    await say(no, newsletter, 'given', '2026-01-02T00:00:00Z')
    await say(no, newsletter, 'withdrawn', '2026-03-04T00:00:00Z')
    // What was said before is written down later, and changes nothing.
    await say(no, newsletter, 'given', '2026-02-03T00:00:00Z')
    await say(no, service, 'withdrawn')
    expect(await reached({ listIds: [id], purposeId: newsletter })).toEqual([
      {
        contactId: idOf(yes),
        address: yes.points[0]!.value,
        name: 'Yes',
        locale: 'fr',
        timeZone: 'Europe/Paris',
        attributes: { 'Time zone': 'Europe/Paris', city: 'Lyon' }
      }
    ])
    expect(await idsReached({ listIds: [id], purposeId: service })).toEqual(inOrder(yes, silent))
    expect(await idsReached({ listIds: [id], channel: 'whatsapp' })).toEqual([idOf(chat)])
    await suppress(house.hub, [
      { kind: 'email', address: yes.points[0]!.value, purposeId: newsletter, reason: 'unsubscribe' }
    ])
    expect(await countAudience(house.hub, selection({ listIds: [id], purposeId: newsletter }))).toEqual({
      contacts: 4,
      reachable: 0,
      withoutAddress: 1,
      withoutConsent: 2,
      suppressed: 1,
      exact: true
    })
    const ahead = await say(yes, newsletter, 'given', '2099-01-01T00:00:00Z')
    expect(ahead.body.error).toBe('invalid-input')
    const { items } = (await marketing.get(`/api/contacts/${idOf(no)}/consents`)).body
    const news = (items as { purposeId: string; history: unknown[] }[]).find(
      (one) => one.purposeId === newsletter
    )
    expect(news?.history).toHaveLength(3)
  })
})

describe('a suppressed address', () => {
  it('is one however it is written, for one purpose or for all, by its weightiest reason', async () => {
    const purposeId = new Types.ObjectId().toHexString()
    const { hub } = house
    const add = (address: string, given: object = {}) =>
      suppress(hub, [{ kind: 'phone', address, purposeId: null, reason: 'manual', ...given }])
    expect(await add('+55 11 8765 4321')).toBe(1)
    expect(await add('+5511987654321', { reason: 'complaint' })).toBe(0)
    expect(await add('+5511987654321', { reason: 'hard-bounce' })).toBe(0)
    await suppress(hub, [{ kind: 'email', address: 'One@Sup.Example', purposeId, reason: 'unsubscribe' }])
    expect(await suppressedAmong(hub, 'whatsapp', ['5511987654321', '33600000000'], null)).toEqual(
      new Map([['5511987654321', 'complaint']])
    )
    const asked = ['ONE@sup.example', 'two@sup.example', 'no-reply@sup.example', 'no address']
    expect(await suppressedAmong(hub, 'email', asked, purposeId)).toEqual(
      new Map([
        ['ONE@sup.example', 'unsubscribe'],
        ['no-reply@sup.example', 'role-address']
      ])
    )
    expect(await isSuppressed(hub, 'email', 'one@sup.example', null)).toBeNull()
  })

  it('is kept by hand, found, given out as CSV, and let go unless its owner asked for it', async () => {
    const added = await marketing.post('/api/suppressions', {
      kind: 'email',
      addresses: ['By-Hand@sup.example', 'by-hand@sup.example', 'nothing'],
      purposeId: null,
      note: '=1+1'
    })
    expect(added.body).toEqual({ added: 1, wrong: ['nothing'] })
    const found = (await marketing.get('/api/suppressions?address=by-hand@SUP.example')).body
    expect(found).toMatchObject({ total: 1, items: [{ address: 'by-hand@sup.example', reason: 'manual' }] })
    const csv = String((await marketing.get('/api/suppressions/export')).body)
    expect(csv).toContain("email,by-hand@sup.example,,manual,'=1+1,")
    expect((await marketing.send('DELETE', `/api/suppressions/${found.items[0].id}`)).status).toBe(200)
    expect(await isSuppressed(house.hub, 'email', 'by-hand@sup.example', null)).toBeNull()
    await suppress(house.hub, [
      { kind: 'email', address: 'angry@sup.example', purposeId: null, reason: 'complaint' }
    ])
    const angry = (await marketing.get('/api/suppressions?address=angry@sup.example')).body.items[0]
    expect((await marketing.send('DELETE', `/api/suppressions/${angry.id}`)).body.error).toBe('wrong-state')
  })

  it('stays suppressed when its owner is erased, though nobody can read it any more', async () => {
    const doc = await contact({ email: 'forget-me@erase.example', whatsapp: '33612987610' })
    const id = await list('Erased', doc)
    const purpose = (await marketing.post('/api/purposes', { name: 'Erased' })).body.id as string
    await marketing.post(`/api/contacts/${idOf(doc)}/consents`, {
      channel: 'email',
      purposeId: purpose,
      state: 'given',
      source: 'form',
      proof: { text: 'A form' }
    })
    await suppress(house.hub, [
      { kind: 'email', address: 'forget-me@erase.example', purposeId: purpose, reason: 'unsubscribe' }
    ])
    for (let times = 0; times < 2; times++) await eraseContact(house.hub, systemActor, idOf(doc))
    expect(await isSuppressed(house.hub, 'email', 'Forget-Me@erase.example', null)).toBe('erasure')
    expect(await isSuppressed(house.hub, 'whatsapp', '33612987610', null)).toBe('erasure')
    const kept = JSON.stringify(await Suppression.find({}).lean())
    expect(kept).not.toContain('forget-me')
    expect(kept).not.toContain('12987610')
    expect((await marketing.get(`/api/lists/${id}`)).body.members).toBe(0)
    expect((await marketing.get(`/api/contacts/${idOf(doc)}/consents`)).body.items).toEqual([])
    const found = (await marketing.get('/api/suppressions?address=forget-me@erase.example')).body
    expect((found.items as { address: null }[]).map(({ address }) => address)).toEqual([null, null])
  })
})

import { Types } from 'mongoose'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ChannelError, type Channel, type Profile } from '@palabre/channels/channel'
import { channelNamed } from '@palabre/channels/registry'
import type {
  Contact as ContactWire,
  ContactMerge as MergeWire,
  Likeness
} from '@palabre/config/contract/contact'
import { ChannelAccountModel } from '@palabre/hub/accounts/account.model'
import { AuditEntry } from '@palabre/hub/audit/audit.model'
import { Contact, pointKey, type ContactDoc } from '@palabre/hub/contacts/contact.model'
import { ensureContactAt } from '@palabre/hub/contacts/ensure'
import { finishMerges } from '@palabre/hub/contacts/finish-merges'
import { ContactMerge, type MergeDoc } from '@palabre/hub/contacts/merge.model'
import { beginMerge, mergeSteps } from '@palabre/hub/contacts/merge'
import { alikeFilter } from '@palabre/hub/contacts/suggest'
import { beginParting, partSteps } from '@palabre/hub/contacts/unmerge'
import { upgradeContacts } from '@palabre/hub/contacts/upgrade-contacts'
import { Conversation } from '@palabre/hub/conversations/conversation.model'
import { receive } from '@palabre/hub/conversations/receive'
import { systemActor } from '@palabre/hub/hub'
import { Interaction, type InteractionDoc } from '@palabre/hub/interactions/interaction.model'
import { Person, Visitor, eventually, openHouse, type House } from './house.ts'
import { recordNamed } from './people.ts'

let house: House
let admin: Person
let awa: Person
let mailId = ''
let chatId = ''
const visitors: Visitor[] = []

beforeAll(async () => {
  house = await openHouse()
  admin = await Person.signIn(house.url, 'admin')
  awa = await Person.signIn(house.url, 'awa')
  const { items } = (await admin.get('/api/accounts')).body as { items: { id: string; channel: string }[] }
  mailId = items.find(({ channel }) => channel === 'email')?.id ?? ''
  chatId = items.find(({ channel }) => channel === 'chat')?.id ?? ''
}, 60_000)
afterAll(async () => {
  for (const visitor of visitors) visitor.leave()
  await house.stop()
}, 60_000)

let mails = 0
const freshAddress = () => `person-${String(++mails)}@sahel.example`
async function mail(address: string, text = 'Hello', name?: string) {
  const externalId = `<contact-${String(++mails)}@sahel.example>`
  await receive(house.hub, mailId, {
    kind: 'message',
    address,
    ...(name !== undefined && { name }),
    externalId,
    subject: text,
    text
  })
  return externalId
}
const storedAt = async (address: string): Promise<ContactDoc> =>
  eventually(
    address,
    async () =>
      (await Contact.findOne({ 'points.key': pointKey('email', address) }).lean()) as ContactDoc | null
  )
/** Somebody new, who has written once. */
async function writer(name = 'Some Body'): Promise<{ id: string; address: string }> {
  const address = freshAddress()
  await mail(address, `from ${address}`, name)
  return { id: String((await storedAt(address))._id), address }
}
const card = async (id: string) => (await admin.get(`/api/contacts/${id}`)).body as ContactWire
const edit = async (id: string, change: Record<string, unknown>) => {
  const { version } = await card(id)
  const { status, body } = await admin.send('PATCH', `/api/contacts/${id}`, { version, change })
  expect({ status, body }).toMatchObject({ status: 200 })
}
const addPoint = (id: string, kind: string, value: string) =>
  admin.post(`/api/contacts/${id}/points`, { kind, value })
const removePoint = (id: string, kind: string, value: string) =>
  admin.post(`/api/contacts/${id}/points/remove`, { kind, value })
const suggested = async (id: string) =>
  (await admin.get(`/api/contacts/${id}/suggestions`)).body.items as Likeness[]
const search = async (text: string) =>
  ((await admin.get(`/api/contacts?text=${encodeURIComponent(text)}`)).body.items as ContactWire[]).map(
    ({ id }) => id
  )
const merge = (id: string, otherId: string, choices?: Record<string, unknown>) =>
  admin.post(`/api/contacts/${id}/merge`, { otherId, ...(choices && { choices }) })
const unmerge = (id: string, mergeId: string) => admin.post(`/api/contacts/${id}/merges/${mergeId}/undo`)
const merges = async (id: string) => (await admin.get(`/api/contacts/${id}/merges`)).body.items as MergeWire[]
const stored = async (id: string) => (await Contact.findById(id).lean()) as unknown as ContactDoc
const workOf = async (id: string) => {
  const contactId = new Types.ObjectId(id)
  const ids = (docs: { _id: Types.ObjectId }[]) => docs.map(({ _id }) => String(_id)).toSorted()
  return {
    conversations: ids(await Conversation.find({ contactId }, { _id: 1 }).lean()),
    interactions: ids(await Interaction.find({ contactId }, { _id: 1 }).lean())
  }
}
/** All that a contact is, as an un-merge has to give it back. */
const wholeOf = async (id: string) => {
  const { name, company, locale, notes, attributes, preferredIds, forbiddenIds, doNotCall, points, marks } =
    await stored(id)
  return {
    ...{ name, company, locale, notes, attributes, preferredIds, forbiddenIds, doNotCall },
    ...{ points, marks: marks?.toSorted() },
    ...(await workOf(id))
  }
}

describe('a point', () => {
  it('is found by whatever form of it is typed', async () => {
    const brazilian = await writer('Aïcha Brazil')
    expect((await addPoint(brazilian.id, 'whatsapp', '+55 11 8765-4321')).body.points).toContainEqual({
      kind: 'whatsapp',
      value: '5511987654321',
      verified: false
    })
    for (const text of ['+55 11 98765-4321', '00551187654321', '55 11 8765 4321', '(11) 98765-4321'])
      expect(await search(text), text).toEqual([brazilian.id])
    const french = await writer('Aïcha France')
    expect((await addPoint(french.id, 'phone', '00 33 6 98 76 54 32')).body.points).toContainEqual({
      kind: 'phone',
      value: '+33698765432',
      verified: false
    })
    for (const text of ['06 98 76 54 32', '+33698765432', '0033 (0)6 98 76 54 32', '33 698 765 432'])
      expect(await search(text), text).toEqual([french.id])
    expect(await search(french.address.toUpperCase())).toEqual([french.id])
    expect(String((await ensureContactAt('phone', '+33 6 98 76 54 32', 'voice'))._id)).toBe(french.id)
    await removePoint(brazilian.id, 'whatsapp', '5511987654321')
    await removePoint(french.id, 'phone', '+33698765432')
  })

  it('belongs to one contact: who has it is named, and it is free again once it is removed', async () => {
    const [one, other] = [await writer(), await writer()]
    expect((await addPoint(one.id, 'phone', 'no number')).status).toBe(400)
    expect((await addPoint(one.id, 'phone', '+223 76 54 32 10')).status).toBe(200)
    const refused = await addPoint(other.id, 'phone', '00223 7654 3210')
    expect(refused.status).toBe(409)
    expect(refused.body).toMatchObject({ error: 'already-exists', detail: one.id })
    expect((await addPoint(other.id, 'email', one.address.toUpperCase())).body.detail).toBe(one.id)
    const both = await Promise.all([one, other].map(({ id }) => addPoint(id, 'email', 'once@sahel.example')))
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409])
    expect((await removePoint(one.id, 'phone', '+22376543210')).status).toBe(200)
    expect((await removePoint(one.id, 'phone', '+22376543210')).status).toBe(404)
    expect((await addPoint(other.id, 'phone', '+223 76543210')).status).toBe(200)
    await house.hub.relay.settle()
    const actions = (await AuditEntry.find({ subjectId: one.id }).lean()).map(({ action }) => action)
    expect(actions).toEqual(expect.arrayContaining(['contact.addPoint', 'contact.removePoint']))
  })

  it('keeps its old card until an upgrade gives it its key', async () => {
    const { id } = await writer('Old Argentina')
    const point = { kind: 'phone', value: '+541143218765', verified: true, key: 'phone:+541143218765' }
    await Contact.collection.updateOne({ _id: new Types.ObjectId(id) }, {
      $push: { points: point },
      $unset: { marks: '' }
    } as never)
    await upgradeContacts()
    expect(await search('+54 9 11 4321 8765')).toEqual([id])
    expect((await stored(id)).marks).toContain('number:5491143218765')
    await removePoint(id, 'phone', '+541143218765')
  })
})

describe('a suggestion', () => {
  it('says why and how sure, for each likeness', async () => {
    const one = await writer('Fatou Ndiaye')
    const [byNumber, byClaim, byName] = [
      await writer('A B'),
      await writer('C D'),
      await writer('NDIAYÉ fatou')
    ]
    await addPoint(one.id, 'phone', '+221 77 123 45 67')
    await addPoint(byNumber.id, 'whatsapp', '+221 77 123 45 67')
    await edit(byClaim.id, { attributes: { email: one.address.toUpperCase() } })
    await edit(one.id, { company: 'Téranga  Bank' })
    await edit(byName.id, { company: 'teranga bank' })
    const seen = (await suggested(one.id)).map(({ contact, reasons, confidence }) => ({
      id: contact.id,
      codes: reasons.map(({ code }) => code),
      confidence
    }))
    expect(seen).toHaveLength(3)
    expect(seen).toEqual(
      expect.arrayContaining([
        { id: byNumber.id, codes: ['same-number'], confidence: 'likely' },
        { id: byClaim.id, codes: ['claimed-email'], confidence: 'likely' },
        { id: byName.id, codes: ['same-name-company'], confidence: 'possible' }
      ])
    )
    await edit(byNumber.id, { name: 'Ndiaye Fatou' })
    expect((await suggested(one.id))[0]).toMatchObject({
      contact: { id: byNumber.id },
      confidence: 'certain'
    })
    expect((await suggested(byNumber.id))[0]?.contact.id).toBe(one.id)
  })

  it('tells a site’s own id at two accounts', async () => {
    const made = await Promise.all(
      ['1', '2'].map((n) => ensureContactAt('visitor', `user:${n.repeat(24)}:customer-4711`, 'chat'))
    )
    const [one, other] = made.map(({ _id }) => String(_id))
    expect(await suggested(one ?? '')).toMatchObject([
      { contact: { id: other }, reasons: [{ code: 'same-site-id', value: 'customer-4711' }] }
    ])
  })

  it('is dismissed for good, also when one of them is merged with somebody', async () => {
    const [one, other, third] = [await writer('P Q'), await writer('R S'), await writer('T U')]
    await edit(one.id, { attributes: { email: other.address } })
    expect((await suggested(one.id)).map(({ contact }) => contact.id)).toEqual([other.id])
    expect((await admin.post(`/api/contacts/${one.id}/distinct`, { otherId: other.id })).status).toBe(200)
    expect(await suggested(one.id)).toEqual([])
    expect(await suggested(other.id)).toEqual([])
    expect((await merge(third.id, other.id)).status).toBe(200)
    expect(await suggested(one.id)).toEqual([])
    expect(await suggested(third.id)).toEqual([])
  })

  it('comes from an index, never from a scan', async () => {
    const { id } = await writer('Index Only')
    const plan = JSON.stringify(
      await Contact.find(alikeFilter(await stored(id)))
        .limit(50)
        .explain('queryPlanner')
    )
    expect(plan).toContain('marks_1')
    expect(plan).not.toContain('COLLSCAN')
  })
})

describe('a merge', () => {
  it('loses nothing, and its undoing gives all back but what came later', async () => {
    const [one, other] = [await writer('Kadi Traoré'), await writer('K. Traore')]
    await awa.listen()
    await awa.atDesk()
    const visitor = await new Visitor(house.url, chatId).connect()
    visitors.push(visitor)
    await visitor.say('merge me while you talk with me')
    const talk = await awa.accept(await awa.offer('merge me while'))
    const talkerId = talk.contactId
    const [agent] = (await admin.get('/api/agents')).body.items as { id: string }[]
    const agentId = agent?.id ?? ''
    await edit(one.id, {
      company: 'Niger SA',
      notes: 'rings at night',
      attributes: { tier: 'gold', city: 'Gao' }
    })
    await edit(one.id, { preferredIds: [agentId] })
    await edit(talkerId, {
      name: 'Kadidia',
      notes: 'likes tea',
      doNotCall: true,
      forbiddenIds: [agentId],
      attributes: { tier: 'silver', since: '2019' }
    })
    const before = [await wholeOf(one.id), await wholeOf(talkerId)] as const

    const { status, body } = await merge(one.id, talkerId, { attributes: { tier: 'theirs' }, name: 'theirs' })
    expect(status).toBe(200)
    const merged = body.contact as ContactWire
    expect(merged).toMatchObject({
      id: one.id,
      name: 'Kadidia',
      company: 'Niger SA',
      notes: 'rings at night\n\nlikes tea',
      attributes: { tier: 'silver', city: 'Gao', since: '2019' },
      doNotCall: true,
      preferredIds: [],
      forbiddenIds: [agentId]
    })
    expect(merged.points.map(({ kind }) => kind)).toEqual(['email', 'visitor'])
    const work = await workOf(one.id)
    expect(work.interactions).toEqual([...before[0].interactions, ...before[1].interactions].toSorted())
    expect(await workOf(talkerId)).toEqual({ conversations: [], interactions: [] })
    expect((await card(talkerId)).id).toBe(one.id)
    await eventually('the agent’s screen', () =>
      awa.heard.find(
        ({ name, payload }) =>
          name === 'interaction.changed' &&
          payload.interaction.id === talk.id &&
          payload.interaction.contactId === one.id &&
          payload.interaction.contactName === 'Kadidia'
      )
    )
    expect((await awa.get(`/api/interactions/${talk.id}`)).body.contact.id).toBe(one.id)
    expect(await merges(one.id)).toMatchObject([
      { id: body.mergeId, contactId: talkerId, name: 'Kadidia', state: 'merged', conversations: 1 }
    ])
    expect((await merge(other.id, talkerId)).body.error).toBe('wrong-state')
    expect((await admin.send('PATCH', `/api/contacts/${talkerId}`, { version: 1, change: {} })).status).toBe(
      409
    )

    // What comes later: words in the open chat, a new mail at the point of each, a card that was edited.
    await visitor.say('still the same chat')
    await mail(one.address, 'a later mail', 'Kadi Traoré')
    await edit(one.id, { attributes: { ...merged.attributes, city: 'Mopti' } })

    const back = await unmerge(one.id, body.mergeId as string)
    expect(back.status).toBe(200)
    expect(back.body).toMatchObject({
      contact: { id: one.id, name: 'Kadi Traoré' },
      parted: { id: talkerId }
    })
    const after = [await wholeOf(one.id), await wholeOf(talkerId)] as const
    expect(after[1]).toEqual(before[1])
    expect({ ...after[0], conversations: [], interactions: [] }).toEqual({
      ...before[0],
      attributes: { tier: 'gold', city: 'Mopti' },
      conversations: [],
      interactions: []
    })
    expect(after[0].interactions).toEqual(expect.arrayContaining(before[0].interactions))
    expect(after[0].interactions).toHaveLength(before[0].interactions.length + 1)
    await eventually('the agent’s screen again', () =>
      awa.heard.findLast(
        ({ name, payload }) =>
          name === 'interaction.changed' &&
          payload.interaction.id === talk.id &&
          payload.interaction.contactId === talkerId
      )
    )
    expect((await unmerge(one.id, body.mergeId as string)).body.error).toBe('wrong-state')
    await house.hub.relay.settle()
    for (const id of [one.id, talkerId]) {
      const actions = (await AuditEntry.find({ subjectId: id }).lean()).map(({ action }) => action)
      expect(actions).toEqual(expect.arrayContaining(['contact.merge', 'contact.unmerge']))
    }
    await awa.close(talk.id)
    awa.leave()
  })

  it('gives what has begun since to whose point it came through', async () => {
    const [one, other] = [await writer('Stays'), await writer('Goes')]
    const { body } = await merge(one.id, other.id)
    await mail(other.address, 'begun since at theirs')
    await mail(one.address, 'begun since at mine')
    const of = async (preview: string) => {
      const doc = (await Interaction.findOne({ subject: preview }).lean()) as InteractionDoc | null
      const conversation = await Conversation.findById(doc?.conversationId).lean()
      return [String(doc?.contactId), String(conversation?.contactId)]
    }
    expect(await of('begun since at theirs')).toEqual([one.id, one.id])
    await unmerge(one.id, body.mergeId as string)
    expect(await of('begun since at theirs')).toEqual([other.id, other.id])
    expect(await of('begun since at mine')).toEqual([one.id, one.id])
  })

  it('is finished by the sweep from wherever it stopped, and so is its undoing', async () => {
    for (let done = 0; done <= mergeSteps.length; done++) {
      const [one, other] = [await writer('Sweep One'), await writer('Sweep Two')]
      await edit(one.id, { attributes: { a: '1' } })
      await edit(other.id, { attributes: { a: '2', b: '2' }, notes: 'theirs', doNotCall: true })
      const before = [await wholeOf(one.id), await wholeOf(other.id)]
      const record = await beginMerge(systemActor, one.id, other.id, {})
      for (const step of mergeSteps.slice(0, done)) await step(house.hub, record)
      const late = () => new Date(Date.now() + 60_000)
      await eventually('the merge', async () => {
        await finishMerges(house.hub, late())
        const now = (await ContactMerge.findById(record._id).lean()) as MergeDoc | null
        return now?.state === 'merged' && now.dueAt === null
      })
      expect(await card(one.id)).toMatchObject({
        attributes: { a: '1', b: '2' },
        notes: 'theirs',
        doNotCall: true,
        points: [{ value: one.address }, { value: other.address }]
      })
      expect((await workOf(one.id)).interactions).toHaveLength(2)
      for (const id of [one.id, other.id]) expect((await stored(id)).merging).toBeNull()

      const parting = await beginParting(systemActor, one.id, record._id.toHexString())
      for (const step of partSteps.slice(0, done)) await step(house.hub, parting)
      await eventually('the parting', async () => {
        await finishMerges(house.hub, late())
        const now = (await ContactMerge.findById(record._id).lean()) as MergeDoc | null
        return now?.state === 'parted' && now.dueAt === null
      })
      expect([await wholeOf(one.id), await wholeOf(other.id)]).toEqual(before)
      for (const id of [one.id, other.id]) expect((await stored(id)).merging).toBeNull()
    }
  }, 60_000)

  it('that was only written down is forgotten when another has one of them', async () => {
    const [one, other, third] = [await writer(), await writer(), await writer()]
    const running = await beginMerge(systemActor, one.id, other.id, {})
    expect((await merge(other.id, third.id)).body.error).toBe('changed-meanwhile')
    expect((await merge(third.id, one.id)).body.error).toBe('changed-meanwhile')
    expect(await ContactMerge.countDocuments({ targetId: new Types.ObjectId(third.id) })).toBe(0)
    for (const step of mergeSteps) await step(house.hub, running)
    expect((await stored(third.id)).merging).toBeNull()
    expect((await merge(third.id, one.id)).status).toBe(200)
  })

  it('of the same two at once happens once, whichever way round', async () => {
    const [one, other] = [await writer(), await writer()]
    const answers = await Promise.all([
      merge(one.id, other.id),
      merge(other.id, one.id),
      merge(one.id, other.id)
    ])
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1)
    // Whoever met another may try again: nothing is left locked.
    if (!answers.some(({ status }) => status === 200))
      expect((await merge(one.id, other.id)).status).toBe(200)
    const docs = [await stored(one.id), await stored(other.id)]
    expect(docs.filter(({ mergedInto }) => mergedInto !== null)).toHaveLength(1)
    expect(docs.map(({ merging }) => merging)).toEqual([null, null])
  })

  it('in a chain leads to the last, and is taken back from the end', async () => {
    const [a, b, c] = [await writer('Chain A'), await writer('Chain B'), await writer('Chain C')]
    const before = [await wholeOf(a.id), await wholeOf(b.id), await wholeOf(c.id)]
    const first = (await merge(b.id, a.id)).body.mergeId as string
    const second = (await merge(c.id, b.id)).body.mergeId as string
    expect((await card(a.id)).id).toBe(c.id)
    expect((await card(c.id)).points.map(({ value }) => value)).toEqual([c.address, b.address, a.address])
    expect((await workOf(c.id)).interactions).toHaveLength(3)
    expect((await unmerge(b.id, first)).body.error).toBe('wrong-state')
    expect((await unmerge(c.id, second)).status).toBe(200)
    expect((await card(a.id)).id).toBe(b.id)
    expect(await wholeOf(c.id)).toEqual(before[2])
    expect((await unmerge(b.id, first)).status).toBe(200)
    expect([await wholeOf(a.id), await wholeOf(b.id)]).toEqual(before.slice(0, 2))
  })

  it('makes no second contact of what arrives in its middle', async () => {
    const [one, other] = [await writer('Busy One'), await writer('Busy Two')]
    const letters = 12
    const arrive = async () => {
      for (let n = 0; n < letters; n++) await mail(other.address, `busy ${String(n)} ${other.id}`)
    }
    const [, answer] = await Promise.all([arrive(), merge(one.id, other.id)])
    expect(answer.status).toBe(200)
    await finishMerges(house.hub, new Date(Date.now() + 60_000))
    expect(await Contact.countDocuments({ 'points.value': other.address, mergedInto: null })).toBe(1)
    expect((await workOf(other.id)).interactions).toEqual([])
    expect((await workOf(one.id)).interactions).toHaveLength(2 + letters)
    const [, back] = await Promise.all([arrive(), unmerge(one.id, answer.body.mergeId as string)])
    expect(back.status).toBe(200)
    await finishMerges(house.hub, new Date(Date.now() + 60_000))
    expect((await workOf(one.id)).interactions).toHaveLength(1)
    expect((await workOf(other.id)).interactions).toHaveLength(1 + 2 * letters)
  })

  it('does not keep a removed point for whoever brought it', async () => {
    const [one, other] = [await writer(), await writer()]
    const { body } = await merge(one.id, other.id)
    expect((await removePoint(one.id, 'email', other.address)).status).toBe(200)
    expect((await card(one.id)).points.map(({ value }) => value)).toEqual([one.address])
    const third = await writer()
    expect((await addPoint(third.id, 'email', other.address)).status).toBe(200)
    expect((await unmerge(one.id, body.mergeId as string)).body.parted.points).toEqual([])
  })

  it('is not for those who may only read', async () => {
    const { id } = await writer()
    expect((await awa.get(`/api/contacts/${id}/suggestions`)).status).toBe(200)
    const stranger = await fetch(`${house.url}/api/contacts/${id}/merges`)
    expect(stranger.status).toBe(401)
  })
})

describe('a profile', () => {
  const mailChannel = () => channelNamed('email') as Channel & { profile?: Channel['profile'] }
  const asked: string[] = []
  let answer: () => Promise<Profile | null>
  beforeAll(() => {
    mailChannel().profile = (address) => {
      asked.push(address)
      return answer()
    }
  })
  afterAll(() => {
    delete mailChannel().profile
  })
  const picture = (colour: string) =>
    sharp({ create: { width: 400, height: 300, channels: 3, background: colour } })
      .withExif({ IFD0: { Copyright: 'somebody’s camera' } })
      .jpeg()
      .toBuffer()

  it('gives a nameless contact a name and a small picture, once', async () => {
    const content = await picture('#884422')
    answer = async () => ({ name: 'Hawa Keïta', picture: { name: 'p.jpg', type: 'image/jpeg', content } })
    const address = freshAddress()
    await mail(address, 'who am I')
    const { _id } = await eventually('the profile', async () => {
      const doc = await storedAt(address)
      return doc.profile?.fetchedAt && doc
    })
    const shown = await card(String(_id))
    expect(shown).toMatchObject({ name: 'Hawa Keïta', pictureId: expect.any(String) as string })
    await eventually('the name in lists', () => Interaction.findOne({ contactName: 'Hawa Keïta' }).lean())
    const response = await fetch(`${house.url}/api/contacts/${String(_id)}/picture`, {
      headers: admin.headers
    })
    expect(response.headers.get('content-type')).toBe('image/webp')
    expect(response.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
    expect(response.headers.get('cache-control')).toMatch(/^private/)
    const bytes = Buffer.from(await response.arrayBuffer())
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width: 128, height: 128 })
    expect(bytes.toString('latin1')).not.toContain('camera')
    const again = await fetch(response.url, {
      headers: { ...admin.headers, 'if-none-match': response.headers.get('etag') ?? '' }
    })
    expect(again.status).toBe(304)
    await mail(address, 'again')
    expect(asked.filter((one) => one === address)).toHaveLength(1)
    expect((await fetch(response.url)).status).toBe(401)
  })

  it('is asked for again after thirty days, and never takes a name that somebody has', async () => {
    answer = async () => ({ name: 'Another Name' })
    const address = freshAddress()
    await mail(address, 'named', 'My Own Name')
    const first = await eventually('the first look', async () => {
      const doc = await storedAt(address)
      return doc.profile?.fetchedAt && doc
    })
    expect(first.name).toBe('My Own Name')
    const long = new Date(Date.now() - 31 * 86_400_000)
    await Contact.updateOne({ _id: first._id }, { $set: { 'profile.fetchedAt': long } })
    await mail(address, 'after a month')
    await eventually('the second look', async () => {
      const { profile } = await storedAt(address)
      return profile?.fetchedAt && profile.fetchedAt > long
    })
    expect(asked.filter((one) => one === address)).toHaveLength(2)
    const none = await fetch(`${house.url}/api/contacts/${String(first._id)}/picture`, {
      headers: admin.headers
    })
    expect(none.status).toBe(204)
  })

  it('that fails is quiet, unless our credentials are wrong', async () => {
    const healthOf = async () => (await ChannelAccountModel.findById(mailId).lean())?.health.state
    const state = await healthOf()
    answer = () => Promise.reject(new ChannelError('unreachable', 'no answer'))
    const address = freshAddress()
    await mail(address, 'unreachable')
    await eventually('another attempt', async () => {
      const { profile, profileAt } = await storedAt(address)
      return (
        profile?.attempts === 1 && profileAt && +profileAt > Date.now() + 30_000 && asked.includes(address)
      )
    })
    expect(await healthOf()).toBe(state)
    answer = () => Promise.reject(new ChannelError('refused', 'not for you'))
    const closed = freshAddress()
    await mail(closed, 'refused')
    await eventually('the end', async () => (await storedAt(closed)).profile?.fetchedAt)
    answer = () => Promise.reject(new ChannelError('unauthorized', 'the token has ended'))
    await mail(freshAddress(), 'unauthorized')
    await eventually('red', async () => (await healthOf()) === 'refused')
  })
})

it('shows an agent no more of a merged contact than of others', async () => {
  const [one, other] = [await writer('Scope One'), await writer('Scope Two')]
  await recordNamed(admin, '/api/queues', 'Customer care')
  await merge(one.id, other.id)
  const seen = ((await awa.get(`/api/contacts/${one.id}/history`)).body as { items: { id: string }[] }).items
  const all = ((await admin.get(`/api/contacts/${one.id}/history`)).body as { items: { id: string }[] }).items
  expect(all).toHaveLength(2)
  for (const { id } of seen) expect((await awa.get(`/api/interactions/${id}`)).status).toBe(200)
  for (const { id } of all.filter((item) => !seen.some((same) => same.id === item.id)))
    expect((await awa.get(`/api/interactions/${id}`)).status).toBe(404)
})

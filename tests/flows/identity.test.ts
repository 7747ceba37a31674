import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signClaim } from '@palabre/channels/chat/identify'
import { receive } from '@palabre/hub/conversations/receive'
import { Contact } from '@palabre/hub/contacts/contact.model'
import { Person, Visitor, openHouse, type House } from './house.ts'

const secret = 'a-secret-that-only-the-site-knows-0123'
let house: House
let admin: Person
let chatId = ''
let mailId = ''

beforeAll(async () => {
  house = await openHouse()
  admin = await Person.signIn(house.url, 'admin')
  const { items } = (await admin.get('/api/accounts')).body
  const chat = items.find(({ channel }: { channel: string }) => channel === 'chat')
  chatId = chat.id
  mailId = items.find(({ channel }: { channel: string }) => channel === 'email').id
  const saved = await admin.send('PATCH', `/api/accounts/${chatId}`, {
    version: chat.version,
    change: { settings: { identitySecret: secret } }
  })
  expect(saved.body.settings.identitySecret).toBe('•••')
})
afterAll(() => house.stop())

const claim = (id: string, email: string) => ({
  id,
  email,
  name: 'Signed Person',
  issuedAt: Math.floor(Date.now() / 1000)
})

describe('a visitor whom the site vouches for', () => {
  it('is the contact who wrote from that address before', async () => {
    await receive(house.hub, mailId, {
      kind: 'message',
      address: 'known@example.org',
      name: 'Known Customer',
      externalId: '<known-1@example.org>',
      subject: 'Hello',
      text: 'Hello by mail'
    })
    const mine = claim('customer-7', 'known@example.org')
    const visitor = new Visitor(house.url, chatId)
    const opened = await visitor.open({ identity: { ...mine, signature: signClaim(secret, chatId, mine) } })
    expect(opened.state).toMatchObject({ name: 'Signed Person', email: 'known@example.org' })
    await visitor.connect()
    await visitor.say('hello by chat')
    const contacts = await Contact.find({ 'points.value': 'known@example.org' }).lean()
    expect(contacts).toHaveLength(1)
    expect(contacts[0]?.points.map(({ kind }) => kind).sort()).toEqual(['email', 'visitor'])
    visitor.leave()
  })

  it('is refused with a signature of somebody else', async () => {
    const mine = claim('customer-8', 'known@example.org')
    const signature = signClaim('another-secret-that-nobody-gave-them', chatId, mine)
    const opened = await new Visitor(house.url, chatId).open({ identity: { ...mine, signature } })
    expect(opened.error).toBe('visitor-rejected')
  })

  it('keeps an address that is only claimed as a claim', async () => {
    const visitor = await new Visitor(house.url, chatId).connect()
    await visitor.say('I say I am known', 'claimed-0001', {
      form: { name: 'Anyone', email: 'known@example.org' }
    })
    const contacts = await Contact.find({ 'points.value': 'known@example.org' }).lean()
    expect(contacts).toHaveLength(1)
    expect(await Contact.findOne({ name: 'Anyone' }).lean()).toMatchObject({
      attributes: { email: 'known@example.org' }
    })
    visitor.leave()
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Person, Visitor, chatAccount, clientId, eventually, openHouse, type House } from './house.ts'

let house: House
let accountId: string
let awa: Person

beforeAll(async () => {
  house = await openHouse()
  accountId = await chatAccount(house.url)
  awa = await Person.signIn(house.url, 'awa')
  await awa.listen()
  await awa.ready()
})
afterAll(async () => {
  awa.leave()
  await house.stop()
})

describe('a chat', () => {
  it('is offered, answered both ways, closed with a disposition, and rated', async () => {
    const visitor = await new Visitor(house.url, accountId).connect()
    await visitor.say('My card is lost', clientId(), {
      form: { name: 'Visitor One', email: 'one@example.org' }
    })
    const offer = await awa.offer('card is lost')
    expect(offer.contactName).toBe('Visitor One')
    expect(offer.offer?.reasons.map(({ code }) => code)).toContain('skill')
    await awa.accept(offer)
    await visitor.saw('state', ({ state }) => state.phase === 'active' && state.agentName === 'Awa')

    const sent = await awa.post(`/api/interactions/${offer.id}/messages`, {
      clientId: clientId(),
      text: 'I block it'
    })
    expect(sent.body).toMatchObject({ state: 'sent', kind: 'out' })
    const { message } = await visitor.saw('message', (frame) => frame.message.text === 'I block it')
    visitor.write({ type: 'seen', messageId: message.id, read: true })
    await eventually('read', () =>
      awa.heard.find((event) => event.name === 'message.changed' && event.payload.message.state === 'read')
    )

    visitor.write({ type: 'typing', on: true })
    await eventually('typing', () =>
      awa.heard.find((event) => event.name === 'typing.changed' && event.payload.on)
    )

    const dispositions = (await awa.get('/api/dispositions')).body.items as {
      id: string
      noteRequired: boolean
    }[]
    const closed = await awa.post(`/api/interactions/${offer.id}/close`, {
      dispositionId: dispositions.find((one) => !one.noteRequired)?.id
    })
    expect(closed.body.state).toBe('closed')
    await visitor.saw('state', ({ state }) => state.phase === 'ended')
    visitor.write({ type: 'rate', score: 4, comment: 'thanks' })
    await eventually('rating', async () => {
      const { body } = await awa.get(`/api/interactions/${offer.id}`)
      return body.interaction.rating?.score === 4
    })
    visitor.leave()
  })

  it('takes a repeated message once', async () => {
    const visitor = await new Visitor(house.url, accountId).connect()
    const id = clientId()
    const first = await visitor.say('Once only', id)
    const again = await visitor.say('Once only', id)
    expect(first.type === 'said' && again.type === 'said' && first.message.id === again.message.id).toBe(true)
    const offer = await awa.accept(await awa.offer('Once only'))
    const { body } = await awa.get(`/api/conversations/${offer.conversationId}/messages`)
    expect(body.items.filter((one: { text: string }) => one.text === 'Once only')).toHaveLength(1)
    await awa.close(offer.id)
    visitor.leave()
  })

  it('keeps its place and messages over a reload', async () => {
    const visitor = await new Visitor(house.url, accountId).connect()
    await visitor.say('I will come back')
    visitor.leave()
    const back = new Visitor(house.url, accountId)
    back.token = visitor.token
    const answer = await back.open()
    expect(answer.state.phase).toBe('queued')
    expect(answer.messages.map((one: { text: string }) => one.text)).toEqual(['I will come back'])
    const offer = await awa.accept(await awa.offer('come back'))
    await awa.close(offer.id)
  })

  it('keeps the order of messages sent all at once', async () => {
    const visitor = await new Visitor(house.url, accountId).connect()
    await visitor.say('first of many')
    const offer = await awa.accept(await awa.offer('first of many'))
    const texts = Array.from({ length: 15 }, (_, i) => `line ${String(i)}`)
    await Promise.all(texts.map((text) => visitor.say(text)))
    const { body } = await awa.get(`/api/conversations/${offer.conversationId}/messages`)
    expect(body.items.map((one: { text: string }) => one.text)).toEqual(['first of many', ...texts])
    await awa.close(offer.id)
    visitor.leave()
  })

  it('shares files both ways and with nobody else', async () => {
    const visitor = await new Visitor(house.url, accountId).connect()
    const form = new FormData()
    form.append('file', new Blob(['proof']), '../../etc/pass\u202ewd.txt')
    const upload = await fetch(`${house.url}/api/visitor/${accountId}/attachments`, {
      method: 'POST',
      headers: { authorization: `Bearer ${visitor.token}`, origin: house.url },
      body: form
    })
    const file = (await upload.json()) as { id: string; name: string; url: string }
    expect(file.name).toBe('passwd.txt')
    await visitor.say('see file', clientId(), { attachmentIds: [file.id] })
    const offer = await awa.accept(await awa.offer('see file'))
    const seen = await awa.get(`/api/attachments/${file.id}`)
    expect(seen.status).toBe(200)
    expect(seen.body).toBe('proof')
    expect(seen.headers.get('content-disposition')).toMatch(/^attachment/)

    const stranger = new Visitor(house.url, accountId)
    await stranger.open()
    const stolen = await fetch(house.url + file.url, {
      headers: { authorization: `Bearer ${stranger.token}` }
    })
    expect(stolen.status).toBe(404)
    await awa.close(offer.id)
    visitor.leave()
  })

  it('takes nobody for somebody else: forged tokens and identities are refused', async () => {
    const visitor = new Visitor(house.url, accountId)
    await visitor.open()
    const [body = '', signature = ''] = visitor.token.split('.')
    const other = Buffer.from(body, 'base64url')
      .toString()
      .replace(/anonymous:[0-9a-f-]+/, 'user:42')
    const forged = new Visitor(house.url, accountId)
    forged.token = `${Buffer.from(other).toString('base64url')}.${signature}`
    await expect(forged.connect()).rejects.toThrow()
    expect(forged.frames).toContainEqual(
      expect.objectContaining({ type: 'refused', error: 'visitor-rejected' })
    )
    const claimed = await new Visitor(house.url, accountId).open({
      identity: { id: '42', issuedAt: Math.floor(Date.now() / 1000), signature: 'x'.repeat(64) }
    })
    expect(claimed.error).toBe('visitor-rejected')
  })

  it('is not to be had from a foreign page, or from none', async () => {
    const url = `${house.url}/api/visitor/${accountId}/open`
    const ask = (origin?: string) =>
      fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(origin && { origin }) },
        body: '{}'
      })
    expect((await ask('https://evil.example')).status).toBe(403)
    expect((await ask()).status).toBe(403)
    expect((await ask(house.url)).status).toBe(200)
  })
})

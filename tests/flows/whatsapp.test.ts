import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Message } from '@palabre/hub/messages/message.model'
import { says } from '../simulators/graph/customer.ts'
import { clientId, eventually, type Answer } from './house.ts'
import { openDesk, stranger, type Desk } from './whatsapp-desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
}, 60_000)
afterEach(() => desk.clear())
afterAll(() => desk.stop(), 60_000)

describe('a customer on WhatsApp', () => {
  it('is offered to who has the skill, answered, and the answer walks to read', async () => {
    const from = stranger()
    await desk.graph.write(desk.number, from, says('May I borrow for a roof?'), { name: 'Aïssatou' })
    const offered = await desk.boris.offer('borrow for a roof')
    expect(offered).toMatchObject({ channel: 'whatsapp', medium: 'messaging', contactName: 'Aïssatou' })
    expect((await desk.awa.get('/api/inbox')).body.items).toEqual([])
    const work = await desk.boris.accept(offered)
    const { body: contact } = await desk.boris.get(`/api/contacts/${work.contactId}`)
    expect(contact.points).toEqual([{ kind: 'whatsapp', value: from, verified: true }])

    const sent = await desk.answer(work, 'Of how much?')
    const message = await desk.handedOver('Of how much?')
    expect(message).toMatchObject({ to: from, type: 'text' })
    await desk.untilState(work, sent.id, 'sent')
    for (const state of ['delivered', 'read']) {
      expect((await desk.graph.tell(desk.number, message, state)).status).toBe(200)
      await desk.untilState(work, sent.id, state)
    }
    await desk.graph.tell(desk.number, message, 'delivered')
    expect((await desk.messageOf(work, sent.id))?.state).toBe('read')
    expect(await desk.healthOf()).toMatchObject({ state: 'up' })
    await desk.boris.close(work.id)
  })

  it('reads our answers in the order in which they were written, however slow one of them is', async () => {
    const { graph } = desk
    const work = await desk.matter('May I ask two things?')
    graph.answer({ kind: 'slow', ms: 1200, times: 1 }, '/messages')
    for (const text of ['The first answer', 'The second answer', 'The third answer'])
      await desk.answer(work, text)
    await desk.handedOver('The third answer')
    const texts = graph.messages.map(({ body }) => (body['text'] as { body?: string } | undefined)?.body)
    expect(texts.filter((text) => text?.endsWith(' answer'))).toEqual([
      'The first answer',
      'The second answer',
      'The third answer'
    ])
  })

  it('is one person, however WhatsApp names their number', async () => {
    const work = await desk.matter('from Brazil', '551187654321')
    await desk.graph.write(desk.number, '5511987654321', says('and again from Brazil'))
    await eventually('both', async () => (await desk.messagesOf(work)).length === 2)
    await desk.answer(work, 'Olá')
    expect((await desk.handedOver('Olá')).to).toBe('5511987654321')
    await desk.boris.close(work.id)
  })

  it('sends a picture, and gets a file', async () => {
    const from = stranger()
    const work = await desk.matter('see the roof', from)
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64'
    )
    const id = desk.graph.files.keep(png, 'image/png')
    await desk.graph.write(desk.number, from, {
      type: 'image',
      image: { id, mime_type: 'image/png', caption: 'the roof' }
    })
    const shown = await eventually('the picture', async () =>
      (await desk.messagesOf(work)).find(({ attachments }) => attachments.length > 0)
    )
    expect(shown).toMatchObject({ text: 'the roof', attachments: [{ name: 'image.png', type: 'image/png' }] })
    expect(shown.awaited).toBeUndefined()
    const fetched = await fetch(desk.house.url + (shown.attachments[0]?.url ?? ''), {
      headers: desk.boris.headers
    })
    expect(Buffer.from(await fetched.arrayBuffer()).equals(png)).toBe(true)

    const form = new FormData()
    form.append('file', new Blob(['sign here']), 'contract.txt')
    const file = (await desk.boris.send('POST', `/api/interactions/${work.id}/attachments`, form)).body
    await desk.answer(work, 'Please sign', { attachmentIds: [file.id] })
    const sent = await desk.graph.waitFor(({ to, type }) => to === from && type === 'document')
    const document = sent.body['document'] as { id: string }
    expect(document).toMatchObject({ filename: 'contract.txt', caption: 'Please sign' })
    expect(desk.graph.files.get(document.id)?.content.toString()).toBe('sign here')
    await desk.boris.close(work.id)
  })

  it('is heard at once while a file of theirs is slow, and told apart from one that cannot be had', async () => {
    const from = stranger()
    desk.graph.answer({ kind: 'down', times: 1 }, '/7')
    const id = desk.graph.files.keep(Buffer.from('OggS voice'), 'audio/ogg')
    await desk.graph.write(desk.number, from, {
      type: 'audio',
      audio: { id, mime_type: 'audio/ogg', voice: true }
    })
    const work = await desk.boris.accept(await desk.boris.offer('voice.ogg'))
    const [first] = await eventually('the trouble', async () => {
      const messages = await desk.messagesOf(work)
      return messages[0]?.failure ? messages : null
    })
    expect(first).toMatchObject({
      attachments: [],
      awaited: [{ name: 'voice.ogg', type: 'audio/ogg' }],
      failure: { reason: expect.stringMatching(/^voice\.ogg: .*503/) as string, temporary: true }
    })
    await Message.updateOne({ _id: first?.id }, { mediaAt: new Date(Date.now() - 1) })
    desk.house.hub.schedule('media.fetch', { messageId: first?.id ?? '' }, { key: clientId() })
    await eventually('the voice', async () => {
      const message = await desk.messageOf(work, first?.id ?? '')
      return message?.attachments.length === 1 && message.failure === null
    })

    await desk.graph.write(desk.number, from, {
      type: 'document',
      document: { id: '404', filename: 'gone.pdf' }
    })
    const gone = await eventually('the loss', async () =>
      (await desk.messagesOf(work)).find(({ failure }) => failure?.reason.startsWith('gone.pdf'))
    )
    expect(gone).toMatchObject({ attachments: [], failure: { temporary: false } })
    expect(gone.awaited).toBeUndefined()
    await desk.boris.close(work.id)
  })

  it('sends what nobody knows, and it is seen with its original', async () => {
    const from = stranger()
    const work = await desk.matter('a kind of its own', from)
    await desk.graph.write(desk.number, from, { type: 'hologram', hologram: {} })
    await eventually('two', async () => (await desk.messagesOf(work)).length === 2)
    const [, unknown] = await desk.messagesOf(work)
    expect(unknown).toMatchObject({ hasRaw: true, text: expect.stringContaining('hologram') as string })
    expect((await desk.boris.get(`/api/messages/${unknown?.id ?? ''}/raw`)).body).toMatchObject({
      type: 'hologram'
    })
    await desk.boris.close(work.id)
  })
})

describe('a state that comes', () => {
  it('sooner than the answer to the request is kept, and nothing is left to be sent', async () => {
    const work = await desk.matter('about haste')
    desk.graph.answer({ kind: 'late', ms: 1500 }, '/messages')
    const sent = await desk.answer(work, 'hasty')
    const message = await desk.handedOver('hasty')
    await desk.graph.tell(desk.number, message, 'read')
    await desk.untilState(work, sent.id, 'read')
    expect((await Message.findById(sent.id).lean())?.externalId).toBeUndefined()
    await eventually('the note', async () => {
      const doc = await Message.findById(sent.id).lean()
      return doc?.sendAt === null && doc.externalId === message.id
    })
    expect((await desk.messageOf(work, sent.id))?.state).toBe('read')
    await desk.boris.close(work.id)
  })

  it('with an error is a failure in plain words, and can be tried again', async () => {
    const work = await desk.matter('about nobody')
    const sent = await desk.answer(work, 'are you there')
    const message = await desk.handedOver('are you there')
    await desk.untilState(work, sent.id, 'sent')
    await desk.graph.tell(desk.number, message, 'failed', [{ code: 131026, title: 'Message undeliverable' }])
    const failed = await desk.untilState(work, sent.id, 'failed')
    expect(failed.failure).toMatchObject({
      reason: expect.stringContaining('cannot be delivered') as string,
      temporary: false
    })
    const before = desk.graph.messages.length
    expect((await desk.boris.post(`/api/messages/${sent.id}/retry`)).status).toBe(200)
    await desk.untilState(work, sent.id, 'sent')
    expect(desk.graph.messages).toHaveLength(before + 1)
    expect((await desk.healthOf()).state).toBe('up')
    await desk.boris.close(work.id)
  })
})

describe('the 24 hours', () => {
  const longAgo = new Date(Date.now() - 25 * 3_600_000)

  it('are over: free words are refused before they leave', async () => {
    const from = stranger()
    await desk.graph.write(desk.number, from, says('I wrote yesterday'), { at: longAgo })
    const work = await desk.boris.accept(await desk.boris.offer('wrote yesterday'))
    const before = desk.graph.messages.length
    const { body } = await desk.boris.post(`/api/interactions/${work.id}/messages`, {
      clientId: clientId(),
      text: 'too late'
    })
    expect(body).toMatchObject({
      error: 'not-deliverable',
      detail: expect.stringMatching(/more than 24 hours.*template/) as string
    })
    await desk.graph.write(desk.number, from, says('I am back'))
    await eventually('both', async () => (await desk.messagesOf(work)).length === 2)
    await desk.answer(work, 'in time again')
    await desk.handedOver('in time again')
    expect(desk.graph.messages).toHaveLength(before + 1)
    await desk.boris.close(work.id)
  })

  it('end before a message that leaves later does', async () => {
    const work = await desk.matter('answer me in two days')
    const later = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()
    const send = (hours: number) =>
      desk.boris.post(`/api/interactions/${work.id}/messages`, {
        clientId: clientId(),
        text: 'later',
        sendAt: later(hours)
      })
    expect((await send(48)).body.error).toBe('not-deliverable')
    const { body } = await send(20)
    expect(body.state).toBe('scheduled')
    await Message.updateMany({ conversationId: work.conversationId, kind: 'in' }, { sentAt: longAgo })
    await desk.tryAgain(body.id)
    const failed = await desk.untilState(work, body.id, 'failed')
    expect(failed.failure?.reason).toMatch(/24 hours.*template/)
    await desk.boris.close(work.id)
  })

  it('are told to administration with the channel', async () => {
    const { body } = await desk.admin.get('/api/channels')
    const kind = (body.items as Answer['body'][]).find(({ name }) => name === 'whatsapp')
    expect(kind).toMatchObject({ testable: true, abilities: { window: { seconds: 86_400 } } })
  })
})

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Interaction } from '@palabre/config/contract/interaction'
import { settleEarly } from '@palabre/hub/messages/about'
import { EarlyReport } from '@palabre/hub/messages/early'
import { Message } from '@palabre/hub/messages/message.model'
import { edits, reacts, revokes, says, taps } from '../simulators/graph/customer.ts'
import { callOf, messageChange, newWamid, post, statusChange } from '../simulators/graph/webhooks.ts'
import { clientId, eventually } from './house.ts'
import { openDesk, stranger, type Desk } from './whatsapp-desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
}, 60_000)
afterEach(() => desk.clear())
afterAll(() => desk.stop(), 60_000)

/** The customer does something now; a second later each time, as Meta counts in seconds. */
let clock = Date.now() - 3_600_000
const now = () => new Date((clock += 1000))
const does = async (from: string, sent: Parameters<Desk['graph']['write']>[2], id = newWamid()) => {
  const { status } = await desk.graph.write(desk.number, from, sent, { id, at: now() })
  expect(status).toBe(200)
  return id
}
const shown = async (work: Interaction, what: string) => {
  const message = (await desk.messagesOf(work)).find(({ text }) => text === what)
  if (!message) throw new Error(`nothing says ${what}`)
  return message
}
/** What came before its message is tried again, as the sweep does a while later. */
const later = () => settleEarly(desk.house.hub, new Date(Date.now() + 10_000))

describe('an emoji', () => {
  it('of the customer stands on the message, the last one only, and is no message', async () => {
    const from = stranger()
    const work = await desk.matter('reactions, please', from)
    await desk.answer(work, 'as you like')
    const ours = await desk.handedOver('as you like')
    await eventually('its id', async () => Message.exists({ externalId: ours.id }))
    const on = async () => (await shown(work, 'as you like')).reactions
    await does(from, reacts(ours.id, '👍'))
    expect(await on()).toEqual([{ by: 'contact', byId: null, emoji: '👍' }])
    await does(from, reacts(ours.id, '❤️'))
    expect(await on()).toEqual([{ by: 'contact', byId: null, emoji: '❤️' }])
    await does(from, reacts(ours.id))
    expect(await on()).toBeUndefined()
    expect(await desk.messagesOf(work)).toHaveLength(2)
    await desk.boris.close(work.id)
  })

  const withEmoji = (from: string, emoji: string) =>
    desk.graph.waitFor(
      ({ to, body }) => to === from && (body['reaction'] as { emoji?: string } | undefined)?.emoji === emoji
    )
  const puts = (who: Desk['boris'], messageId: string, emoji: string) =>
    who.send('PUT', `/api/messages/${messageId}/reaction`, { emoji })

  it('of the agent is put on the customer’s message at Meta, by nobody else', async () => {
    const from = stranger()
    const id = await does(from, says('like this'))
    const work = await desk.boris.accept(await desk.boris.offer('like this'))
    const message = await shown(work, 'like this')
    expect((await puts(desk.awa, message.id, '👎')).status).not.toBe(200)
    expect((await puts(desk.boris, message.id, '🙏')).status).toBe(200)
    expect((await withEmoji(from, '🙏')).body).toMatchObject({
      type: 'reaction',
      reaction: { message_id: id, emoji: '🙏' }
    })
    expect((await shown(work, 'like this')).reactions).toMatchObject([{ by: 'agent', emoji: '🙏' }])
  })

  it('of the agent is taken back', async () => {
    const from = stranger()
    await does(from, says('like that'))
    const work = await desk.boris.accept(await desk.boris.offer('like that'))
    const message = await shown(work, 'like that')
    await puts(desk.boris, message.id, '🙏')
    await withEmoji(from, '🙏')
    await eventually('it to be told', async () => !(await Message.findById(message.id).lean())?.errandAt)
    expect((await puts(desk.boris, message.id, '')).status).toBe(200)
    await withEmoji(from, '')
    expect((await shown(work, 'like that')).reactions).toBeUndefined()
  })

  it('of somebody else does not get onto a message', async () => {
    const work = await desk.matter('mine alone')
    await desk.answer(work, 'yours alone')
    const ours = await desk.handedOver('yours alone')
    await eventually('its id', async () => Message.exists({ externalId: ours.id }))
    await does(stranger(), reacts(ours.id, '👎'))
    await later()
    expect((await shown(work, 'yours alone')).reactions).toBeUndefined()
    await desk.boris.close(work.id)
  })
})

describe('a message that the customer', () => {
  it('changes says the new words, marked, and what it said before is kept', async () => {
    const from = stranger()
    const id = await does(from, says('at nine'))
    const work = await desk.boris.accept(await desk.boris.offer('at nine'))
    await does(from, edits(id, 'at ten'))
    await does(from, edits(id, 'at eleven'))
    expect(await shown(work, 'at eleven')).toMatchObject({ amended: 'edited' })
    expect(await desk.messagesOf(work)).toHaveLength(1)
    const doc = await Message.findOne({ externalId: id }).lean()
    expect(doc?.amendments?.map(({ text }) => text)).toEqual(['at nine', 'at ten'])
    await desk.boris.close(work.id)
  })

  it('takes back stays readable, marked', async () => {
    const from = stranger()
    const id = await does(from, says('a secret'))
    const work = await desk.boris.accept(await desk.boris.offer('a secret'))
    await does(from, revokes(id))
    expect(await shown(work, 'a secret')).toMatchObject({ amended: 'removed' })
    await does(from, edits(id, 'no secret'))
    expect(await shown(work, 'a secret')).toMatchObject({ amended: 'removed' })
    await desk.boris.close(work.id)
  })

  it('writes is not changed by somebody else, nor is one of ours by anybody', async () => {
    const from = stranger()
    const id = await does(from, says('my own words'))
    const work = await desk.boris.accept(await desk.boris.offer('my own words'))
    await does(stranger(), edits(id, 'words of another'))
    await desk.answer(work, 'our own words')
    const ours = await desk.handedOver('our own words')
    await eventually('its id', async () => Message.exists({ externalId: ours.id }))
    await does(from, edits(ours.id, 'words of the customer'))
    await later()
    expect((await desk.messagesOf(work)).map(({ text }) => text).sort()).toEqual([
      'my own words',
      'our own words'
    ])
    await desk.boris.close(work.id)
  })
})

describe('what comes before its message', () => {
  /** Tells `early` first, then the message, then tries again what was early. */
  async function inTheWrongOrder(words: string, early: (id: string, from: string) => Promise<unknown>) {
    const from = stranger()
    const id = newWamid()
    await early(id, from)
    expect(await Message.countDocuments({ address: from })).toBe(0)
    expect(await EarlyReport.countDocuments({ 'event.address': from })).toBeGreaterThan(0)
    await desk.graph.write(desk.number, from, says(words), { id, at: new Date(Date.now() - 7_200_000) })
    const work = await desk.boris.accept(await desk.boris.offer(words))
    await later()
    expect(await EarlyReport.countDocuments({ 'event.address': from })).toBe(0)
    return { work, id }
  }

  it('is an emoji, and stands on it when it is there', async () => {
    const { work } = await inTheWrongOrder('a late one', (id, from) => does(from, reacts(id, '🎉')))
    expect((await shown(work, 'a late one')).reactions).toMatchObject([{ by: 'contact', emoji: '🎉' }])
    await desk.boris.close(work.id)
  })

  it('is an edit, and the message says the new words', async () => {
    const { work } = await inTheWrongOrder('before it was changed', (id, from) =>
      does(from, edits(id, 'after it was changed'))
    )
    expect(await shown(work, 'after it was changed')).toMatchObject({ amended: 'edited' })
    await desk.boris.close(work.id)
  })

  it('is that it was taken back after an edit, in that order', async () => {
    const { work } = await inTheWrongOrder('first words', async (id, from) => {
      await does(from, edits(id, 'second words'))
      await does(from, revokes(id))
    })
    expect(await shown(work, 'second words')).toMatchObject({ amended: 'removed' })
    await desk.boris.close(work.id)
  })

  it('is the state of a message of ours whose id is not known yet', async () => {
    const work = await desk.matter('states in haste')
    desk.graph.answer({ kind: 'late', ms: 1000, times: 1 }, '/messages')
    const sent = await desk.answer(work, 'told too soon')
    const ours = await desk.handedOver('told too soon')
    // Without our own id beside it: of another system's making, for all that is known.
    const report = statusChange(desk.number, { id: ours.id, status: 'read', recipient_id: ours.to })
    expect((await post(desk.hook, callOf(desk.number, [report]), desk.number.appSecret)).status).toBe(200)
    expect((await desk.messageOf(work, sent.id))?.state).not.toBe('read')
    await desk.untilState(work, sent.id, 'sent')
    await later()
    await desk.untilState(work, sent.id, 'read')
    await desk.boris.close(work.id)
  })

  it('is in one call with it, behind it', async () => {
    const from = stranger()
    const id = newWamid()
    const changes = [says('all at once'), edits(id, 'all at once, better'), reacts(id, '🙂')].map((sent, i) =>
      messageChange(desk.number, from, sent, { id: i === 0 ? id : newWamid(), at: now() })
    )
    expect((await post(desk.hook, callOf(desk.number, changes), desk.number.appSecret)).status).toBe(200)
    expect(await Message.findOne({ externalId: id }).lean()).toMatchObject({
      text: 'all at once, better',
      reactions: { contact: { emoji: '🙂' } }
    })
    expect(await EarlyReport.countDocuments({ 'event.address': from })).toBe(0)
    await desk.boris.close((await desk.boris.accept(await desk.boris.offer('all at once'))).id)
  })
})

describe('an answer to one message', () => {
  it('shows which, on both sides', async () => {
    const from = stranger()
    const id = await does(from, says('one question'))
    const work = await desk.boris.accept(await desk.boris.offer('one question'))
    await does(from, says('another question'))
    const first = await shown(work, 'one question')
    await desk.answer(work, 'to the first', { answersId: first.id })
    const ours = await desk.handedOver('to the first')
    expect(ours.body).toMatchObject({ context: { message_id: id } })
    const sent = await eventually('its id', async () => Message.findOne({ externalId: ours.id }).lean())
    await does(from, says('thank you', ours.id))
    expect((await shown(work, 'thank you')).answersId).toBe(String(sent._id))
    await does(from, says('to nothing here', newWamid()))
    expect((await shown(work, 'to nothing here')).answersId).toBeUndefined()
    await desk.boris.close(work.id)
  })
})

describe('choices', () => {
  const offered = (as: 'buttons' | 'list', titles: string[]) => ({
    choices: { as, ...(as === 'list' && { button: 'Choose' }), options: titles.map((title) => ({ title })) }
  })
  const interactive = (body: string) =>
    desk.graph.waitFor(
      (message) =>
        (message.body['interactive'] as { body?: { text?: string } } | undefined)?.body?.text === body
    )

  it.each([
    ['buttons', ['Yes', 'No']],
    ['list', ['Monday', 'Tuesday', 'Wednesday', 'Thursday']]
  ] as const)('as %s are tapped: the words come, and which it was, on the message', async (as, titles) => {
    const from = stranger()
    const work = await desk.matter(`choose from ${as}`, from)
    const sent = await desk.answer(work, `Which of the ${as}?`, offered(as, [...titles]))
    expect(sent.choices?.options.map(({ title }) => title)).toEqual(titles)
    const message = await interactive(`Which of the ${as}?`)
    await desk.untilState(work, sent.id, 'sent')
    await does(from, taps(message, titles[1]))
    const chosen = await shown(work, titles[1])
    expect(chosen.answersId).toBe(sent.id)
    expect((await Message.findById(chosen.id).lean())?.chosen).toBe('choice-2')
    await desk.boris.close(work.id)
  })

  it('that WhatsApp does not show are refused, and a title that is too long fails with the reason', async () => {
    const work = await desk.matter('choose too much')
    const send = (body: object) =>
      desk.boris.post(`/api/interactions/${work.id}/messages`, {
        clientId: clientId(),
        text: 'Which?',
        ...body
      })
    const four = await send(offered('buttons', ['1', '2', '3', '4']))
    expect(four.body).toMatchObject({ error: 'not-deliverable' })
    const before = desk.graph.messages.length
    const long = await desk.answer(work, 'Which long one?', offered('buttons', ['x'.repeat(21)]))
    const failed = await desk.untilState(work, long.id, 'failed')
    expect(failed.failure).toEqual({
      reason: expect.stringContaining('20 characters') as string,
      temporary: false
    })
    expect(desk.graph.messages).toHaveLength(before)
    await desk.boris.close(work.id)
  })
})

describe('receipts to the customer', () => {
  it('say that they were read, once the agent has looked', async () => {
    const from = stranger()
    const id = await does(from, says('did you see this'))
    const work = await desk.boris.accept(await desk.boris.offer('did you see this'))
    expect(desk.graph.reads).not.toContain(id)
    expect((await desk.boris.post(`/api/interactions/${work.id}/read`)).status).toBe(200)
    await eventually('the ticks', () => desk.graph.reads.includes(id))
    await desk.boris.close(work.id)
  })
})

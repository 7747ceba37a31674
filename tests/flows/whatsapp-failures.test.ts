import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { checkAccounts } from '@palabre/hub/accounts/check'
import { runErrands } from '@palabre/hub/messages/errands'
import { Message } from '@palabre/hub/messages/message.model'
import { syncTemplates } from '@palabre/hub/templates/sync'
import { Template } from '@palabre/hub/templates/template.model'
import { eventually } from './house.ts'
import { openDesk, stranger, type Desk } from './whatsapp-desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
}, 60_000)
afterEach(() => desk.clear())
afterAll(() => desk.stop(), 60_000)

describe('the far side', () => {
  it('asks for fewer messages, and is given them when it said', async () => {
    const work = await desk.matter('about patience')
    desk.graph.answer({ kind: 'limited', seconds: 40, times: 1 }, '/messages')
    const sent = await desk.answer(work, 'patiently')
    const waiting = await eventually('the wait', async () => {
      const message = await desk.messageOf(work, sent.id)
      return message?.failure ? message : null
    })
    expect(waiting).toMatchObject({ state: 'queued', failure: { temporary: true } })
    const inSeconds = (+new Date(waiting.sendAt ?? 0) - Date.now()) / 1000
    expect(inSeconds).toBeGreaterThan(30)
    expect(inSeconds).toBeLessThanOrEqual(40)
    expect((await desk.healthOf()).state).not.toBe('refused')
    await desk.tryAgain(sent.id)
    await desk.untilState(work, sent.id, 'sent')
    await desk.boris.close(work.id)
  })

  it('does not accept the token: the account is red, the message says why, and both mend', async () => {
    const work = await desk.matter('about tokens')
    desk.graph.answer({ kind: 'expired' })
    const sent = await desk.answer(work, 'with a token')
    const stuck = await eventually('the failure', async () => {
      const message = await desk.messageOf(work, sent.id)
      return message?.failure ? message : null
    })
    expect(stuck.failure?.reason).toContain('The access token has expired. (190)')
    const red = await eventually('red', async () => {
      const health = await desk.healthOf()
      return health.state === 'refused' ? health : null
    })
    expect(red.detail).toContain('expired')
    expect((await desk.healthOf(desk.secondId)).state).not.toBe('refused')
    desk.graph.answer({ kind: 'normal' })
    await desk.tryAgain(sent.id)
    expect((await desk.untilState(work, sent.id, 'sent')).failure).toBeNull()
    await eventually('green', async () => (await desk.healthOf()).state === 'up')
    await desk.boris.close(work.id)
  })
})

describe('looking after accounts', () => {
  it('turns those red whose token is not accepted, and no other', async () => {
    const states = async () => [(await desk.healthOf()).state, (await desk.healthOf(desk.secondId)).state]
    await checkAccounts(desk.house.hub)
    expect(await states()).toEqual(['up', 'up'])
    desk.graph.answer({ kind: 'down' })
    await checkAccounts(desk.house.hub)
    expect(await states()).toEqual(['up', 'up'])
    desk.graph.answer({ kind: 'expired' })
    await checkAccounts(desk.house.hub)
    expect(await states()).toEqual(['refused', 'refused'])
    desk.graph.answer({ kind: 'normal' })
    desk.number.expiresAt = new Date(Date.now() + 86_400_000)
    await checkAccounts(desk.house.hub)
    delete desk.number.expiresAt
    const { state, detail } = await desk.healthOf()
    expect([state, detail]).toEqual(['up', expect.stringContaining('expires on') as string])
  })
})

describe('a message of every form', () => {
  const plain = { templateId: '', values: { 'body.1': 'Awa' } }
  beforeAll(async () => {
    desk.graph.templates.create(desk.number.wabaId, {
      name: 'greeting',
      components: [{ type: 'BODY', text: 'Hello {{1}}' }]
    })
    await syncTemplates(desk.house.hub, desk.accountId)
    plain.templateId = String((await Template.findOne({ name: 'greeting' }).lean())?._id)
  })
  const forms: [string, string, () => object][] = [
    ['a template', '', () => ({ template: plain })],
    ['buttons', 'Which?', () => ({ choices: { as: 'buttons', options: [{ title: 'This' }] } })],
    ['a list', 'Which?', () => ({ choices: { as: 'list', button: 'See', options: [{ title: 'This' }] } })]
  ]
  const moods = [
    { kind: 'limited', seconds: 1, times: 1 },
    { kind: 'down', times: 1 },
    { kind: 'code', code: 131000, status: 500, times: 1 },
    { kind: 'slow', ms: 400, times: 1 }
  ] as const

  it.each(forms)('waits and leaves once, whatever comes between: %s', async (form, text, more) => {
    const work = await desk.matter(`about ${form}`)
    for (const mood of moods) {
      const before = desk.graph.messages.length
      desk.graph.answer(mood, '/messages')
      const sent = await desk.answer(work, text, more())
      if (mood.kind !== 'slow') {
        const waiting = await eventually('the wait', async () => {
          const message = await desk.messageOf(work, sent.id)
          return message?.failure ? message : null
        })
        expect(waiting).toMatchObject({ state: 'queued', failure: { temporary: true } })
        expect(desk.graph.messages).toHaveLength(before)
        await desk.tryAgain(sent.id)
      }
      await desk.untilState(work, sent.id, 'sent')
      expect(desk.graph.messages).toHaveLength(before + 1)
    }
    await desk.boris.close(work.id)
  })

  it.each(forms)(
    'fails at once, in plain words, where it never will be taken: %s',
    async (form, text, more) => {
      const work = await desk.matter(`against ${form}`)
      desk.graph.answer({ kind: 'code', code: 131026, times: 1 }, '/messages')
      const sent = await desk.answer(work, text, more())
      const failed = await desk.untilState(work, sent.id, 'failed')
      expect(failed.failure).toEqual({
        reason: expect.stringContaining('cannot be delivered') as string,
        temporary: false
      })
      await desk.boris.close(work.id)
    }
  )

  it('of which a part has left says which part has not, when the token is taken back in between', async () => {
    const work = await desk.matter('two files, please')
    const upload = async (name: string) => {
      const form = new FormData()
      form.append('file', new Blob([`contents of ${name}`]), name)
      return (await desk.boris.send('POST', `/api/interactions/${work.id}/attachments`, form)).body
        .id as string
    }
    const attachmentIds = [await upload('one.txt'), await upload('two.txt')]
    const before = desk.graph.messages.length
    desk.graph.answer({ kind: 'expired', after: 2 }, `${desk.number.phoneNumberId}/messages`)
    const sent = await desk.answer(work, 'here they are', { attachmentIds })
    const shown = await desk.untilState(work, sent.id, 'sent')
    expect(shown.failure?.reason).toMatch(/^two\.txt: The access token has expired/)
    expect(desk.graph.messages.slice(before).map(({ type }) => type)).toEqual(['text', 'document'])
    // What has left is not sent again when the token is good again.
    desk.graph.answer({ kind: 'normal' })
    await desk.tryAgain(sent.id)
    await desk.untilState(work, sent.id, 'sent')
    expect(desk.graph.messages).toHaveLength(before + 2)
    await desk.boris.close(work.id)
  })

  it('leaves nothing behind when the token is taken back while its files are handed up', async () => {
    const work = await desk.matter('one file, please')
    const form = new FormData()
    form.append('file', new Blob(['contents']), 'one.txt')
    const { id } = (await desk.boris.send('POST', `/api/interactions/${work.id}/attachments`, form)).body
    const before = desk.graph.messages.length
    desk.graph.answer({ kind: 'expired' }, '/media')
    const sent = await desk.answer(work, 'here it is', { attachmentIds: [id] })
    await eventually('the failure', async () => (await desk.messageOf(work, sent.id))?.failure)
    expect((await desk.healthOf()).state).toBe('refused')
    expect(desk.graph.messages).toHaveLength(before)
    desk.graph.answer({ kind: 'normal' })
    await desk.tryAgain(sent.id)
    await desk.untilState(work, sent.id, 'sent')
    expect(desk.graph.messages).toHaveLength(before + 1)
    await eventually('green', async () => (await desk.healthOf()).state === 'up')
    await desk.boris.close(work.id)
  })
})

describe('what is told beside messages', () => {
  /** Lets the time of every attempt pass, and counts them. */
  async function attempts(id: string): Promise<number> {
    let count = 0
    for (; count < 20; count++) {
      const doc = await Message.findById(id).lean()
      if (!doc?.errandAt) return count
      await Message.updateOne({ _id: id, errandAt: { $ne: null } }, { errandAt: new Date(Date.now() - 1) })
      await runErrands(desk.house.hub, id)
    }
    return count
  }
  const requests = () => desk.graph.messages.length + desk.graph.reads.length

  it.each([
    ['an outage', { kind: 'down' }],
    ['a limit', { kind: 'limited', seconds: 2 }],
    ['a token taken back', { kind: 'expired' }]
  ] as const)('is given up after some attempts in %s, and the message is as it was', async (what, mood) => {
    const words = `beside ${what}`
    const work = await desk.matter(words)
    const [message] = await desk.messagesOf(work)
    const id = message?.id ?? ''
    desk.graph.answer(mood, '/messages')
    const before = requests()
    expect((await desk.boris.send('PUT', `/api/messages/${id}/reaction`, { emoji: '👍' })).status).toBe(200)
    await eventually(
      'the first attempt',
      async () => ((await Message.findById(id).lean())?.errandAttempts ?? 0) > 0
    )
    const count = await attempts(id)
    expect(count).toBeGreaterThan(0)
    expect(count).toBeLessThanOrEqual(6)
    expect(requests()).toBe(before)
    const shown = await desk.messageOf(work, id)
    expect(shown).toMatchObject({ failure: null })
    // The customer never saw it, and nobody is to believe that they did.
    expect(shown?.reactions).toBeUndefined()
    desk.graph.answer({ kind: 'normal' })
    await checkAccounts(desk.house.hub)
    await desk.boris.close(work.id)
  })

  it('is told when the outage is over', async () => {
    const from = stranger()
    const work = await desk.matter('read this later', from)
    const [message] = await desk.messagesOf(work)
    const id = message?.id ?? ''
    desk.graph.answer({ kind: 'down' }, '/messages')
    expect((await desk.boris.post(`/api/interactions/${work.id}/read`)).status).toBe(200)
    const doc = await eventually('the first attempt', async () => {
      const doc = await Message.findById(id).lean()
      return doc?.errandAttempts ? doc : null
    })
    expect(desk.graph.reads).not.toContain(doc.externalId)
    desk.graph.answer({ kind: 'normal' })
    await attempts(id)
    expect(desk.graph.reads.filter((read) => read === doc.externalId)).toHaveLength(1)
    await desk.boris.close(work.id)
  })

  it('is let go at once when Meta will never take it', async () => {
    const work = await desk.matter('an old message')
    const [message] = await desk.messagesOf(work)
    desk.graph.answer({ kind: 'code', code: 131009 }, '/messages')
    await desk.boris.send('PUT', `/api/messages/${message?.id ?? ''}/reaction`, { emoji: '👍' })
    await eventually('it to be let go', async () => {
      const doc = await Message.findById(message?.id).lean()
      return doc?.errandAt === null && doc.errandAttempts === 1
    })
    expect((await desk.healthOf()).state).toBe('up')
    await desk.boris.close(work.id)
  })
})

import { describe, expect, it } from 'vitest'
import { markRead, react } from './acknowledge.ts'
import { farSide } from '../../tests/simulators/graph/far-side.ts'

const { graph, account } = farSide()

describe('an emoji of ours', () => {
  it('is put on a message, and taken back', async () => {
    for (const emoji of ['👍', '']) {
      await react({ address: '16505551234', on: 'wamid.theirs', emoji }, account())
      expect(graph().messages.at(-1)?.body).toEqual({
        messaging_product: 'whatsapp',
        recipient_type: 'individual',
        to: '16505551234',
        type: 'reaction',
        reaction: { message_id: 'wamid.theirs', emoji }
      })
    }
    await react({ address: 'BR.1502576394655843', on: 'wamid.theirs', emoji: '👍' }, account())
    expect(graph().messages.at(-1)?.body).toMatchObject({ recipient: 'BR.1502576394655843' })
  })
})

describe('a receipt of ours', () => {
  it('says up to where the customer was read', async () => {
    await markRead({ address: '16505551234', externalId: 'wamid.theirs' }, account())
    expect(graph().reads.at(-1)).toBe('wamid.theirs')
  })
})

describe.each([
  ['an emoji', () => react({ address: '16505551234', on: 'wamid.theirs', emoji: '👍' }, account())],
  ['a receipt', () => markRead({ address: '16505551234', externalId: 'wamid.theirs' }, account())]
])('%s', (_, tell) => {
  it.each([
    ['a limit', { kind: 'limited', seconds: 9 }, { reason: 'rate-limited', retryAfterMs: 9000 }],
    ['an outage', { kind: 'down' }, { reason: 'unreachable' }],
    ['an expired token', { kind: 'expired' }, { reason: 'unauthorized' }],
    ['a message that Meta does not know', { kind: 'code', code: 131009 }, { reason: 'refused' }]
  ] as const)('meets %s', async (_, mood, failure) => {
    graph().answer(mood)
    await expect(tell()).rejects.toMatchObject(failure)
  })
})

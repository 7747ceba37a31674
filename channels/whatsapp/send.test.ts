import { describe, expect, it } from 'vitest'
import type { OutboundMessage } from '../channel.ts'
import { farSide, file, outbound } from '../../tests/simulators/graph/far-side.ts'
import { send } from './send.ts'

const { graph, account } = farSide()

describe('what we send', () => {
  const sendNow = async (given: Partial<OutboundMessage>) => {
    const before = graph().messages.length
    const sent = await send(outbound(given), account())
    return {
      sent,
      bodies: graph()
        .messages.slice(before)
        .map(({ body }) => body)
    }
  }

  it('is words, with our id beside them', async () => {
    const { sent, bodies } = await sendNow({ text: ' Bonjour ', answers: 'wamid.theirs' })
    expect(bodies).toEqual([
      {
        messaging_product: 'whatsapp',
        recipient_type: 'individual',
        to: '16505551234',
        context: { message_id: 'wamid.theirs' },
        biz_opaque_callback_data: 'abcdef0123456789abcdef01',
        type: 'text',
        text: { body: 'Bonjour', preview_url: false }
      }
    ])
    expect(sent.externalId).toBe(graph().messages.at(-1)?.id)
  })

  it('goes to the id of who has a username', async () => {
    const { bodies } = await sendNow({ address: 'BR.1502576394655843' })
    expect(bodies[0]).toMatchObject({ recipient: 'BR.1502576394655843' })
    expect(bodies[0]).not.toHaveProperty('to')
  })

  it('is a file with the words under it', async () => {
    const { bodies } = await sendNow({
      text: 'Please sign',
      attachments: [file('form.pdf', 'application/pdf')]
    })
    expect(bodies).toMatchObject([
      { type: 'document', document: { filename: 'form.pdf', caption: 'Please sign' } }
    ])
    const { id } = bodies[0]!['document'] as { id: string }
    expect(graph().files.get(id)).toMatchObject({ type: 'application/pdf', content: Buffer.alloc(10, 1) })
  })

  it('is the words first where they cannot stand under the files', async () => {
    const types = async (given: Partial<OutboundMessage>) =>
      (await sendNow(given)).bodies.map(({ type }) => type)
    const picture = file('a.png', 'image/png')
    expect(await types({ attachments: [picture, file('b.mp4', 'video/mp4')] })).toEqual([
      'text',
      'image',
      'video'
    ])
    expect(await types({ attachments: [file('a.ogg', 'audio/ogg')] })).toEqual(['text', 'audio'])
    expect(await types({ text: 'x'.repeat(1025), attachments: [picture] })).toEqual(['text', 'image'])
    expect(await types({ text: '', attachments: [file('big.png', 'image/png', 6 * 1024 * 1024)] })).toEqual([
      'document'
    ])
  })

  it('leaves nothing when a file is not taken, and repeats nothing when a later part is not', async () => {
    const before = graph().messages.length
    const attachments = [file('a.png', 'image/png'), file('b.png', 'image/png')]
    graph().answer({ kind: 'code', code: 131053, times: 1 }, '/media')
    await expect(send(outbound({ attachments }), account())).rejects.toMatchObject({ reason: 'refused' })
    expect(graph().messages).toHaveLength(before)
    graph().answer({ kind: 'code', code: 131053, after: 1 }, '/messages')
    const sent = await send(outbound({ attachments }), account())
    expect(
      graph()
        .messages.slice(before)
        .map(({ type }) => type)
    ).toEqual(['text'])
    expect(sent).toEqual({
      externalId: graph().messages.at(-1)?.id,
      refused: ['a.png', 'b.png'].map((address) => ({
        address,
        reason: expect.stringContaining('does not take the file') as string
      }))
    })
  })

  it('is not longer than WhatsApp carries', async () => {
    await expect(send(outbound({ text: 'x'.repeat(4097) }), account())).rejects.toMatchObject({
      reason: 'refused'
    })
  })

  it.each([
    ['a limit', { kind: 'limited', seconds: 9 }, { reason: 'rate-limited', retryAfterMs: 9000 }],
    ['an outage', { kind: 'down' }, { reason: 'unreachable' }],
    ['an expired token', { kind: 'expired' }, { reason: 'unauthorized' }],
    ['a closed window', { kind: 'code', code: 131047 }, { reason: 'refused' }]
  ] as const)('meets %s', async (_, mood, failure) => {
    graph().answer(mood)
    await expect(send(outbound(), account())).rejects.toMatchObject(failure)
  })
})

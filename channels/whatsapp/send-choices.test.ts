import { describe, expect, it } from 'vitest'
import type { Choices, OutboundMessage } from '../channel.ts'
import { farSide, file, outbound } from '../../tests/simulators/graph/far-side.ts'
import { send } from './send.ts'

const { graph, account } = farSide()

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
const options = (count: number, more: object = {}) =>
  Array.from({ length: count }, (_, i) => ({ id: `c${String(i)}`, title: `Choice ${String(i)}`, ...more }))
const buttons = (count: number): Choices => ({ as: 'buttons', options: options(count) })
const list = (count: number, more: object = {}): Choices => ({
  as: 'list',
  button: 'Choose',
  options: options(count, more)
})

describe('choices under a message', () => {
  it('are buttons', async () => {
    const { sent, bodies } = await sendNow({ text: 'Which?', choices: buttons(2), answers: 'wamid.theirs' })
    expect(bodies).toEqual([
      {
        messaging_product: 'whatsapp',
        recipient_type: 'individual',
        to: '16505551234',
        context: { message_id: 'wamid.theirs' },
        biz_opaque_callback_data: 'abcdef0123456789abcdef01',
        type: 'interactive',
        interactive: {
          type: 'button',
          body: { text: 'Which?' },
          action: {
            buttons: [
              { type: 'reply', reply: { id: 'c0', title: 'Choice 0' } },
              { type: 'reply', reply: { id: 'c1', title: 'Choice 1' } }
            ]
          }
        }
      }
    ])
    expect(sent.externalId).toBe(graph().messages.at(-1)?.id)
  })

  it('are a list', async () => {
    const { bodies } = await sendNow({ text: 'When?', choices: list(10, { description: 'At ten' }) })
    expect(bodies).toMatchObject([
      { interactive: { type: 'list', action: { button: 'Choose', sections: [{ rows: { length: 10 } }] } } }
    ])
  })

  it('stand under a file where WhatsApp shows that, and before the files where it does not', async () => {
    const pdf = file('form.pdf', 'application/pdf')
    const { bodies } = await sendNow({ choices: buttons(1), attachments: [pdf] })
    expect(bodies).toMatchObject([
      { interactive: { header: { type: 'document', document: { filename: 'form.pdf' } } } }
    ])
    const types = async (given: Partial<OutboundMessage>) =>
      (await sendNow(given)).bodies.map(({ type }) => type)
    expect(await types({ choices: list(2), attachments: [pdf] })).toEqual(['interactive', 'document'])
    expect(await types({ choices: buttons(2), attachments: [file('a.ogg', 'audio/ogg')] })).toEqual([
      'interactive',
      'audio'
    ])
    expect(await types({ choices: buttons(2), attachments: [pdf, pdf] })).toEqual([
      'interactive',
      'document',
      'document'
    ])
  })

  const title = (chars: number) => [{ id: 'a', title: 'x'.repeat(chars) }]
  it.each<[string, Partial<OutboundMessage>, RegExp]>([
    ['too many buttons', { choices: buttons(4) }, /one to 3 choices as buttons/],
    ['too many rows', { choices: list(11) }, /one to 10 choices as a list/],
    ['none', { choices: buttons(0) }, /one to 3/],
    ['a long button', { choices: { as: 'buttons', options: title(21) } }, /20 characters/],
    ['a long row', { choices: { as: 'list', button: 'Choose', options: title(25) } }, /24 characters/],
    ['a long description', { choices: list(1, { description: 'x'.repeat(73) }) }, /72 characters/],
    [
      'a long opener',
      { choices: { as: 'list', button: 'x'.repeat(21), options: title(1) } },
      /20 characters/
    ],
    ['a title twice', { choices: { as: 'buttons', options: [...title(3), ...title(3)] } }, /same title/],
    ['a title of blanks', { choices: { as: 'buttons', options: [{ id: 'a', title: '  ' }] } }, /no title/],
    ['no words', { text: ' ', choices: buttons(1) }, /need words/],
    ['long words above buttons', { text: 'x'.repeat(1025), choices: buttons(1) }, /1024 characters/]
  ])('are refused with %s, before anything is uploaded or sent', async (_, given, words) => {
    const [messages, files] = [graph().messages.length, graph().files.size]
    await expect(
      send(outbound({ attachments: [file('a.png', 'image/png')], ...given }), account())
    ).rejects.toMatchObject({ reason: 'refused', message: expect.stringMatching(words) as string })
    expect([graph().messages.length, graph().files.size]).toEqual([messages, files])
  })

  it('have more room above a list', async () => {
    const { bodies } = await sendNow({ text: 'x'.repeat(1025), choices: list(1) })
    expect(bodies).toHaveLength(1)
  })
})

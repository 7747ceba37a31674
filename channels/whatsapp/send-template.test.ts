import { beforeAll, describe, expect, it } from 'vitest'
import type { FilledTemplate, OutboundMessage } from '../channel.ts'
import { farSide, file, number, outbound } from '../../tests/simulators/graph/far-side.ts'
import recorded from './fixtures/templates.json' with { type: 'json' }
import { send } from './send.ts'

const { graph, account } = farSide()
beforeAll(() => {
  // Ids of Meta's are given by Meta: what is sent names a template by its name and language.
  for (const { id: _, ...one } of Object.values(recorded))
    graph().templates.create(
      number.wabaId,
      one as Parameters<ReturnType<typeof graph>['templates']['create']>[1]
    )
})

const filled = (kind: keyof typeof recorded, values: Record<string, string> = {}): FilledTemplate => {
  const { id, name, language } = recorded[kind]
  return { externalId: id, name, language, values }
}
const sendNow = async (template: FilledTemplate, more: Partial<OutboundMessage> = {}) => {
  const { externalId } = await send(outbound({ text: 'As it reads here', template, ...more }), account())
  return graph().messages.find(({ id }) => id === externalId)?.body
}

describe('a template', () => {
  it('leaves with what is filled in, by number and in that order', async () => {
    const values = {
      'button.1.1': '860198',
      'body.3': 'Thursday',
      'body.1': 'Pablo',
      'header.1': '860198',
      'body.2': '{{1}} $& 5'
    }
    expect(await sendNow(filled('positional', values))).toEqual({
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      to: '16505551234',
      biz_opaque_callback_data: 'abcdef0123456789abcdef01',
      type: 'template',
      template: {
        name: 'order_confirmation',
        language: { code: 'en_US' },
        components: [
          { type: 'header', parameters: [{ type: 'text', text: '860198' }] },
          {
            type: 'body',
            parameters: [
              { type: 'text', text: 'Pablo' },
              { type: 'text', text: '{{1}} $& 5' },
              { type: 'text', text: 'Thursday' }
            ]
          },
          { type: 'button', sub_type: 'url', index: '1', parameters: [{ type: 'text', text: '860198' }] }
        ]
      }
    })
  })

  it('has its tenth blank after its second', async () => {
    const words = Array.from({ length: 11 }, (_, i) => `{{${String(i + 1)}}}`)
    graph().templates.create(number.wabaId, {
      name: 'eleven',
      components: [{ type: 'BODY', text: words.join(' and ') }]
    })
    const values = Object.fromEntries(words.map((_, i) => [`body.${String(11 - i)}`, String(11 - i)]))
    const body = await sendNow({ externalId: '1', name: 'eleven', language: 'en_US', values })
    const { components } = body?.['template'] as { components: { parameters: { text: string }[] }[] }
    expect(components[0]?.parameters.map(({ text }) => text)).toEqual(words.map((_, i) => String(i + 1)))
  })

  it('leaves with what is filled in by name', async () => {
    const values = {
      'header.first_name': 'Awa',
      'body.day': 'jeudi',
      'body.hour': '10 h',
      'body.first_name': 'Awa'
    }
    expect(await sendNow(filled('named', values))).toMatchObject({
      template: {
        components: [
          { type: 'header', parameters: [{ parameter_name: 'first_name', text: 'Awa' }] },
          {
            type: 'body',
            parameters: [
              { parameter_name: 'day', text: 'jeudi' },
              { parameter_name: 'hour', text: '10 h' },
              { parameter_name: 'first_name', text: 'Awa' }
            ]
          }
        ]
      }
    })
  })

  it('carries its file, and a code to copy', async () => {
    const pdf = file('May.pdf', 'application/pdf')
    expect(await sendNow(filled('with a file'), { attachments: [pdf] })).toMatchObject({
      template: {
        components: [
          { type: 'header', parameters: [{ type: 'document', document: { filename: 'May.pdf' } }] }
        ]
      }
    })
    expect(
      await sendNow(filled('with a code', { 'body.1': 'May', 'button.0.code': 'SPRING' }))
    ).toMatchObject({
      template: {
        components: [
          { type: 'body' },
          {
            type: 'button',
            sub_type: 'copy_code',
            index: '0',
            parameters: [{ type: 'coupon_code', coupon_code: 'SPRING' }]
          }
        ]
      }
    })
  })

  it('without blanks says only its name', async () => {
    graph().templates.create(number.wabaId, { name: 'plain', components: [{ type: 'BODY', text: 'Hello' }] })
    const body = await sendNow({ externalId: '1', name: 'plain', language: 'en_US', values: {} })
    expect(body?.['template']).toEqual({ name: 'plain', language: { code: 'en_US' } })
  })

  it('is as long as it likes: its text here is not sent', async () => {
    expect(
      await sendNow(filled('with a file'), {
        text: 'x'.repeat(5000),
        attachments: [file('a.pdf', 'application/pdf')]
      })
    ).toMatchObject({ type: 'template' })
  })

  const pdf = file('a.pdf', 'application/pdf')
  it.each<[string, FilledTemplate, Partial<OutboundMessage>, RegExp]>([
    ['two files', filled('with a file'), { attachments: [pdf, pdf] }, /one file at most/],
    [
      'a sound',
      filled('with a file'),
      { attachments: [file('a.ogg', 'audio/ogg')] },
      /cannot begin with a sound/
    ],
    [
      'a file of another kind',
      filled('with a file'),
      { attachments: [file('a.png', 'image/png')] },
      /132012/
    ],
    ['no file', filled('with a file'), {}, /132012/],
    ['a value too few', filled('with a code', { 'button.0.code': 'A' }), {}, /132000/],
    ['a line break', filled('with a code', { 'body.1': 'a\nb', 'button.0.code': 'A' }), {}, /132018/],
    ['a name that Meta does not know', { ...filled('named'), name: 'gone' }, {}, /132001/]
  ])('is refused in plain words: %s', async (_, template, more, words) => {
    const before = graph().messages.length
    await expect(sendNow(template, more)).rejects.toMatchObject({
      reason: 'refused',
      message: expect.stringMatching(words) as string
    })
    expect(graph().messages).toHaveLength(before)
  })
})

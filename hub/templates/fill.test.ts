import fc from 'fast-check'
import type { MessageTemplate } from '@palabre/channels/channel'
import { describe, expect, it } from 'vitest'
import { fillIn, textOf } from './fill.ts'

const template = (given: Partial<MessageTemplate> = {}): MessageTemplate => ({
  externalId: '1',
  name: 'order',
  language: 'en',
  category: 'utility',
  state: 'approved',
  body: 'Hello {{1}}',
  buttons: [],
  variables: [{ key: 'body.1', example: 'Awa' }],
  ...given
})

/** What people and machines put into blanks, blanks and replacement patterns among it. */
const nasty = fc
  .array(
    fc.oneof(
      fc.constantFrom('{{1}}', '{{2}}', '{{name}}', '$&', '$1', '$`', "$'", '$$', '{{', '}}', '\\', 'body.1'),
      fc.string({ unit: 'grapheme', maxLength: 6 })
    ),
    { minLength: 1, maxLength: 8 }
  )
  .map((parts) => parts.join(''))

describe('a filled template', () => {
  it('reads as its fixed words with each value in its place, whatever the values are', () => {
    const words = fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replace(/[{}]/g, ''))
    const blank = fc.constantFrom('1', '2', '10', 'name', 'day_of_week')
    fc.assert(
      fc.property(
        fc.array(fc.tuple(words, blank), { maxLength: 8 }),
        words,
        fc.dictionary(blank, nasty, { noNullPrototype: true }),
        (pieces, end, filled) => {
          const values = Object.fromEntries(
            Object.entries(filled).map(([name, value]) => [`body.${name}`, value])
          )
          const body = pieces.map(([text, name]) => `${text}{{${name}}}`).join('') + end
          const expected = pieces.map(([text, name]) => text + (filled[name] ?? `{{${name}}}`)).join('') + end
          expect(textOf({ body }, values)).toBe(expected)
        }
      )
    )
  })

  it('has the blanks of its header and of its body apart', () => {
    const given = {
      header: { kind: 'text' as const, text: 'Order {{1}}' },
      body: 'For {{1}}',
      footer: 'Bye {{1}}'
    }
    expect(textOf(given, { 'header.1': '17', 'body.1': 'Awa' })).toBe('Order 17\n\nFor Awa\n\nBye {{1}}')
  })

  it('is what the platform has, with the values as they were given', () => {
    const doc = template({ header: { kind: 'image' } })
    expect(fillIn(doc, { 'body.1': ' $& {{1}} ' })).toEqual({
      template: { externalId: '1', name: 'order', language: 'en', values: { 'body.1': ' $& {{1}} ' } },
      text: 'Hello  $& {{1}} ',
      needsFile: true
    })
  })
})

describe('a value', () => {
  const refused = (message: string, key = 'body.1') =>
    expect.objectContaining({
      refusal: 'invalid-input',
      fields: [{ path: `template/values/${key}`, message }]
    }) as Error

  it.each([
    ['nothing', '', 'is empty'],
    ['blanks', '   ', 'is empty'],
    ['a line break', 'a\nb', 'has a line break or a tab'],
    ['a line break of Windows', 'a\r\nb', 'has a line break or a tab'],
    ['a line separator', 'a\u2028b', 'has a line break or a tab'],
    ['a tab', 'a\tb', 'has a line break or a tab'],
    ['a bell', 'a\u0007b', 'has a line break or a tab'],
    ['five spaces', 'a     b', 'has more than four spaces in a row']
  ])('is not %s', (_, value, message) => {
    expect(() => fillIn(template({}), { 'body.1': value })).toThrow(refused(message))
  })

  it('may have four spaces, and be anything else', () => {
    expect(fillIn(template({}), { 'body.1': 'a    b' }).text).toBe('Hello a    b')
  })

  it('is given for each blank, and for nothing else', () => {
    expect(() => fillIn(template({}), {})).toThrow(refused('is empty'))
    for (const key of ['body.2', 'header.1', 'body.', '__proto__', 'constructor'])
      expect(() =>
        fillIn(template({}), JSON.parse(`{"body.1":"x","${key}":"y"}`) as Record<string, string>)
      ).toThrow(refused('is no blank of this template', key))
  })

  it('is not taken from what every object has', () => {
    const doc = template({ body: '{{constructor}}', variables: [{ key: 'toString', example: '' }] })
    expect(() => fillIn(doc, {})).toThrow(refused('is empty', 'toString'))
  })
})

describe('a template that cannot be sent', () => {
  it('is refused with the reason', () => {
    const doc = template({ state: 'paused', reason: 'Customers did not like it.' })
    expect(() => fillIn(doc, { 'body.1': 'x' })).toThrow(
      expect.objectContaining({
        refusal: 'not-deliverable',
        detail: 'The template is paused. Customers did not like it.'
      }) as Error
    )
  })
})

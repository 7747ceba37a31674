import { describe, expect, it } from 'vitest'
import { spoken } from './text.ts'
import { convert, shownValues } from './values.ts'

const french = { language: 'fr-FR', timeZone: 'Europe/Paris' }
const english = { language: 'en-GB', timeZone: 'Africa/Dakar' }
const say = (text: string, value: string | number | boolean | null, how = french) =>
  spoken(text, { v: value }, how).replace(/[\u202f\u00a0]/g, ' ')

describe('a spoken text', () => {
  it.each([
    ['{{v}}', 'Awa', 'Awa'],
    ['{{ v | digits }}', '4242', '4, 2, 4, 2'],
    ['{{v | money:XOF}}', 1250000, '1 250 000 francs CFA'],
    ['{{v | money:EUR}}', '12.5', '12,50 euros'],
    ['{{v | number}}', 1234.5, '1 234,5'],
    ['{{v | date}}', '2026-03-01', '1 mars 2026'],
    ['{{v | date}}', '2026-02-28T23:30:00Z', '1 mars 2026'],
    ['{{v | time}}', '2026-07-01T08:05:00Z', '10:05'],
    ['{{v | date}}', 'soon', 'soon'],
    ['a{{v}}b', null, 'ab']
  ])('reads %s of %s as “%s”', (text, value, heard) => expect(say(text, value)).toBe(heard))
  it('follows language and zone', () => {
    expect(say('{{v | date}}, {{v | time}}', '2026-02-28T23:30:00Z', english)).toBe('28 February 2026, 23:30')
  })
})

describe('a value', () => {
  it.each([
    ['text', ' a\u0000b\n', 'a b'],
    ['digits', '+33 1-42', '33142'],
    ['digits', 'none', null],
    ['number', '12.50', 12.5],
    ['number', '12 OR 1=1', null],
    ['number', 'Infinity', null],
    ['boolean', 't', true],
    ['boolean', 0, false],
    ['boolean', 'maybe', null],
    ['date', '2020-02-29', '2020-02-29'],
    ['date', '2021-02-29', null],
    ['date', '2020-02-29 10:00:00+00', '2020-02-29T10:00:00Z'],
    ['date', '2020-02-29 10:00:00', '2020-02-29T10:00:00']
  ] as const)('of the type %s is made of %j', (type, given, expected) =>
    expect(convert(given, type)).toBe(expected)
  )

  it('is shown to the agent as the flow says', () => {
    const shown = (how: 'no' | 'yes' | 'masked', value: string) =>
      shownValues({ variables: [{ name: 'v', type: 'text', start: null, label: '', shown: how }] } as never, {
        v: value
      })
    expect(shown('no', 'x')).toEqual([])
    expect(shown('yes', 'x')).toEqual([{ name: 'v', label: 'v', value: 'x' }])
    expect(shown('masked', '4970101234567890')[0]?.value).toBe('•••• 7890')
    expect(shown('masked', '123')[0]?.value).toBe('•••• 3')
    expect(shown('masked', '1')[0]?.value).toBe('•••• ')
    expect(shown('yes', '')).toEqual([])
  })
})

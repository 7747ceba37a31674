import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { cleaned } from './clean.ts'
import { voiceAccount } from './fixtures/account.ts'
import { numberOf, partyNumber } from './numbers.ts'

const french = voiceAccount()
const american = voiceAccount({ defaultCountry: 'US' })

const nasty = fc.constantFrom(
  'a',
  '0',
  '+',
  '"',
  '<',
  '>',
  '\\',
  '\r',
  '\n',
  '\0',
  '\u202e',
  '\ud83d',
  '\ude00',
  '😀',
  'é',
  ' ',
  '@',
  ':',
  '%'
)

describe('a number as people write it', () => {
  it.each([
    ['06 12 34 56 78', '+33612345678'],
    ['+33 (0)6.12.34.56.78', '+33612345678'],
    ['0033612345678', '+33612345678'],
    ['00 44 20 7946 0018', '+442079460018'],
    ['sip:+33612345678@carrier.example;user=phone', '+33612345678'],
    ['"Ann" <sip:0612345678;phone-context=+33@carrier.example>', '+33612345678'],
    ['tel:+33-6-12-34-56-78', '+33612345678'],
    ['sip:%2B33612345678@x', '+33612345678'],
    ['+４４ 20 7946 0018', '+442079460018']
  ])('%s is %s', (written, number) => {
    expect(numberOf(written, french)).toBe(number)
  })

  it('reads it in the account’s country', () => {
    expect(numberOf('(212) 555-0123', american)).toBe('+12125550123')
    expect(numberOf('011 33 6 12 34 56 78', american)).toBe('+33612345678')
    expect(numberOf('0033612345678', american)).toBe('+33612345678')
    expect(numberOf('0612345678', voiceAccount({ defaultCountry: 'XX' }))).toBeNull()
  })

  it.each([
    '',
    '112',
    '3900',
    '100',
    'anonymous',
    'sip:alice@example.com',
    'sip:anonymous@anonymous.invalid',
    '+',
    '06 12 34 56 78 ext. 5',
    '9'.repeat(5_000),
    '0612345678\r\nX: y',
    "0612345678' OR 1=1"
  ])('%j is none', (written) => {
    expect(numberOf(written, french)).toBeNull()
  })
})

describe('who calls', () => {
  it.each([
    ['0612345678', '+33612345678'],
    ['447911123456', '+447911123456'],
    ['anonymous', 'anonymous'],
    ['sip:Restricted@x', 'anonymous'],
    ['', 'anonymous'],
    ['100', '100'],
    ['alice@pbx.example.com', 'alice@pbx.example.com'],
    ['sip:alice@pbx.example.com', 'alice'],
    ['"a"<b>\\\r\nX-Evil: 1\u0000\u202e', 'ab X-Evil: 1']
  ])('%j is %j', (given, expected) => {
    expect(partyNumber(given, french)).toBe(expected)
  })

  it('is always one clean line of bounded length', () => {
    fc.assert(
      fc.property(fc.string({ unit: nasty, maxLength: 150 }), (text) => {
        for (const shown of [partyNumber(text, french), cleaned(text, 64)]) {
          expect(Array.from(shown).length).toBeLessThanOrEqual(64)
          expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}"<>\\]/u)
        }
      })
    )
  })
})

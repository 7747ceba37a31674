import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalNumber } from '@palabre/channels/whatsapp/number'
import { canonicalPoint, lineOfPoint, pointKey, pointValue } from './canonical.ts'

const kinds = ['email', 'phone', 'visitor', 'whatsapp', 'psid', 'igsid', 'x'] as const
const kind = fc.constantFrom(...kinds)

const digits = (length: number) =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length })
    .map((all) => all.join(''))
/** Areas of Brazil have no 0. */
const area = fc.stringMatching(/^[1-9]{2}$/)
/** Every way in which one mobile line is written, as digits of E.164. */
const mobile = fc.oneof(
  fc
    .tuple(area, fc.integer({ min: 6, max: 9 }), digits(7))
    .map(([place, first, rest]) => [
      `55${place}9${String(first)}${rest}`,
      `55${place}${String(first)}${rest}`
    ]),
  digits(8).map((rest) => [`54911${rest}`, `5411${rest}`, `541115${rest}`]),
  fc.tuple(fc.integer({ min: 2, max: 9 }), digits(9)).map(([first, rest]) => {
    const national = `${String(first)}${rest}`
    return [`52${national}`, `521${national}`]
  })
)
/** Something near a point: numbers with what people put between the digits, addresses, and anything. */
const written = fc.oneof(
  mobile.chain((forms) => fc.constantFrom(...forms)).map((one) => `+${one}`),
  fc.stringMatching(/^(\+|00)?[1-9][\d ().-]{5,18}$/),
  fc.emailAddress(),
  fc.string()
)

describe('the canonical form of a point', () => {
  it('is its own canonical form', () => {
    fc.assert(
      fc.property(kind, written, (one, text) => {
        const value = pointValue(one, text)
        expect(pointValue(one, value)).toBe(value)
        const strict = canonicalPoint(one, text)
        if (strict !== null) expect(canonicalPoint(one, strict)).toBe(strict)
        expect(pointKey(one, value)).toBe(pointKey(one, text))
      }),
      { numRuns: 3000 }
    )
  })

  it('is met by every way in which one line is written', () => {
    const between = fc.constantFrom('', ' ', '-', '.')
    fc.assert(
      fc.property(mobile, between, fc.constantFrom('+', '00', '+ '), (forms, gap, start) => {
        for (const one of ['phone', 'whatsapp'] as const) {
          const keys = forms.map((form) =>
            pointKey(one, start.trim() + form.slice(0, 4) + gap + form.slice(4))
          )
          expect(new Set(keys).size).toBe(1)
        }
        const lines = forms.flatMap((form) => [
          lineOfPoint('phone', pointValue('phone', `+${form}`)),
          lineOfPoint('whatsapp', pointValue('whatsapp', form))
        ])
        expect(new Set(lines).size).toBe(1)
      }),
      { numRuns: 2000 }
    )
  })

  it('of a WhatsApp number is what the channel calls it', () => {
    fc.assert(
      fc.property(written, (text) => {
        fc.pre(!/^\s*[A-Z]{2}\./.test(text))
        expect(canonicalPoint('whatsapp', text)).toBe(canonicalNumber(text))
      }),
      { numRuns: 3000 }
    )
  })

  it('keeps different lines apart', () => {
    fc.assert(
      fc.property(mobile, mobile, ([one = ''], [other = '']) => {
        fc.pre(one !== other)
        expect(pointKey('phone', `+${one}`)).not.toBe(pointKey('phone', `+${other}`))
      })
    )
  })

  it.each([
    ['email', ' Ann.O@Example.ORG ', 'ann.o@example.org'],
    ['email', 'no address', null],
    ['phone', '+33 (0)6 12 34 56 78', '+33612345678'],
    ['phone', '0033 6.12.34.56.78', '+33612345678'],
    ['phone', '+52 1 55 1234 5678', '+525512345678'],
    ['phone', '+55 11 8765-4321', '+5511987654321'],
    ['phone', '+54 11 4321 8765', '+541143218765'],
    ['phone', '100', null],
    ['phone', 'anonymous', null],
    ['whatsapp', '+33 6 12 34 56 78', '33612345678'],
    ['whatsapp', 'BR.1502576394655843', 'BR.1502576394655843'],
    ['x', ' 42 ', '42']
  ] as const)('of %s %j is %j', (one, text, value) => {
    expect(canonicalPoint(one, text)).toBe(value)
  })
})

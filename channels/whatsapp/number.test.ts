import { describe, expect, it } from 'vitest'
import { addressOf, canonicalNumber } from './number.ts'

describe('a WhatsApp number', () => {
  it.each([
    ['33612345678', '33612345678'],
    ['+33 6 12 34 56 78', '33612345678'],
    ['0033 6 12.34.56.78', '33612345678'],
    ['15551234567', '15551234567'],
    ['221771234567', '221771234567']
  ])('is E.164 without the plus: %s', (given, canonical) => {
    expect(canonicalNumber(given)).toBe(canonical)
  })

  it.each([
    ['with the ninth digit', '5511987654321', '5511987654321'],
    ['without it', '551187654321', '5511987654321'],
    ['of another area, without it', '559691234567', '5596991234567'],
    ['of a fixed line, which has none', '551134567890', '551134567890']
  ])('of Brazil %s', (_, given, canonical) => {
    expect(canonicalNumber(given)).toBe(canonical)
  })

  it.each([
    ['with the 9', '5491123456789', '5491123456789'],
    ['without it', '541123456789', '5491123456789'],
    ['as it is dialled at home', '54111523456789', '5491123456789'],
    ['of another area, as it is dialled at home', '54351154567890', '5493514567890']
  ])('of Argentina %s', (_, given, canonical) => {
    expect(canonicalNumber(given)).toBe(canonical)
  })

  it('of Mexico loses its old 1', () => {
    expect(canonicalNumber('5215512345678')).toBe('525512345678')
    expect(canonicalNumber('525512345678')).toBe('525512345678')
  })

  it('stays what it is when it is made canonical again', () => {
    for (const one of ['551187654321', '541123456789', '54111523456789', '5215512345678', '33612345678']) {
      const canonical = canonicalNumber(one) ?? ''
      expect(canonicalNumber(canonical)).toBe(canonical)
    }
  })

  it.each(['', 'abc', '0', '12345', '1234567890123456', '33612x45678', '٣٣٦١٢٣٤٥٦٧٨'])(
    'is not %j',
    (given) => {
      expect(canonicalNumber(given)).toBeNull()
    }
  )
})

describe('how a customer is known', () => {
  it('is by number where Meta tells it, else by the id of who has a username', () => {
    expect(addressOf('551187654321', 'BR.1502576394655843')).toBe('5511987654321')
    expect(addressOf(undefined, 'BR.1502576394655843')).toBe('BR.1502576394655843')
    expect(addressOf('US.ENT.11815799212886844830', undefined)).toBe('US.ENT.11815799212886844830')
    expect(addressOf('', '')).toBeNull()
    expect(addressOf(undefined, undefined)).toBeNull()
  })
})

import { describe, expect, it } from 'vitest'
import { asTyped, countriesIn, firstCountry, numberOf, readable } from './number.ts'

describe('a telephone number', () => {
  it('is read in its country, or as it says by itself', () => {
    expect(numberOf('77 000 01 01', 'SN')).toBe('+221770000101')
    expect(numberOf('+33 6 12 34 56 78', 'SN')).toBe('+33612345678')
    expect(numberOf('hello', 'SN')).toBeNull()
    expect(numberOf('12', 'SN')).toBeNull()
    expect(numberOf('77 000 01 01 ext. 5', 'SN')).toBeNull()
  })

  it('is written as one types, and takes its country along', () => {
    expect(asTyped('0612345678', 'FR')).toEqual({ text: '06 12 34 56 78', country: 'FR' })
    expect(asTyped('+221770000101', 'FR')).toMatchObject({ country: 'SN' })
    expect(readable('+221770000101')).toBe('+221 77 000 01 01')
  })

  it('begins where the hub says, or where the browser is from', () => {
    expect(firstCountry('SN', ['fr-FR'])).toBe('SN')
    expect(firstCountry(null, ['en', 'fr-CA'])).toBe('CA')
    expect(firstCountry('XX', ['wo'])).toBe('FR')
  })

  it('has every country by its name', () => {
    const names = countriesIn('fr')
    expect(names.find(({ code }) => code === 'SN')).toEqual({ code: 'SN', name: 'Sénégal', calling: '+221' })
    expect(names.length).toBeGreaterThan(200)
  })
})

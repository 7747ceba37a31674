import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { en } from './en.ts'
import { fr } from './fr.ts'
import { chooseLocale, writeDay, writeMoment } from './locale.ts'

beforeEach(() => void vi.stubGlobal('navigator', { languages: ['de-DE'] }))
afterEach(() => void vi.unstubAllGlobals())

describe('words', () => {
  it.each([
    [['fr-CA', 'en'], 'fr'],
    [[undefined, '', 'ar', 'FR'], 'fr'],
    [['wo', 'de'], 'en'],
    [[], 'en']
  ])('speaks %j as %s', (wished, locale) => {
    expect(chooseLocale(wished)).toBe(locale)
  })

  it('says everything in both languages', () => {
    for (const [key, value] of Object.entries(en)) {
      const other = fr[key as keyof typeof fr]
      expect(typeof other, key).toBe(typeof value)
      if (typeof value === 'object') expect(Object.keys(other)).toEqual(Object.keys(value))
    }
  })

  it('keeps French signs on the line of their word', () => {
    const texts = Object.values(fr).map((value) => (typeof value === 'function' ? '' : JSON.stringify(value)))
    for (const text of texts) expect(text).not.toMatch(/ [?!;:»%]/)
  })

  it.each([
    [10, 'It usually takes less than a minute.'],
    [60, 'It will take about a minute.'],
    [240, 'It will take about 4 minutes.'],
    [7_200, 'It will probably take more than an hour.']
  ])('says honestly what %d seconds are', (seconds, sentence) => {
    expect(en.wait(seconds)).toBe(sentence)
  })

  it('says when it opens again in words of the day', () => {
    const now = new Date(2026, 10, 23, 22, 0)
    expect(writeMoment('en', new Date(2026, 10, 24, 8, 0), now)).toBe('tomorrow at 08:00')
    expect(writeMoment('fr', new Date(2026, 10, 23, 23, 30), now)).toBe('aujourd’hui à 23:30')
    expect(writeMoment('fr', new Date(2026, 10, 30, 8, 0), now)).toBe('lundi 30 novembre à 08:00')
  })

  it('names the days between messages', () => {
    const now = new Date(2026, 10, 23, 9, 0)
    expect(writeDay('en', new Date(2026, 10, 23, 1, 0), now)).toBe('Today')
    expect(writeDay('fr', new Date(2026, 10, 22, 23, 0), now)).toBe('Hier')
    expect(writeDay('fr', new Date(2025, 0, 1), now)).toBe('Mercredi 1 janvier 2025')
  })

  it('writes sizes as people do', () => {
    expect([en.bytes(1), en.bytes(200_000), en.bytes(1_572_864), en.bytes(10_485_760)]).toEqual([
      '1 KB',
      '195 KB',
      '1.5 MB',
      '10 MB'
    ])
    expect(fr.bytes(1_572_864)).toBe('1,5\u00a0Mo')
  })
})

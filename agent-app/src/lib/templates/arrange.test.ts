import { describe, expect, it } from 'vitest'
import { arrange, kindsOf, languageFor, type Wanted } from './arrange.ts'
import { templateOf } from './template-of.ts'

const all = [
  templateOf({ id: '1', name: 'order_shipped', language: 'en_US', body: 'Your order left.' }),
  templateOf({ id: '2', name: 'appointment', language: 'fr', body: 'Rendez-vous confirmé à l’agence.' }),
  templateOf({ id: '3', name: 'appointment', language: 'en_US', category: 'MARKETING' }),
  templateOf({ id: '4', name: 'refused', language: 'fr', state: 'rejected' })
]
const anything: Wanted = { typed: '', language: '', category: '', recent: [] }
const ids = (wanted: Partial<Wanted>) => arrange(all, { ...anything, ...wanted }).map(({ id }) => id)

describe('choosing a template', () => {
  it('never offers what is not approved', () => {
    expect(ids({})).toEqual(['3', '2', '1'])
  })
  it('puts those sent lately first, the last one at the top', () => {
    expect(ids({ recent: ['1', '2'] })).toEqual(['1', '2', '3'])
  })
  it('finds words of name and text without accents or underlines', () => {
    expect(ids({ typed: 'ORDER ship' })).toEqual(['1'])
    expect(ids({ typed: 'confirme' })).toEqual(['2'])
    expect(ids({ typed: 'nothing like it' })).toEqual([])
  })
  it('keeps to a language and a category', () => {
    expect(ids({ language: 'en_US' })).toEqual(['3', '1'])
    expect(ids({ category: 'MARKETING' })).toEqual(['3'])
    expect(kindsOf(all, 'language')).toEqual(['en_US', 'fr'])
  })
  it('takes the language of the contact where there is one', () => {
    const languages = ['en_GB', 'en_US', 'fr', 'pt_BR']
    expect(languageFor(languages, 'en-US')).toBe('en_US')
    expect(languageFor(languages, 'en')).toBe('en_GB')
    expect(languageFor(languages, 'fr-SN')).toBe('fr')
    expect(languageFor(languages, 'wo')).toBe('')
    expect(languageFor(languages, null)).toBe('')
  })
})

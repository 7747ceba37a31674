import { describe, expect, it } from 'vitest'
import { fieldsIn, inserted, variableOf } from './variables.ts'

describe('variables in the blanks of a template', () => {
  it('are written as Liquid knows them', () => {
    expect(variableOf('first_name')).toBe('{{ contact.first_name }}')
    expect(variableOf('date of birth')).toBe('{{ contact["date of birth"] }}')
  })

  it('are found once each, with filters and in conditions', () => {
    const texts = [
      '{{ contact.city | upcase }} {{contact.plan}}',
      '{% if contact.city %}x{% endif %}',
      'contact.no'
    ]
    expect(fieldsIn(texts)).toEqual(['city', 'plan'])
  })

  it('come where the caret is, a space before them where words are', () => {
    expect(inserted('Hello', '{{ x }}', 5, 5)).toEqual({ text: 'Hello {{ x }}', caret: 13 })
    expect(inserted('p?who=', '{{ x }}', 6, 6)).toEqual({ text: 'p?who={{ x }}', caret: 13 })
    expect(inserted('ab', 'X', 0, 1)).toEqual({ text: 'Xb', caret: 1 })
  })
})

import { IsString, Type } from 'typebox'
import { expect, it } from 'vitest'
import { field } from './settings.ts'

it('gives each field that shares a schema words of its own', () => {
  const id = Type.String({ pattern: '^\\d+$' })
  const [first, second] = ['First', 'Second'].map((en) => field(id, { label: { en, fr: en } }))
  expect(first).toMatchObject({ pattern: '^\\d+$', label: { en: 'First' } })
  expect(second).toMatchObject({ pattern: '^\\d+$', label: { en: 'Second' } })
  expect(id).not.toHaveProperty('label')
  expect(IsString(first)).toBe(true)
})

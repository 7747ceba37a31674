import { describe, expect, it } from 'vitest'
import { fillIn, unknownVariables } from './variables.ts'

describe('a canned answer', () => {
  it('fills in what is known and leaves the rest as it is written', () =>
    expect(fillIn('Hello {{contact.name}} {{ nothing }}', { 'contact.name': 'Ana' })).toBe(
      'Hello Ana {{ nothing }}'
    ))
  it('names variables that nothing fills in, once each', () =>
    expect(unknownVariables('{{agent.nom}} {{agent.name}} {{agent.nom}}')).toEqual(['agent.nom']))
})

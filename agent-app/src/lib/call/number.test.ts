import { expect, it } from 'vitest'
import { groupNumber } from './number.ts'

it.each([
  ['+33612345678', '+33 6 12 34 56 78'],
  ['+14155550100', '+1 415 555 0100'],
  ['+221771234567', '+221 7 71 23 45 67'],
  ['+442079460958', '+44 20 79 46 09 58']
])('groups %s', (number, grouped) => expect(groupNumber(number)).toBe(grouped))

it('leaves alone what is no international number', () => {
  expect(groupNumber('600')).toBe('600')
  expect(groupNumber('')).toBe('')
  expect(groupNumber('+33 6 12')).toBe('+33 6 12')
})

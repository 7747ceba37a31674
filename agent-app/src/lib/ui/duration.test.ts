import { describe, expect, it } from 'vitest'
import { splitDuration } from './duration.ts'

describe('a length of time', () => {
  it('is shown in the largest whole unit', () => {
    expect(splitDuration(14_400)).toEqual({ value: 4, unit: 'hour' })
    expect(splitDuration(90)).toEqual({ value: 90, unit: 'second' })
    expect(splitDuration(0)).toEqual({ value: 0, unit: 'second' })
  })
})

import { describe, expect, it } from 'vitest'
import { differenceIn, figureRows } from './figure-rows.ts'

const figures = {
  arrivals: 10,
  answered: 9,
  abandoned: 1,
  serviceLevel: 0.8 as number | null,
  waitAverageS: 12,
  waitP90S: 30,
  waitLongestS: 50,
  occupancy: 0.7
}
const rowOf = (name: keyof typeof figures) => figureRows.find((row) => row.name === name)!

describe('what a change makes of a figure', () => {
  it('is better with more answered in time and with shorter waits', () => {
    expect(differenceIn(rowOf('serviceLevel'), figures, { ...figures, serviceLevel: 0.9 })?.tone).toBe(
      'better'
    )
    expect(differenceIn(rowOf('waitAverageS'), figures, { ...figures, waitAverageS: 20 })).toEqual({
      by: 8,
      tone: 'worse'
    })
    expect(differenceIn(rowOf('abandoned'), figures, { ...figures, abandoned: 0 })?.tone).toBe('better')
  })

  it('is neither where both ways can be good, and nothing where nothing is to be seen', () => {
    expect(differenceIn(rowOf('occupancy'), figures, { ...figures, occupancy: 0.9 })?.tone).toBeNull()
    expect(differenceIn(rowOf('waitP90S'), figures, { ...figures, waitP90S: 30.04 })).toBeNull()
    expect(differenceIn(rowOf('serviceLevel'), figures, { ...figures, serviceLevel: null })).toBeNull()
  })
})

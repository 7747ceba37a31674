import { describe, expect, it } from 'vitest'
import { bothTails, chanceOf, compareSubjects, rangeOf } from './compare-subjects.ts'

const tried = (id: string, sent: number, clicked: number) => ({ id, sent, clicked })

describe('the two-proportion test', () => {
  it('knows the tails of the normal curve', () => {
    expect(bothTails(0)).toBeCloseTo(1, 6)
    expect(bothTails(1.959964)).toBeCloseTo(0.05, 6)
    expect(bothTails(-2.575829)).toBeCloseTo(0.01, 6)
    expect(bothTails(12)).toBeLessThan(1e-9)
  })
  it('gives what textbooks give', () => {
    // z = 2.0 % against 2.6 % of 10,000 each: pooled 2.3 %, z = 2.8303.
    expect(chanceOf(tried('a', 10_000, 200), tried('b', 10_000, 260))).toBeCloseTo(0.00465, 4)
    expect(chanceOf(tried('a', 500, 25), tried('b', 500, 25))).toBeCloseTo(1, 6)
  })
  it('says nothing of a handful', () => {
    expect(chanceOf(tried('a', 100, 1), tried('b', 100, 6))).toBeNull()
    expect(chanceOf(tried('a', 0, 0), tried('b', 100, 60))).toBeNull()
    expect(chanceOf(tried('a', 100, 99), tried('b', 100, 100))).toBeNull()
  })
})

describe('what is said of a test of subjects', () => {
  it('is that one is better when chance would hardly do it', () => {
    expect(compareSubjects([tried('a', 10_000, 200), tried('b', 10_000, 300)])).toMatchObject({
      kind: 'better',
      best: 'b'
    })
  })
  it('is that the difference is within chance when it is', () => {
    expect(compareSubjects([tried('a', 1000, 50), tried('b', 1000, 58)])).toMatchObject({
      kind: 'within-chance',
      best: 'b'
    })
  })
  it('is harder to say of many: one of five is the best by luck', () => {
    const pair = [tried('a', 1000, 50), tried('b', 1000, 72)]
    expect(compareSubjects(pair).kind).toBe('better')
    expect(compareSubjects([...pair, ...['c', 'd', 'e'].map((id) => tried(id, 1000, 50))]).kind).toBe(
      'within-chance'
    )
  })
  it('looks at the next best, not at the worst', () => {
    expect(compareSubjects([tried('a', 5000, 100), tried('b', 5000, 250), tried('c', 5000, 255)]).kind).toBe(
      'within-chance'
    )
  })
  it('is nothing of one, of none, or of a few clicks', () => {
    expect(compareSubjects([])).toEqual({ kind: 'too-few' })
    expect(compareSubjects([tried('a', 100, 50), tried('b', 0, 0)])).toEqual({ kind: 'too-few' })
    expect(compareSubjects([tried('a', 50, 1), tried('b', 50, 3)])).toEqual({ kind: 'too-few' })
  })
})

describe('the range of a rate', () => {
  it('is that of Wilson', () => {
    const { low, high } = rangeOf(tried('a', 100, 10))!
    expect([low, high].map((share) => Number(share.toFixed(4)))).toEqual([0.0552, 0.1744])
  })
  it('stays within nothing and all', () => {
    expect(rangeOf(tried('a', 10, 0))!.low).toBe(0)
    expect(rangeOf(tried('a', 10, 10))!.high).toBeCloseTo(1, 9)
    expect(rangeOf(tried('a', 0, 0))).toBeNull()
  })
})

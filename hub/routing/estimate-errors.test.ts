import { describe, expect, it } from 'vitest'
import { errorsOf, type Missed } from './estimate-errors.ts'

const missed = (errorS: number, times = 1, queueId = 'care'): Missed => ({
  queueId,
  errorS,
  times,
  waitedS: 100 * times
})

describe('the errors of estimates', () => {
  it('are none where nobody was told anything', () => {
    expect(errorsOf([])).toEqual([])
  })

  it('say by how much half and nine of ten were missed, too long or too short alike', () => {
    const [care] = errorsOf([missed(-200), missed(5, 3), missed(-10, 2), missed(61, 2), missed(60, 2)])
    expect(care).toEqual({
      queueId: 'care',
      told: 10,
      meanErrorS: 3.7,
      meanAbsoluteErrorS: 47.7,
      medianAbsoluteErrorS: 10,
      p90AbsoluteErrorS: 61,
      withinMinute: 0.7,
      meanWaitS: 100
    })
  })

  it('are those of each queue by itself', () => {
    const found = errorsOf([missed(0, 4), missed(90, 1, 'loans'), missed(30, 4)])
    expect(found.map(({ queueId, told, withinMinute }) => [queueId, told, withinMinute])).toEqual([
      ['care', 8, 1],
      ['loans', 1, 0]
    ])
  })
})

import { describe, expect, it } from 'vitest'
import { steadyClock } from './steady-clock.ts'

const clocks = () => {
  const state = { wall: 1_000_000, steady: 0 }
  const read = steadyClock(
    () => state.wall,
    () => state.steady
  )
  const pass = (ms: number) => {
    state.wall += ms
    state.steady += ms
  }
  return { state, read, pass }
}

describe('the clock of schedules', () => {
  it('goes on as before when the wall clock is set forward, until that has stood for half a minute', () => {
    const { state, read, pass } = clocks()
    expect(read()).toBe(1_000_000)
    state.wall += 3_600_000
    expect(read()).toBe(1_000_000)
    pass(20_000)
    expect(read()).toBe(1_020_000)
    pass(10_001)
    expect(read()).toBe(1_030_001 + 3_600_000)
  })

  it('forgets a mistake that was put right', () => {
    const { state, read, pass } = clocks()
    state.wall -= 3_600_000
    expect(read()).toBe(1_000_000)
    pass(10_000)
    state.wall += 3_600_000
    expect(read()).toBe(1_010_000)
    pass(60_000)
    expect(read()).toBe(1_070_000)
  })

  it('follows a clock that is slewed', () => {
    const { state, read, pass } = clocks()
    for (let i = 0; i < 100; i++) {
      pass(1000)
      state.wall += 10
      read()
    }
    expect(read()).toBe(state.wall)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  calm,
  isWorse,
  levelOf,
  longestStepMs,
  look,
  phaseOf,
  quietEndsMs,
  reachedBy,
  watchAt,
  type Level,
  type Rule,
  type Watch
} from './hysteresis.ts'

const rule: Rule = { comparison: 'above', warn: 10, danger: 20, margin: 2, forSeconds: 30 }

/** Rules whose danger lies beyond their warning, as they are kept. */
const rules = fc
  .record({
    comparison: fc.constantFrom('above' as const, 'below' as const),
    level: fc.integer({ min: 0, max: 20 }),
    step: fc.integer({ min: 1, max: 20 }),
    has: fc.constantFrom('warn', 'danger', 'both'),
    margin: fc.integer({ min: 0, max: 5 }),
    forSeconds: fc.integer({ min: 0, max: 60 })
  })
  .map(({ comparison, level, step, has, margin, forSeconds }): Rule => ({
    comparison,
    margin,
    forSeconds,
    warn: has === 'danger' ? null : level,
    danger: has === 'warn' ? null : comparison === 'above' ? level + step : level - step
  }))
const values = fc.option(fc.integer({ min: -25, max: 45 }), { freq: 8 })
const looks = fc.array(fc.record({ value: values, afterMs: fc.integer({ min: 0, max: 20_000 }) }), {
  maxLength: 120
})
/** Clocks that are also set back and forth. */
const jumps = fc.array(
  fc.record({
    value: values,
    afterMs: fc.oneof(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: -1e10, max: 1e10 }))
  }),
  { maxLength: 120 }
)

interface Seen {
  value: number | null
  stepMs: number
  level: Level
}

/** What is seen of a series; `stepMs` is the time that may count. */
function follow(of: Rule, series: readonly { value: number | null; afterMs: number }[], from: Watch = calm) {
  let watch = from
  let now = 1_700_000_000_000
  return series.map(({ value, afterMs }, i): Seen => {
    now += afterMs
    watch = look(of, watch, value, now)
    const stepMs = i === 0 ? 0 : Math.min(longestStepMs, Math.max(0, afterMs))
    return { value, stepMs, level: levelOf(watch) }
  })
}

const every = (afterMs: number, ...series: (number | null)[]) => series.map((value) => ({ value, afterMs }))
const levels = (seen: readonly Seen[]) => seen.map(({ level }) => level)
const rank = { ok: 0, warn: 1, danger: 2 }

/** For how long up to here, seen without a break, `fits` was true; null when it is not true now. */
function heldUpTo(seen: readonly Seen[], at: number, fits: (value: number) => boolean): number | null {
  let held: number | null = null
  for (let i = at; i >= 0; i--) {
    const { value } = seen[i]!
    if (value === null || !fits(value)) return held
    held = (held ?? 0) + (i > 0 && fitsAt(seen[i - 1]!.value, fits) ? seen[i]!.stepMs : 0)
  }
  return held
}
const fitsAt = (value: number | null, fits: (value: number) => boolean) => value !== null && fits(value)

describe('a threshold', () => {
  it('is raised once the figure was beyond it for its time, and not before', () => {
    const seen = follow(rule, every(5000, 11, 11, 11, 11, 11, 11, 11, 11))
    expect(levels(seen)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'warn', 'warn'])
  })

  it('is not passed by the level itself', () => {
    expect(levels(follow(rule, every(5000, ...Array<number>(20).fill(10)))).at(-1)).toBe('ok')
    expect(reachedBy({ ...rule, comparison: 'below', warn: 10, danger: 5 }, 10)).toBe('ok')
    expect(reachedBy({ ...rule, comparison: 'below', warn: 10, danger: 5 }, 4)).toBe('danger')
  })

  it('ends only when the figure is back beyond the margin, for its time', () => {
    const raised = watchAt('warn')
    expect(levels(follow(rule, every(5000, ...Array<number>(60).fill(9)), raised)).at(-1)).toBe('warn')
    const back = levels(follow(rule, every(5000, 8, 8, 8, 8, 8, 8, 8), raised))
    expect(back.filter((level) => level === 'warn')).toHaveLength(6)
    expect(back.at(-1)).toBe('ok')
  })

  it('goes from warning to danger and back, each with its own time', () => {
    const series = [
      ...every(5000, ...Array<number>(7).fill(25)),
      ...every(5000, ...Array<number>(7).fill(15))
    ]
    const seen = levels(follow(rule, series))
    expect([seen[6], seen.at(-1)]).toEqual(['danger', 'warn'])
  })

  it('says what is about to come', () => {
    const at = (...series: number[]) => {
      let watch: Watch = calm
      series.forEach((value, i) => (watch = look(rule, watch, value, i * 5000)))
      return phaseOf(watch)
    }
    const raised = Array<number>(7).fill(11)
    expect([at(1), at(11), at(...raised), at(...raised, 1), at(...Array<number>(7).fill(21))]).toEqual([
      'ok',
      'pending',
      'warn',
      'clearing',
      'danger'
    ])
  })

  it('is raised only after the figure was seen beyond the level for all its time, and ends likewise', () => {
    fc.assert(
      fc.property(rules, jumps, (of, series) => {
        const seen = follow(of, series)
        for (const [i, { level }] of seen.entries()) {
          const before = i === 0 ? 'ok' : seen[i - 1]!.level
          if (rank[level] > rank[before]) {
            const held = heldUpTo(seen, i, (value) => rank[reachedBy(of, value)] >= rank[level])
            expect(held).not.toBeNull()
            expect(held).toBeGreaterThanOrEqual(of.forSeconds * 1000)
          }
          if (level === 'ok' && before !== 'ok' && seen[i]!.value !== null) {
            const held = heldUpTo(seen, i, (value) => reachedBy(of, value) === 'ok')
            expect(held).toBeGreaterThanOrEqual(of.forSeconds * 1000)
          }
        }
      })
    )
  })

  it('is not lost: what was beyond the level for its time, as far as was seen, is raised', () => {
    fc.assert(
      fc.property(rules, jumps, (of, series) => {
        const seen = follow(of, series)
        for (const [i, { level }] of seen.entries()) {
          const held = heldUpTo(seen, i, (value) => reachedBy(of, value) !== 'ok')
          if (held !== null && of.warn !== null && held >= of.forSeconds * 1000) expect(level).not.toBe('ok')
        }
      })
    )
  })

  it('turns no more often than its time allows', () => {
    fc.assert(
      fc.property(rules, looks, (of, series) => {
        fc.pre(of.forSeconds > 0)
        const seen = follow(of, series)
        const raised = seen.filter(
          ({ level }, i) => (level !== 'ok') !== (i > 0 && seen[i - 1]!.level !== 'ok')
        )
        const passed = seen.reduce((sum, { stepMs }) => sum + stepMs, 0)
        expect(raised.length).toBeLessThanOrEqual(passed / (of.forSeconds * 1000))
      })
    )
  })

  it('does not move when the figure jumps between a level and its margin, however fast', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(9, 10, 10.5, 11), { maxLength: 100 }),
        fc.constantFrom<Level>('ok', 'warn'),
        (series, level) => {
          const flapping = series.flatMap((value) => [value, 9.5])
          expect(new Set(levels(follow(rule, every(5000, ...flapping), watchAt(level))))).toEqual(
            new Set(flapping.length ? [level] : [])
          )
        }
      )
    )
  })

  it('neither rises nor ends by a figure without value, until there was none for long', () => {
    fc.assert(
      fc.property(fc.constantFrom<Level>('ok', 'warn', 'danger'), fc.nat({ max: 100 }), (level, count) => {
        const seen = follow(rule, every(5000, ...Array<null>(count).fill(null)), watchAt(level))
        expect(new Set(levels(seen))).toEqual(new Set(count ? [level] : []))
      })
    )
    const long = quietEndsMs / 5000 + 1
    expect(levels(follow(rule, every(5000, ...Array<null>(long).fill(null)), watchAt('danger'))).at(-1)).toBe(
      'ok'
    )
  })

  it('begins to count anew after a figure without value', () => {
    const series = [...Array<number>(6).fill(11), null, ...Array<number>(6).fill(11)]
    expect(new Set(levels(follow(rule, every(5000, ...series))))).toEqual(new Set(['ok']))
  })

  it('takes a clock that is set, and a process that stood still, for a short moment', () => {
    const asleep = follow(rule, [
      ...every(1000, 11, 11),
      { value: 11, afterMs: 3_600_000 },
      ...every(1000, 11)
    ])
    expect(new Set(levels(asleep))).toEqual(new Set(['ok']))
    const back = follow(rule, [
      ...every(5000, 11, 11, 11, 11),
      { value: 11, afterMs: -86_400_000 },
      ...every(5000, 11, 11, 11)
    ])
    expect(levels(back).at(-1)).toBe('warn')
  })

  it('knows which of two values is worse', () => {
    expect([isWorse({ comparison: 'above' }, 3, 2), isWorse({ comparison: 'below' }, 3, 2)]).toEqual([
      true,
      false
    ])
  })
})

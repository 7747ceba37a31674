/** When a figure is too high or too low: how far, for how long, and how far back it has to come. */
export interface Rule {
  comparison: 'above' | 'below'
  warn: number | null
  danger: number | null
  /** The figure is back when it is so far on the good side of the level. */
  margin: number
  /** Both coming and going count once they were seen for so long without a break. */
  forSeconds: number
}

export type Level = 'ok' | 'warn' | 'danger'
export type Phase = 'ok' | 'pending' | 'warn' | 'danger' | 'clearing'

interface Latch {
  on: boolean
  /** For how long, ms, what would turn it was seen without a break; null: it is not seen. */
  heldMs: number | null
}

/** What is known of a figure that is watched. */
export interface Watch {
  readonly warn: Latch
  readonly danger: Latch
  /** For how long, ms, there was nothing to measure. */
  readonly quietMs: number
  /** The wall clock at the last look; null before the first. */
  readonly at: number | null
}

/** More than this between two looks was not seen: nobody looked, or the clock was set. */
export const longestStepMs = 5000
/** Where there is nothing to measure for so long, nothing is wrong any more. */
export const quietEndsMs = 900_000

const off: Latch = { on: false, heldMs: null }

export const calm: Watch = { warn: off, danger: off, quietMs: 0, at: null }

/** The watch of a figure of which only its level is known: after another node looked at it. */
export const watchAt = (level: Level): Watch => ({
  ...calm,
  warn: { on: level !== 'ok', heldMs: null },
  danger: { on: level === 'danger', heldMs: null }
})

export const levelOf = ({ warn, danger }: Watch): Level => (danger.on ? 'danger' : warn.on ? 'warn' : 'ok')

/** The level with what is about to come of it. */
export function phaseOf(watch: Watch): Phase {
  const { warn, danger } = watch
  const level = levelOf(watch)
  if (level === 'ok') return warn.heldMs !== null || danger.heldMs !== null ? 'pending' : 'ok'
  return warn.heldMs !== null || (!warn.on && danger.heldMs !== null) ? 'clearing' : level
}

/** Is the figure beyond the level? The level itself is not. */
const isBeyond = ({ comparison }: Rule, level: number | null, value: number) =>
  level !== null && (comparison === 'above' ? value > level : value < level)

const isBack = ({ comparison, margin }: Rule, level: number | null, value: number) =>
  level === null || (comparison === 'above' ? value <= level - margin : value >= level + margin)

/** The level at which a figure stands by itself, without regard to time. */
export const reachedBy = (rule: Rule, value: number): Level =>
  isBeyond(rule, rule.danger, value) ? 'danger' : isBeyond(rule, rule.warn, value) ? 'warn' : 'ok'

/** Is one value worse than another? */
export const isWorse = ({ comparison }: Pick<Rule, 'comparison'>, value: number, than: number) =>
  comparison === 'above' ? value > than : value < than

function turn(latch: Latch, turns: boolean, stepMs: number, neededMs: number): Latch {
  if (!turns) return latch.heldMs === null ? latch : { on: latch.on, heldMs: null }
  const heldMs = latch.heldMs === null ? 0 : latch.heldMs + stepMs
  return heldMs >= neededMs ? { on: !latch.on, heldMs: null } : { on: latch.on, heldMs }
}

/**
 * Takes the figure as it is now. Time counts as far as it was seen: from one look to the next, never more than
 * `longestStepMs` and never backwards, so a clock that is set, and a process that stood still, can only make it later.
 * A figure without value (nothing to divide, too few cases) breaks what was held and turns nothing; when there was
 * nothing to measure for `quietEndsMs` (or `forSeconds`, when that is longer) all is calm again.
 */
export function look(rule: Rule, watch: Watch, value: number | null, now: number): Watch {
  const stepMs = watch.at === null ? 0 : Math.min(longestStepMs, Math.max(0, now - watch.at))
  const neededMs = rule.forSeconds * 1000
  if (value === null) {
    const quietMs = watch.quietMs + stepMs
    return quietMs >= Math.max(quietEndsMs, neededMs)
      ? { ...calm, quietMs, at: now }
      : {
          warn: turn(watch.warn, false, stepMs, neededMs),
          danger: turn(watch.danger, false, stepMs, neededMs),
          quietMs,
          at: now
        }
  }
  const next = (latch: Latch, level: number | null) =>
    turn(latch, latch.on ? isBack(rule, level, value) : isBeyond(rule, level, value), stepMs, neededMs)
  return { warn: next(watch.warn, rule.warn), danger: next(watch.danger, rule.danger), quietMs: 0, at: now }
}

const most = 127

/** Speech is mostly quiet: a root lifts it, so that it can be told from silence. */
const lifted = (peak: number) => Math.sqrt(Math.max(0, Math.min(most, peak)) / most)

/**
 * Heights 0…1 of `count` bars, each the loudest of its stretch. `share` is how much of the width the peaks fill: those
 * of a recording that goes on end before it does.
 */
export function barsOf(peaks: readonly number[], count: number, share = 1): number[] {
  const filled = Math.round(count * Math.min(1, share))
  return Array.from({ length: count }, (_, n) => {
    if (n >= filled || !peaks.length) return 0
    const from = Math.floor((n * peaks.length) / filled)
    const to = Math.max(from + 1, Math.floor(((n + 1) * peaks.length) / filled))
    let loudest = 0
    for (const peak of peaks.slice(from, to)) if (peak > loudest) loudest = peak
    return lifted(loudest)
  })
}

/** Bars as strokes of an SVG path, `step` apart from the left, from `base` upwards (or downwards below zero). */
export function strokesOf(bars: readonly number[], step: number, base: number, reach: number): string {
  return bars
    .map((height, n) => {
      const length = Math.sign(reach) * Math.max(1, height * Math.abs(reach))
      return `M${n * step + step / 2} ${base}v${length.toFixed(1)}`
    })
    .join('')
}

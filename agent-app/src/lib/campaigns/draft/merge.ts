import { same } from '../../admin/records/differences.ts'

/** What both changed, each in another way. */
export interface Clash {
  /** `name`, `message.mjml` */
  path: string
  mine: unknown
  theirs: unknown
}

type Part = Record<string, unknown>
const isPart = (value: unknown): value is Part =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
/** Somebody may write the subject while somebody else writes the text. */
const parted = new Set(['message'])

/**
 * Puts together what two wrote who started from the same. What only one changed is theirs; what both changed in another
 * way is told, and taken from the preferred side.
 */
export function merge<F extends object>(
  base: F,
  mine: F,
  theirs: F,
  prefer: 'mine' | 'theirs' = 'mine'
): { merged: F; clashes: Clash[] } {
  const clashes: Clash[] = []
  const join = (from: Part, a: Part, b: Part, above: string): Part =>
    Object.fromEntries(
      [...new Set([...Object.keys(b), ...Object.keys(a)])].map((name) => {
        const [was, own, other] = [from[name], a[name], b[name]]
        if (same(own, was)) return [name, other]
        if (same(other, was) || same(own, other)) return [name, own]
        if (parted.has(name) && isPart(was) && isPart(own) && isPart(other))
          return [name, join(was, own, other, `${name}.`)]
        clashes.push({ path: above + name, mine: own, theirs: other })
        return [name, prefer === 'mine' ? own : other]
      })
    )
  return { merged: join(base as Part, mine as Part, theirs as Part, '') as F, clashes }
}

/** The first lines in which two texts differ, for people to compare. */
export function firstDifference(mine: string, theirs: string, most = 4): { mine: string; theirs: string } {
  const [a, b] = [mine.split('\n'), theirs.split('\n')]
  let at = 0
  while (at < a.length && at < b.length && a[at] === b[at]) at++
  const part = (lines: string[]) => lines.slice(at, at + most).join('\n')
  return { mine: part(a), theirs: part(b) }
}

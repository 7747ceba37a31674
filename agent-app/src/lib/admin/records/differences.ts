/** Keys in order, so that the same content is the same text. */
const write = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part
  )

/** True when both hold the same, whatever the order of their keys. */
export const same = (a: unknown, b: unknown): boolean => a === b || write(a) === write(b)

/** The fields of `after` that are not as in `before`. */
export const differences = <F extends object>(before: F, after: F): Partial<F> =>
  Object.fromEntries(
    Object.entries(after).filter(([name, value]) => !same(before[name as keyof F], value))
  ) as Partial<F>

/**
 * Goes on from a newer state with one's own changes: what I changed stays mine, everything else becomes theirs.
 * @param base what both started from
 */
export const rebase = <F extends object>(base: F, mine: F, theirs: F): F => ({
  ...theirs,
  ...differences(base, mine)
})

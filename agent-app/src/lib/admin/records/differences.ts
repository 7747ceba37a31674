/** True when both would be written the same way. */
export const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)

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

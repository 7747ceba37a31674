const duplicateKey = 11000

/**
 * Which documents of an unordered insert are there already, by place. Anything else that went wrong is thrown again: the
 * driver gives a lost connection the same kind of error, with no write errors in it, and then nobody knows what was
 * stored.
 */
export function repeatsIn(error: unknown): Set<number> {
  const { writeErrors = [] } = error as { writeErrors?: { code: number; index: number }[] }
  if (writeErrors.length === 0 || writeErrors.some(({ code }) => code !== duplicateKey)) throw error
  return new Set(writeErrors.map(({ index }) => index))
}

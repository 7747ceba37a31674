/** Order of two sequences of events, `<ms>-<n>`. */
export function isLater(a: string, b: string): boolean {
  const [aMs = 0, aN = 0] = a.split('-').map(Number)
  const [bMs = 0, bN = 0] = b.split('-').map(Number)
  return aMs > bMs || (aMs === bMs && aN > bN)
}

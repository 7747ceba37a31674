/** The value below which `share` of the sorted figures lie (nearest rank). 0 for none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))] ?? 0
}

export const median = (values: readonly number[]) => percentile(values, 0.5)

/** Three digits that mean something: 0.123, 1.23, 12.3, 123, 1234. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size === 0 ? 0 : 3)
}

export type Row = Record<string, string | number>

/** A table as text; the columns are the keys of the first row. */
export function tableOf(rows: Row[]): string {
  const columns = Object.keys(rows[0] ?? {})
  const cell = (value: string | number | undefined) =>
    typeof value === 'number' ? short(value) : (value ?? '')
  const widths = columns.map((column) =>
    Math.max(column.length, ...rows.map((row) => cell(row[column]).length))
  )
  const line = (cells: string[]) =>
    `  ${cells.map((text, i) => (i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0))).join('  ')}`
  return [
    line(columns),
    line(widths.map((width) => '─'.repeat(width))),
    ...rows.map((row) => line(columns.map((column) => cell(row[column]))))
  ].join('\n')
}

/** Fails the bench: a figure of a product that loses or doubles work is worth nothing. */
export function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`Not correct: ${what}`)
}

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Waits until it is so; throws with what was waited for when it takes longer. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  { ms = 30_000, every = 20 } = {}
): Promise<void> {
  for (const deadline = Date.now() + ms; !(await isSo()); await sleep(every))
    if (Date.now() > deadline) throw new Error(`Waited ${String(ms / 1000)} s in vain: ${what}`)
}

/** Runs the work for every item, so many at a time. */
export async function each<T>(items: readonly T[], width: number, work: (item: T) => Promise<unknown>) {
  let next = 0
  const lane = async () => {
    for (let i = next++; i < items.length; i = next++) await work(items[i] as T)
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane))
}

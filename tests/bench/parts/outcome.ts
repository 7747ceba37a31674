import type { Row } from '../figures.ts'

/** What a part found: a table for people, figures for the last line. */
export interface Outcome {
  rows: Row[]
  figures: Record<string, number>
}

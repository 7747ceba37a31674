import { refuse } from '../refuse.ts'
import { momentOf } from '../wire.ts'

/** Boards show a day; somebody's day may have begun long before ours. */
const mostMs = 48 * 3_600_000

/** The moment at which the asker's day began. Refuses `invalid-input` for what is longer ago than a board shows. */
export function beginningOf(text: string): Date {
  const from = momentOf(text, 'from')
  return from.getTime() < Date.now() - mostMs
    ? refuse('invalid-input', undefined, [{ path: 'from', message: 'is more than two days ago' }])
    : from
}

import type { Types } from 'mongoose'
import { refuse } from './refuse.ts'

/** Ids and times as the contract writes them. */
export const idText = (id: Types.ObjectId | null | undefined): string | null => (id ? id.toHexString() : null)
export const timeText = (time: Date | null | undefined): string | null => (time ? time.toISOString() : null)

/** The moment that a `Time` of the contract names. Refuses those that do not exist, such as a leap second. */
export function momentOf(text: string, path: string): Date {
  const moment = new Date(text)
  return Number.isNaN(moment.getTime())
    ? refuse('invalid-input', undefined, [{ path, message: 'is not a time' }])
    : moment
}

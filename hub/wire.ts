import type { Types } from 'mongoose'

/** Ids and times as the contract writes them. */
export const idText = (id: Types.ObjectId | null | undefined): string | null => (id ? id.toHexString() : null)
export const timeText = (time: Date | null | undefined): string | null => (time ? time.toISOString() : null)

import { limits } from './limits.ts'

/** An object of JSON that came from outside; nothing is known of its fields. */
export type Fields = Record<string, unknown>

export const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const textIn = (fields: Fields, name: string): string => {
  const value = fields[name]
  return typeof value === 'string' ? value : ''
}

/** An id that may be kept and compared; null when it is none. */
export const idIn = (fields: Fields, name: string): string | null => {
  const value = textIn(fields, name)
  return value !== '' && value.length <= limits.idChars ? value : null
}

export const numberIn = (fields: Fields, name: string): number | null => {
  const value = fields[name]
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

export const recordIn = (fields: Fields, name: string): Fields => {
  const value = fields[name]
  return isRecord(value) ? value : {}
}

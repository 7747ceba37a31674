import type { PointKind } from '@palabre/channels/channel'
import { lineOf, phoneNumber } from './number.ts'

/** Who chose a username on WhatsApp is named by an id of the business instead of a number. */
const userId = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/

/**
 * The one form of a point's value: a lower-case address, a number in E.164, WhatsApp's digits without the plus; ids as
 * they are. Null for what is no such point.
 */
export function canonicalPoint(kind: PointKind, text: string): string | null {
  const value = text.trim()
  switch (kind) {
    case 'email':
      return /^[^\s@]+@[^\s@]+$/.test(value) ? value.toLowerCase() : null
    case 'phone':
      return phoneNumber(value)
    case 'whatsapp':
      return userId.test(value) ? value : whatsAppNumber(value)
    default:
      return value === '' ? null : value
  }
}

function whatsAppNumber(value: string): string | null {
  const digits = value.replace(/^(\+|00)/, '').replace(/[\s().-]/g, '')
  return /^[1-9]\d{6,14}$/.test(digits) ? lineOf(digits) : null
}

/** The same for what came through a channel, which is taken as it is when it has no such form (a withheld number). */
export const pointValue = (kind: PointKind, text: string): string => canonicalPoint(kind, text) ?? text.trim()

/**
 * `<kind>:<value>`: the same for every way in which the point can be written, and unique over all contacts. Argentine
 * numbers with and without their 9 have one key, though not one value.
 */
export function pointKey(kind: PointKind, text: string): string {
  const value = pointValue(kind, text)
  return kind === 'phone' && value.startsWith('+') ? `phone:+${lineOf(value.slice(1))}` : `${kind}:${value}`
}

/** The line of a point that is a number, for comparing points of unlike kinds; null for others. */
export function lineOfPoint(kind: PointKind, value: string): string | null {
  const digits = /^\+?(\d{7,15})$/.exec(value)?.[1]
  return digits !== undefined && (kind === 'phone' || kind === 'whatsapp') ? lineOf(digits) : null
}

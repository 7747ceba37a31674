import { parsePhoneNumberFromString, type NumberType } from 'libphonenumber-js/max'

/** Lines of people and companies. All others cost whoever calls them, or are no telephones. */
const usual = new Set<NumberType>(['FIXED_LINE', 'MOBILE', 'FIXED_LINE_OR_MOBILE', 'VOIP', 'UAN'])

/**
 * May a stranger have this number (E.164) called? Never premium, shared-cost, freephone, personal and pager numbers,
 * numbers of unknown kind, or those of no country, which satellites have; nor what begins as one that is blocked.
 */
export function mayBeAsked(number: string, blocked: readonly string[]): boolean {
  const parsed = parsePhoneNumberFromString(number)
  if (!parsed?.country || !usual.has(parsed.getType())) return false
  return !blocked.some((beginning) => number.startsWith(beginning))
}

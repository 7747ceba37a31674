/**
 * The one form of a WhatsApp number: E.164 without the plus. WhatsApp itself names some customers in two ways:
 * - Brazil: mobile numbers got a ninth digit (9), and accounts made before are still named without it;
 * - Argentina: mobile numbers have a 9 after the country's code, which is left out, or written as 15 after the area;
 * - Mexico: mobile numbers had a 1 after the country's code until 2019.
 * Null for what is no number. `text` is a wa_id, or a number as people write it with its country's code.
 */
export function canonicalNumber(text: string): string | null {
  const digits = text
    .trim()
    .replace(/^(\+|00)/, '')
    .replace(/[\s().-]/g, '')
  if (!/^[1-9]\d{6,14}$/.test(digits)) return null
  return brazil(digits) ?? argentina(digits) ?? mexico(digits) ?? digits
}

/** 55, two digits of area, and eight digits of which a mobile number's first is 6 to 9: the 9 is missing. */
function brazil(digits: string): string | null {
  const [, area, subscriber] = /^55([1-9]\d)([6-9]\d{7})$/.exec(digits) ?? []
  return area && subscriber ? `55${area}9${subscriber}` : null
}

/** 54 and ten digits: the 9 is missing. Twelve digits with 15 behind the area: the same, as it is dialled at home. */
function argentina(digits: string): string | null {
  const national = /^54(?!9\d{10}$)(\d{10,12})$/.exec(digits)?.[1]
  if (national === undefined) return null
  if (national.length === 10) return `549${national}`
  if (national.length !== 12) return null
  // Areas have two to four digits; 11 is the only one of two.
  const [, area, subscriber] = /^(11|\d{3}|\d{4})15(\d{6,8})$/.exec(national) ?? []
  return area && subscriber ? `549${area}${subscriber}` : null
}

/** 52, 1 and ten digits: the 1 is gone. */
const mexico = (digits: string): string | null => {
  const national = /^521(\d{10})$/.exec(digits)?.[1]
  return national === undefined ? null : `52${national}`
}

/** Who chose a username is named by an id of this business instead of a number: `BR.1502576394655843`. */
const userId = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/

/** How a customer is known: their canonical number, else their id; null when Meta names neither. */
export function addressOf(from: string | undefined, fromUserId: string | undefined): string | null {
  const number = from === undefined ? null : canonicalNumber(from)
  if (number !== null) return number
  const id = fromUserId ?? from ?? ''
  return userId.test(id) ? id : null
}

export const isUserId = (address: string): boolean => userId.test(address)

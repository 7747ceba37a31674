import { parsePhoneNumberFromString } from 'libphonenumber-js/min'

/**
 * The digits by which one line is known, however its number is written. Three countries write some mobile numbers in two
 * ways, and people, carriers and platforms use both:
 * - Brazil: a ninth digit (9) was put before mobile numbers, which have a first digit of 6 to 9;
 * - Argentina: a 9 after the country's code when called from abroad, or a 15 after the area when dialled at home;
 * - Mexico: a 1 after the country's code until 2019.
 * `digits` are those of E.164, without the plus.
 */
export function lineOf(digits: string): string {
  const brazil = /^55([1-9]\d)([6-9]\d{7})$/.exec(digits)
  if (brazil) return `55${brazil[1] ?? ''}9${brazil[2] ?? ''}`
  const abroad = /^54(?!9\d{10}$)(\d{10})$/.exec(digits)
  if (abroad) return `549${abroad[1] ?? ''}`
  const home = /^54(?!9\d{10}$)(?=\d{12}$)(11|\d{3}|\d{4})15(\d{6,8})$/.exec(digits)
  if (home) return `549${home[1] ?? ''}${home[2] ?? ''}`
  const mexico = /^521(\d{10})$/.exec(digits)
  return mexico ? `52${mexico[1] ?? ''}` : digits
}

const looksLikeNumber = /^[+\d\s().\-/]{3,40}$/

/**
 * E.164 of a number as people write it with its country's code (spaces, dots, 00); null when it is none. Forms that no
 * carrier takes any more (Brazil without the ninth digit, Mexico with the 1) are put right; an Argentine number stays as
 * it is, since a 9 may or may not belong there.
 */
export function phoneNumber(text: string): string | null {
  const written = text.trim()
  if (!looksLikeNumber.test(written)) return null
  const international = written.startsWith('00') ? `+${written.slice(2)}` : written
  if (!international.startsWith('+')) return null
  const digits = international.replace(/\D/g, '')
  const line = digits.startsWith('54') ? digits : lineOf(digits)
  return possible(line === digits ? international : `+${line}`)
}

function possible(text: string): string | null {
  const parsed = parsePhoneNumberFromString(text, { extract: false })
  if (!parsed?.isPossible()) return null
  // What is left out on the way (a trunk's 0, Argentina's 15) may make it a number of the forms above.
  const digits = parsed.number.slice(1)
  const line = digits.startsWith('54') ? digits : lineOf(digits)
  return line === digits ? parsed.number : `+${line}`
}

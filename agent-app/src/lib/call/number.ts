/** Country codes of one and two digits (ITU E.164 assignments); all others have three. */
const short = /^(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/

/** An international number in groups that can be read aloud: +33 6 12 34 56 78, +1 415 555 0100. Others as they are. */
export function groupNumber(number: string): string {
  const digits = /^\+(\d{7,15})$/.exec(number)?.[1]
  if (!digits) return number
  const country = short.exec(digits)?.[0] ?? digits.slice(0, 3)
  const rest = digits.slice(country.length)
  const groups =
    country === '1'
      ? [rest.slice(0, 3), rest.slice(3, 6), rest.slice(6)]
      : rest.length % 2
        ? [rest.slice(0, 1), ...(rest.slice(1).match(/../g) ?? [])]
        : (rest.match(/../g) ?? [])
  return [`+${country}`, ...groups].filter(Boolean).join(' ')
}

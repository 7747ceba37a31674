/**
 * Text that a stranger chose (a caller's name, a header), fit to be shown, stored and put into a SIP header: one line
 * without control or invisible characters, quotes, angle brackets or halves of characters, cut to so many characters.
 */
export const cleaned = (text: string, chars: number): string =>
  Array.from(
    text
      .slice(0, chars * 8)
      .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ')
      .replace(/["<>\\]+/g, '')
      .replace(/ {2,}/g, ' ')
      .trim()
  )
    .slice(0, chars)
    .join('')
    .trim()

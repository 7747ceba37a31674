/* eslint-disable no-control-regex -- taking control characters out is what this file is for */

/** C0 except tab and line feed, DEL, C1. */
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g
/** Characters that turn text round, hide in it or fill it: bidirectional marks, zero-width spaces, tags. */
const deceivers =
  /[\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\u00ad\u061c\u115f\u1160\u3164\u{e0000}-\u{e007f}]/gu
/** Half a surrogate pair: a string that holds one cannot be stored as UTF-8. */
const halves = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** windows-1252 names for the C1 range: what senders mean who announce ISO 8859-1 (WHATWG Encoding, §4.2). */
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

/** Makes a body text storable: one kind of line end, no control characters, whole characters, `max` of them. */
export const cleanText = (text: string, max: number): string =>
  cut(
    text
      .replace(/\r\n?/g, '\n')
      .replace(/[\u0080-\u009f]/g, (c) => windows1252[c.charCodeAt(0) - 0x80] ?? '')
      .replace(controls, '')
      .replace(halves, '\ufffd'),
    max
  )

/** Makes a one-line value (a name, a subject) safe to show: no control or deceiving characters, `max` characters. */
export const cleanLine = (text: string, max: number): string =>
  cut(
    text
      .slice(0, max * 8)
      .replace(/[\u0080-\u009f]/g, (c) => windows1252[c.charCodeAt(0) - 0x80] ?? '')
      .replace(/\s+/g, ' ')
      .replace(controls, '')
      .replace(deceivers, '')
      .replace(halves, '\ufffd')
      .trim(),
    max
  )

/** Cuts without splitting a surrogate pair. */
export const cut = (text: string, max: number): string => {
  if (text.length <= max) return text
  const last = text.charCodeAt(max - 1)
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? max - 1 : max)
}

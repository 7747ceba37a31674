import { bareCell } from './formula.ts'

/** Bytes of the largest cell that is taken. */
export const mostCellBytes = 10_240

/**
 * The text of a cell on one line: line breaks and tabs are spaces, other control characters and those that turn the
 * direction of writing are left out, so that nothing of it becomes a header of a mail or hides what it is.
 */
export const cleanCell = (text: string): string =>
  bareCell(text)
    .replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ')
    .replace(/[\p{Cc}\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]/gu, '')
    .normalize('NFC')
    .trim()

/** Larger than a cell may be, in UTF-8. */
export const isTooLarge = (text: string): boolean =>
  text.length > mostCellBytes || (text.length * 3 > mostCellBytes && Buffer.byteLength(text) > mostCellBytes)

import type { OutboundAttachment } from '@palabre/channels/channel'
import { callbackPage as words } from '@palabre/config/i18n/words/callback-page'
import type { CallbackDoc } from '../callback.model.ts'
import type { Notice } from './next-notice.ts'

const stamp = (at: Date) => at.toISOString().replace(/[-:]|\.\d{3}/g, '')
/** RFC 5545 §3.3.11 */
const escaped = (text: string) => text.replace(/[\\;,]/g, '\\$&').replace(/\r?\n/g, '\\n')
/** RFC 5545 §3.1: no line is longer than 75 octets; no sign is taken apart. */
function folded(line: string): string {
  const lines: string[] = []
  let current = ''
  for (const sign of line) {
    if (Buffer.byteLength(current + sign) > 74) {
      lines.push(current)
      current = ' '
    }
    current += sign
  }
  return [...lines, current].join('\r\n')
}

/** The slot for the customer's own calendar; a later one replaces it. Null where nothing has a time. */
export function calendarFile(
  { _id, locale, slot }: Pick<CallbackDoc, '_id' | 'locale' | 'slot'>,
  { kind, line, promised }: Notice,
  { host, link, at }: { host: string; link: string; at: Date }
): OutboundAttachment | null {
  const times = promised.kind === 'slot' ? promised : kind === 'cancelled' ? slot : null
  if (!times || kind === 'remind') return null
  const isOver = kind === 'cancelled'
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Palabre//Callback//EN',
    `METHOD:${isOver ? 'CANCEL' : 'PUBLISH'}`,
    'BEGIN:VEVENT',
    `UID:callback-${_id.toHexString()}@${host}`,
    `SEQUENCE:${String(line)}`,
    `DTSTAMP:${stamp(at)}`,
    `DTSTART:${stamp(times.from)}`,
    `DTEND:${stamp(times.to)}`,
    `SUMMARY:${escaped(words[locale]['calendar-title'])}`,
    `URL:${link}`,
    `STATUS:${isOver ? 'CANCELLED' : 'CONFIRMED'}`,
    'END:VEVENT',
    'END:VCALENDAR'
  ]
  return {
    name: 'callback.ics',
    type: 'text/calendar',
    content: Buffer.from(`${lines.map(folded).join('\r\n')}\r\n`)
  }
}

import { cleanLine, cut } from './clean-text.ts'

const mostChars = 150

/** Names that Windows takes for devices, with any extension. */
const devices = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i

const extensions: Record<string, string> = {
  'message/rfc822': 'eml',
  'text/rfc822-headers': 'txt',
  'message/delivery-status': 'txt',
  'text/calendar': 'ics',
  'text/plain': 'txt',
  'text/html': 'html',
  'application/pdf': 'pdf',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp'
}

/**
 * A file name that is only a name, on every system: no path, no control or direction-changing characters (which make
 * a program look like a PDF), no device, not hidden, at most 150 characters with its extension kept.
 * @param position counts from 1; names a file that has no usable name
 */
export const safeFileName = (name: string | undefined, type: string, position: number): string => {
  const last = (name ?? '').slice(-2_000).split(/[/\\]/).pop() ?? ''
  const clean = cleanLine(last, 2_000)
    .replace(/[<>:"|?*]/g, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '')
  if (clean === '') return `attachment-${position}${extensions[type] ? `.${extensions[type]}` : ''}`
  const safe = devices.test(clean) ? `_${clean}` : clean
  if (safe.length <= mostChars) return safe
  const extension = /\.[^.]{1,20}$/.exec(safe)?.[0] ?? ''
  return cut(safe.slice(0, safe.length - extension.length), mostChars - extension.length) + extension
}

/** A media type as RFC 6838 writes it, or the type that says nothing. */
export const safeType = (type: string | undefined): string => {
  const plain = (type ?? '').trim().toLowerCase()
  return /^[a-z0-9][a-z0-9!#$&^_.+-]{0,80}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,80}$/.test(plain)
    ? plain
    : 'application/octet-stream'
}

/** A stretch of bytes: from the first to the one before `end`. */
export interface Bytes {
  from: number
  end: number
}

/**
 * What a Range header asks of so many bytes (RFC 9110, 14): null when it asks for nothing that is understood, or for
 * several stretches: then all is given. 'outside' when nothing of it is there.
 */
export function rangeOf(header: string | undefined, total: number): Bytes | null | 'outside' {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? []
  if (first === '' && last === '') return null
  if (first === '') {
    const from = Math.max(0, total - Number(last))
    return Number(last) === 0 || total === 0 ? 'outside' : { from, end: total }
  }
  const from = Number(first)
  const end = last === '' ? total : Math.min(total, Number(last) + 1)
  if (last !== '' && Number(last) < from) return null
  return from >= total ? 'outside' : { from, end }
}

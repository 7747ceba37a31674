/** What went wrong with a connection, in the words of the hook's `rp`. */
export type Failure = '4xx' | '5xx' | 'ct' | 'rt' | 'other'

export interface RetryPolicy {
  count: number
  on: (failure: Failure) => boolean
}

/** Reads `#rc=5&rp=ct,5xx` of a hook's URL. Without it a socket retries refused connections, a webhook nothing. */
export function retryPolicy(url: URL, kind: 'socket' | 'webhook'): RetryPolicy {
  const words = new URLSearchParams(url.hash.slice(1))
  const count = Math.min(Number(words.get('rc') ?? (kind === 'socket' ? 5 : 0)), 5)
  const kinds = (words.get('rp') ?? 'ct').split(',')
  return { count, on: (failure) => kinds.includes('all') || kinds.includes(failure) }
}

const refused = ['ECONNREFUSED', 'ETIMEDOUT', 'ECONNRESET', 'ECONNABORTED']

export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return 'other'
  const code =
    'code' in error
      ? error.code
      : error.cause instanceof Error && 'code' in error.cause
        ? error.cause.code
        : ''
  if (refused.includes(String(code))) return 'ct'
  const status = /Unexpected server response: (\d)\d\d/.exec(error.message)?.[1]
  if (status === '4') return '4xx'
  if (status === '5') return '5xx'
  return /timed out|timeout/i.test(error.message) ? 'rt' : 'other'
}

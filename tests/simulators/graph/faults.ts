import { setTimeout as sleep } from 'node:timers/promises'

/** How the Graph API answers from now on; a fault with `times` passes by itself, one with `after` lets so many pass. */
export type GraphMood =
  | { kind: 'normal' }
  /** An error of Meta's with this code: 131026, 131047, 131056 … */
  | {
      kind: 'code'
      code: number
      subcode?: number
      status?: number
      details?: string
      times?: number
      after?: number
    }
  /** 429, with a Retry-After. */
  | { kind: 'limited'; seconds: number; times?: number }
  /** 503 with a page of HTML. */
  | { kind: 'down'; times?: number; after?: number }
  /** Answers after so many milliseconds. */
  | { kind: 'slow'; ms: number; times?: number }
  /** Does what it is asked, and says so after so many milliseconds. */
  | { kind: 'late'; ms: number; times?: number }
  /** The access token is not good any more. */
  | { kind: 'expired'; after?: number }

export interface GraphAnswer {
  status: number
  /** Sent as JSON; text and bytes as they are. */
  body: unknown
  headers?: Record<string, string>
}

export const ok = (body: object): GraphAnswer => ({ status: 200, body })

/** An error as the Graph API writes it. */
export const errorAnswer = (
  status: number,
  code: number,
  message: string,
  more: { error_subcode?: number; error_data?: object } = {}
): GraphAnswer => ({
  status,
  body: { error: { message, type: 'OAuthException', code, fbtrace_id: 'simulated', ...more } }
})

export const expiredAnswer = () =>
  errorAnswer(401, 190, 'Error validating access token: Session has expired', { error_subcode: 463 })

/** What a fault answers; null when the request goes its way. */
function answerOf(mood: GraphMood): GraphAnswer | null {
  switch (mood.kind) {
    case 'code':
      return errorAnswer(mood.status ?? 400, mood.code, `(#${String(mood.code)}) As told`, {
        ...(mood.subcode !== undefined && { error_subcode: mood.subcode }),
        ...(mood.details !== undefined && { error_data: { details: mood.details } })
      })
    case 'limited':
      return {
        ...errorAnswer(429, 130429, 'Rate limit hit'),
        headers: { 'retry-after': String(mood.seconds) }
      }
    case 'down':
      return { status: 503, body: '<html>Sorry, something went wrong</html>' }
    case 'expired':
      return expiredAnswer()
    case 'normal':
    case 'slow':
    case 'late':
      return null
  }
}

/** The mood that requests meet. */
export function moodiness() {
  let mood: GraphMood = { kind: 'normal' }
  let moodFor = ''
  return {
    set(next: GraphMood, only = '') {
      mood = next
      moodFor = only
    },
    /** The fault that a request to this path meets, if any, and how late its answer comes. */
    async meet(path: string): Promise<{ fault: GraphAnswer | null; lateMs: number }> {
      const met = mood
      if (met.kind === 'normal' || !path.includes(moodFor)) return { fault: null, lateMs: 0 }
      if ('after' in met && met.after !== undefined && met.after > 0) {
        mood = { ...met, after: met.after - 1 }
        return { fault: null, lateMs: 0 }
      }
      if ('times' in met && met.times !== undefined)
        mood = met.times > 1 ? { ...met, times: met.times - 1 } : { kind: 'normal' }
      if (met.kind === 'slow') await sleep(met.ms)
      return { fault: answerOf(met), lateMs: met.kind === 'late' ? met.ms : 0 }
    }
  }
}

/** How X answers from now on; a fault with `times` passes by itself, one with `after` lets so many pass. */
export type XMood =
  | { kind: 'normal' }
  /** A problem as version 2 of the API tells it (RFC 9457). */
  | {
      kind: 'problem'
      status: number
      title?: string
      detail?: string
      type?: string
      times?: number
      after?: number
    }
  /** An error with a number, as the older parts of the API tell it. */
  | { kind: 'code'; status: number; code: number; times?: number; after?: number }
  /** 429, for so many seconds. */
  | { kind: 'limited'; seconds: number; times?: number }
  /** 503 with a page of HTML. */
  | { kind: 'down'; times?: number }
  /** The access token was taken back. */
  | { kind: 'revoked'; after?: number }
  /** Does what it is asked, and hangs up instead of saying so. */
  | { kind: 'mute'; times?: number }
  /** Answers after so many milliseconds. */
  | { kind: 'slow'; ms: number; times?: number }

export interface XAnswer {
  status: number
  body: unknown
  headers?: Record<string, string>
}

export const problem = (status: number, title: string, detail: string, type = 'about:blank'): XAnswer => ({
  status,
  body: { title, detail, type, status },
  headers: { 'content-type': 'application/problem+json' }
})

export const unauthorized = () => problem(401, 'Unauthorized', 'Unauthorized')

/** What a fault answers; null when the question goes its way. */
export function answerOf(mood: XMood): XAnswer | null {
  switch (mood.kind) {
    case 'problem':
      return problem(mood.status, mood.title ?? 'Problem', mood.detail ?? 'As told', mood.type)
    case 'code':
      return { status: mood.status, body: { errors: [{ code: mood.code, message: 'As told' }] } }
    case 'limited':
      return {
        ...problem(429, 'Too Many Requests', 'Too Many Requests'),
        headers: {
          'content-type': 'application/problem+json',
          'x-rate-limit-limit': '15',
          'x-rate-limit-remaining': '0',
          'x-rate-limit-reset': String(Math.ceil(Date.now() / 1000) + mood.seconds)
        }
      }
    case 'down':
      return { status: 503, body: '<html>Something is technically wrong</html>' }
    case 'revoked':
      return unauthorized()
    case 'normal':
    case 'mute':
    case 'slow':
      return null
  }
}

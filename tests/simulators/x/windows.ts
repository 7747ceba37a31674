import { problem, type XAnswer } from './faults.ts'

interface Window {
  most: number
  seconds: number
  asked: number
  /** Seconds since the epoch. */
  reset: number
}

/** Rate limits by endpoint, as X keeps them: so many questions in a window that begins with the first. */
export class XWindows {
  private readonly windows = new Map<string, Window>()
  /** Questions that came although nothing was left. */
  tooMany = 0

  set(endpoint: string, most: number, seconds: number) {
    this.windows.set(endpoint, { most, seconds, asked: 0, reset: 0 })
  }

  clear() {
    this.windows.clear()
    this.tooMany = 0
  }

  /** Seconds since the epoch at which the endpoint may be asked again. */
  resetOf(endpoint: string): number {
    return this.windows.get(endpoint)?.reset ?? 0
  }

  /** Counts a question: the headers of its answer, and the refusal when it was one too many. */
  count(endpoint: string): { headers: Record<string, string>; refusal: XAnswer | null } {
    const window = this.windows.get(endpoint) ?? { most: 900, seconds: 900, asked: 0, reset: 0 }
    this.windows.set(endpoint, window)
    const now = Date.now() / 1000
    if (now >= window.reset) {
      window.asked = 0
      window.reset = Math.ceil(now) + window.seconds
    }
    const isOver = window.asked >= window.most
    if (isOver) this.tooMany++
    else window.asked++
    return {
      headers: {
        'x-rate-limit-limit': String(window.most),
        'x-rate-limit-remaining': String(window.most - window.asked),
        'x-rate-limit-reset': String(window.reset)
      },
      refusal: isOver ? problem(429, 'Too Many Requests', 'Too Many Requests') : null
    }
  }
}

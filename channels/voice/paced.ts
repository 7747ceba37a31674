import type { LineCommand } from '../call.ts'
import type { Pace } from './limits.ts'

type Kind = LineCommand['kind']

interface Queued {
  kind: Kind
  timer: NodeJS.Timeout
}

/**
 * Sends commands with the time between them that jambonz needs, since it begins one before the one before is done: coach mode
 * stands before the member is unmuted, and ends after it was muted, so that nobody hears what is not for them.
 */
export class Paced {
  private readonly queued = new Set<Queued>()
  private freeAt = 0
  private readonly send: (text: string) => void
  private readonly pace: Pace

  constructor(send: (text: string) => void, pace: Pace) {
    this.send = send
    this.pace = pace
  }

  push(kind: Kind, texts: string[]): void {
    if (kind === 'do' || kind === 'hangUp') this.clear()
    if (kind === 'mute') this.drop('unmute')
    for (const text of texts) this.place(kind, text)
  }

  clear(): void {
    for (const { timer } of this.queued) clearTimeout(timer)
    this.queued.clear()
    this.freeAt = 0
  }

  private place(kind: Kind, text: string) {
    const isPaced = kind === 'coach' || kind === 'uncoach' || kind === 'unmute' || kind === 'keys'
    if (!isPaced) return this.send(text)
    const now = performance.now()
    const at = Math.max(now, this.freeAt) + (kind === 'uncoach' ? this.pace.coachSettleMs : 0)
    this.freeAt = at + (kind === 'coach' ? this.pace.coachSettleMs : kind === 'keys' ? this.pace.keyMs : 0)
    if (at <= now) return this.send(text)
    const queued: Queued = {
      kind,
      timer: setTimeout(() => {
        this.queued.delete(queued)
        this.send(text)
      }, at - now)
    }
    queued.timer.unref()
    this.queued.add(queued)
  }

  private drop(kind: Kind) {
    for (const queued of this.queued)
      if (queued.kind === kind) {
        clearTimeout(queued.timer)
        this.queued.delete(queued)
      }
  }
}

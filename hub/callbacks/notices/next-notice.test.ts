import { describe, expect, it } from 'vitest'
import type { LogLine } from '../../record/logged.ts'
import type { NoticesDoc } from '../callback.model.ts'
import { nextNotice, toldBy, untold } from './next-notice.ts'

const at = (minutes: number) => new Date(Date.UTC(2026, 10, 23, 9, minutes))
const slot = (minutes: number) => ({ from: at(minutes), to: at(minutes + 30) })
const line = (n: number, name: string, minutes: number): LogLine => ({
  n,
  name,
  at: at(minutes),
  byId: null,
  figures: {}
})
type Doc = Parameters<typeof nextNotice>[0]
const callback = (given: Partial<Doc> = {}): Doc => ({
  state: 'scheduled',
  source: 'web',
  slot: null,
  nextAt: at(0),
  log: [line(1, 'asked', 0)],
  ...given
})
const told = (doc: Doc, remind: number | null, minutes: number): NoticesDoc => {
  const notice = nextNotice(doc, remind, at(minutes))
  expect(notice).not.toBeNull()
  return { ...(doc.notices ?? untold), ...toldBy(notice!) }
}

describe('what is told of a callback', () => {
  it('is that it was noted, once', () => {
    const doc = callback()
    expect(nextNotice(doc, 60, at(0))).toMatchObject({ kind: 'asked', promised: { kind: 'now' } })
    const after = { ...doc, notices: told(doc, 60, 0), state: 'queued' as const, nextAt: null }
    expect(nextNotice(after, 60, at(1))).toBeNull()
  })

  it('is a reminder before a slot that was promised earlier, once, and again for another slot', () => {
    const doc = callback({ slot: slot(120), nextAt: at(120) })
    const asked = { ...doc, notices: told(doc, 60, 0) }
    expect(nextNotice(asked, 60, at(1))).toMatchObject({ kind: 'remind', dueAt: at(60) })
    expect(nextNotice(asked, null, at(1))).toBeNull()
    const reminded = { ...asked, notices: told(asked, 60, 60) }
    expect(nextNotice(reminded, 60, at(61))).toBeNull()
    const moved = {
      ...reminded,
      slot: slot(300),
      nextAt: at(300),
      log: [...doc.log, line(2, 'arranged', 62)]
    }
    expect(nextNotice(moved, 60, at(62))).toMatchObject({ kind: 'changed', dueAt: at(62) })
    const movedTold = { ...moved, notices: told(moved, 60, 62) }
    expect(nextNotice(movedTold, 60, at(63))).toMatchObject({ kind: 'remind', dueAt: at(240) })
  })

  it('is no reminder when the slot was chosen within its time, has begun, or is with the queue', () => {
    const soon = callback({ slot: slot(30), nextAt: at(30) })
    expect(nextNotice({ ...soon, notices: told(soon, 60, 0) }, 60, at(1))).toBeNull()
    const later = callback({ slot: slot(120), nextAt: at(120) })
    const asked = { ...later, notices: told(later, 60, 0) }
    expect(nextNotice(asked, 60, at(120))).toBeNull()
    expect(nextNotice({ ...asked, state: 'queued' }, 60, at(100))).toBeNull()
  })

  it('is the newest promise only, and nothing when only the agent changed', () => {
    const doc = callback({
      slot: slot(120),
      nextAt: at(120),
      log: [line(1, 'asked', 0), line(2, 'arranged', 1)]
    })
    expect(nextNotice(doc, null, at(1))).toMatchObject({ kind: 'asked', line: 2 })
    const asked = { ...doc, notices: told(doc, null, 1), log: [...doc.log, line(3, 'arranged', 5)] }
    expect(nextNotice(asked, null, at(6))).toBeNull()
  })

  it('is that it was cancelled, to whom it had been promised', () => {
    const doc = callback()
    const log = [...doc.log, line(2, 'cancelled', 1)]
    expect(nextNotice({ ...doc, log, state: 'cancelled' }, 60, at(1))).toBeNull()
    const asked = { ...doc, notices: told(doc, 60, 0), log, state: 'cancelled' as const }
    expect(nextNotice(asked, 60, at(1))).toMatchObject({ kind: 'cancelled' })
    expect(nextNotice({ ...asked, notices: told(asked, 60, 1) }, 60, at(2))).toBeNull()
  })

  it('is nothing to those who waited on the line, of a further attempt, or once it is over', () => {
    expect(nextNotice(callback({ source: 'wait' }), 60, at(0))).toBeNull()
    expect(nextNotice(callback({ source: 'missed-call' }), 60, at(0))).toBeNull()
    const doc = callback()
    const tried = {
      ...doc,
      notices: told(doc, 60, 0),
      nextAt: at(90),
      log: [...doc.log, line(2, 'queued', 1), line(3, 'tried', 5)]
    }
    expect(nextNotice(tried, 60, at(6))).toBeNull()
    expect(nextNotice(callback({ state: 'done' }), 60, at(6))).toBeNull()
  })
})

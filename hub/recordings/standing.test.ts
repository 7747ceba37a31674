import { Types } from 'mongoose'
import { describe, expect, it } from 'vitest'
import type { Change } from '../record/change.ts'
import type { RecordingDoc } from './recording.model.ts'
import { ended, letIn, paused, resumed } from './standing.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 2, 2, 9, 0, seconds))
const fresh = {
  _id: new Types.ObjectId(),
  ordered: 0,
  stream: 0,
  streams: [],
  pauses: [],
  heardAt: null,
  startedAt: at(0),
  endedAt: null
} as unknown as RecordingDoc

const after = (doc: RecordingDoc, change: Change | null) =>
  ({ ...doc, ...change?.set }) as unknown as RecordingDoc
const ordered = (doc: RecordingDoc) => ({ ...doc, ordered: doc.ordered + 1 })

describe('what counts of the sound of a recording', () => {
  const first = after(ordered(fresh), letIn(ordered(fresh), 1, at(2)))

  it('begins with its first stream', () => {
    expect(first).toMatchObject({ stream: 1, startedAt: at(2), heardAt: at(2) })
    expect(first.streams).toEqual([{ n: 1, from: at(2), to: null }])
  })

  it('is one stream at a time: a later one ends the one before, an earlier one is not let in', () => {
    const doc = ordered(first)
    const second = after(doc, letIn(doc, 2, at(9)))
    expect(second.streams).toEqual([
      { n: 1, from: at(2), to: at(9) },
      { n: 2, from: at(9), to: null }
    ])
    expect(second.startedAt).toEqual(at(2))
    for (const n of [0, 1, 2]) expect(letIn(second, n, at(10))).toBeNull()
  })

  it('is nothing in a pause, nor of what was ordered before it', () => {
    const doc = ordered(first)
    const pausing = after(doc, paused(doc, at(5)))
    expect(pausing.streams[0]?.to).toEqual(at(5))
    expect(pausing.stream).toBeGreaterThan(2)
    expect(letIn(pausing, pausing.ordered + 1, at(6))).toBeNull()
    expect(paused(pausing, at(6))).toBeNull()
    const going = after(pausing, resumed(pausing, at(8)))
    expect(going.pauses).toEqual([{ from: at(5), to: at(8) }])
    // The order that was under way when it was paused comes too late; the one for going on does not.
    expect(letIn(going, 2, at(9))).toBeNull()
    expect(letIn(going, going.ordered + 1, at(9))).not.toBeNull()
    expect(resumed(going, at(9))).toBeNull()
  })

  it('is nothing any more after its end, which ends a pause too', () => {
    const pausing = after(first, paused(first, at(5)))
    const over = after(pausing, ended(pausing, at(7), 1000))
    expect(over).toMatchObject({ endedAt: at(7), dueAt: at(8), pauses: [{ from: at(5), to: at(7) }] })
    expect(letIn(over, over.ordered + 1, at(9))).toBeNull()
    for (const change of [paused, resumed]) expect(change(over, at(9))).toBeNull()
    expect(ended(over, at(9), 1000)).toBeNull()
  })
})

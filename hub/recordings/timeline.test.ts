import { describe, expect, it } from 'vitest'
import { timelineOf } from './timeline.ts'

const startedAt = new Date('2026-03-02T09:00:00Z')
const at = (seconds: number) => new Date(startedAt.getTime() + seconds * 1000)
const doc = { channels: 2, sampleRate: 8000, startedAt, endedAt: at(60), pauses: [] }
const kept = (stream: number, from: number, to: number) => ({
  _id: `${String(stream)} ${String(from)}`,
  stream,
  from: from * 8000,
  frames: (to - from) * 8000
})

describe('the time of a recording', () => {
  it('is whole when its segments follow each other, in whatever order they were kept', () => {
    const { pieces, frames, gaps } = timelineOf(doc, [kept(1, 5, 10), kept(1, 0, 5)], at(60))
    expect(pieces.map(({ name }) => name)).toEqual(['1 0', '1 5'])
    expect([frames, gaps]).toEqual([80_000, []])
  })

  it('has a gap where a segment is missing, and none where a socket took a moment to open', () => {
    const { gaps, frames } = timelineOf(doc, [kept(1, 0, 5), kept(2, 5.2, 10), kept(3, 14, 15)], at(60))
    expect(gaps).toEqual([{ fromMs: 10_000, toMs: 14_000, why: 'missing' }])
    expect(frames).toBe(15 * 8000)
  })

  it('tells a pause from what is missing', () => {
    const pauses = [{ from: at(5), to: at(8) }]
    const { gaps } = timelineOf({ ...doc, pauses }, [kept(1, 0, 5), kept(2, 8.1, 10)], at(60))
    expect(gaps).toEqual([{ fromMs: 5000, toMs: 8100, why: 'paused' }])
  })

  it('believes the later of two streams that tell of the same moment', () => {
    const { pieces } = timelineOf(doc, [kept(1, 0, 5), kept(1, 5, 10), kept(2, 7, 12)], at(60))
    expect(pieces.map(({ name, from, frames }) => [name, from / 8000, frames / 8000])).toEqual([
      ['1 0', 0, 5],
      ['1 5', 5, 2],
      ['2 7', 7, 5]
    ])
  })

  it('ends with what is kept, and says while it runs that something is missing or paused now', () => {
    const running = { ...doc, endedAt: null }
    expect(timelineOf(running, [kept(1, 0, 5)], at(9)).gaps).toEqual([])
    expect(timelineOf(running, [kept(1, 0, 5)], at(30)).gaps).toEqual([
      { fromMs: 5000, toMs: null, why: 'missing' }
    ])
    const pauses = [{ from: at(5), to: null }]
    expect(timelineOf({ ...running, pauses }, [kept(1, 0, 5)], at(6)).gaps).toEqual([
      { fromMs: 5000, toMs: null, why: 'paused' }
    ])
    expect(timelineOf(doc, [], at(60))).toEqual({ pieces: [], frames: 0, gaps: [] })
  })
})

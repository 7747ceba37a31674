import { describe, expect, it } from 'vitest'
import { Position } from './position.ts'

const now = new Date('2026-11-20T10:00:00Z')
const second = now.getTime() / 1000
const again = (position: Position) => new Position(structuredClone(position.save()), now)

describe('how far messages are stored', () => {
  it('begins when the account is first listened to', () => {
    expect(new Position(undefined, now).since).toBe(second - 60)
    expect(new Position({ of: 'another form' }, now).since).toBe(second - 60)
  })

  it('knows what was stored, also by the next process, and not what was under way', () => {
    const position = new Position(undefined, now)
    position.begin('a', second)
    position.begin('b', second + 1)
    expect(position.begin('a', second)).toBe(false)
    position.end('a')
    const next = again(position)
    expect(next.begin('a', second)).toBe(false)
    expect(next.begin('b', second + 1)).toBe(true)
  })

  it('stays before what is under way, however much is stored behind it', () => {
    const position = new Position(undefined, now)
    position.begin('slow', second + 10)
    for (let i = 0; i < 50; i++) {
      position.begin(`quick ${String(i)}`, second + 2000 + i)
      position.end(`quick ${String(i)}`)
    }
    expect(again(position).since).toBeLessThanOrEqual(second + 10)
    position.end('slow')
    expect(again(position).since).toBe(second + 2049 - 600)
  })

  it('forgets ids that are too old to come again', () => {
    const position = new Position(undefined, now)
    for (const [id, at] of [
      ['old', second],
      ['new', second + 5000]
    ] as const) {
      position.begin(id, at)
      position.end(id)
    }
    expect(position.save().known.map(([id]) => id)).toEqual(['new'])
  })
})

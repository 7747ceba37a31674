import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FarSocket } from './far-side.ts'
import { Socket, type Line } from './socket.ts'

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', FarSocket)
  FarSocket.all = []
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function connect() {
  const lines: Line[] = []
  const socket = new Socket('wss://hub.example/live', () => 'token', {
    frame: () => {},
    line: (line) => lines.push(line)
  })
  socket.start()
  return { socket, lines, latest: () => FarSocket.all.at(-1)! }
}

/** Milliseconds until the next try after this many failed ones, at most. */
async function pauseUntilNext(): Promise<number> {
  const tries = FarSocket.all.length
  for (let waited = 0; waited <= 60_000; waited += 50) {
    if (FarSocket.all.length > tries) return waited
    await vi.advanceTimersByTimeAsync(50)
  }
  return Number.POSITIVE_INFINITY
}

describe('socket', () => {
  it('says hello with the token first, and is live when the hub is ready', () => {
    const { lines, latest } = connect()
    latest().accept()
    expect(latest().sent).toEqual([{ type: 'hello', token: 'token' }])
    expect(lines).toEqual(['connecting', 'live'])
  })

  it('sends nothing before the hub is ready', () => {
    const { socket, latest } = connect()
    latest().readyState = 1
    expect(socket.send({ type: 'end' })).toBe(false)
    expect(latest().sent).toEqual([])
  })

  it('tries again with growing pauses, at most half a minute, never all at the same moment', async () => {
    const { latest } = connect()
    const pauses: number[] = []
    for (let failed = 0; failed < 8; failed++) {
      latest().cut()
      pauses.push(await pauseUntilNext())
    }
    for (const [index, pause] of pauses.entries()) {
      const full = Math.min(30_000, 1_000 * 2 ** index)
      expect(pause).toBeGreaterThanOrEqual(full / 2 - 50)
      expect(pause).toBeLessThanOrEqual(full + 50)
    }
    expect(new Set(pauses.slice(5)).size).toBeGreaterThan(1)
  })

  it('comes back within moments when the hub restarts (1012)', async () => {
    const { latest, lines } = connect()
    latest().accept()
    latest().cut(1012)
    expect(lines.at(-1)).toBe('lost')
    expect(await pauseUntilNext()).toBeLessThanOrEqual(1_550)
  })

  it('begins with short pauses again after it was live', async () => {
    const { latest } = connect()
    for (let failed = 0; failed < 6; failed++) {
      latest().cut()
      await pauseUntilNext()
    }
    latest().accept()
    latest().cut()
    expect(await pauseUntilNext()).toBeLessThanOrEqual(1_050)
  })

  it('cuts a line that has fallen silent', async () => {
    const { lines, latest } = connect()
    latest().accept()
    await vi.advanceTimersByTimeAsync(25_000)
    expect(latest().of('ping')).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(8_000)
    expect(lines.at(-1)).toBe('lost')
  })

  it('keeps a line that answers', async () => {
    const { lines, latest } = connect()
    latest().accept()
    for (let minute = 0; minute < 5; minute++) {
      await vi.advanceTimersByTimeAsync(25_000)
      latest().tell({ type: 'pong' })
    }
    expect(lines).toEqual(['connecting', 'live'])
    expect(FarSocket.all).toHaveLength(1)
  })

  it('gives up a hub that takes the line and says nothing', async () => {
    const { latest } = connect()
    latest().readyState = 1
    latest().onopen?.()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await pauseUntilNext()).toBeLessThanOrEqual(1_050)
  })

  it('does not sit out a pause when the network is back', async () => {
    const { socket, latest } = connect()
    for (let failed = 0; failed < 5; failed++) {
      latest().cut()
      await pauseUntilNext()
    }
    latest().cut()
    const tries = FarSocket.all.length
    socket.check()
    expect(FarSocket.all).toHaveLength(tries + 1)
  })

  it('asks an old line for a sign of life when the page comes back to the front', async () => {
    const { socket, lines, latest } = connect()
    latest().accept()
    socket.check()
    expect(latest().of('ping')).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(3_000)
    expect(lines.at(-1)).toBe('lost')
  })

  it('stays away after it was stopped', async () => {
    const { socket, latest, lines } = connect()
    latest().accept()
    socket.stop()
    latest().cut()
    await vi.advanceTimersByTimeAsync(120_000)
    expect(FarSocket.all).toHaveLength(1)
    expect(lines.at(-1)).toBe('idle')
  })
})

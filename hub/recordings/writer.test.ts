import { randomBytes } from 'node:crypto'
import { Types } from 'mongoose'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { openVault } from '../accounts/vault.ts'
import type { Hub } from '../hub.ts'
import { newKey } from './cipher.ts'
import type { RecordingDoc, SegmentDoc } from './recording.model.ts'
import { Writer } from './writer.ts'

const far = vi.hoisted(() => ({
  kept: [] as SegmentDoc[],
  isDown: false,
  counts: true,
  cutAt: new Date(0)
}))
vi.mock('./recording.model.ts', () => ({
  Recording: {
    updateOne: () => Promise.resolve({ matchedCount: far.counts ? 1 : 0 }),
    findById: () => ({
      lean: () => Promise.resolve({ key: 'sealed', streams: [{ n: 1, from: new Date(0), to: far.cutAt }] })
    })
  },
  Segment: {
    collection: {
      insertOne: (doc: SegmentDoc) => Promise.resolve(far.kept.push(doc))
    }
  }
}))
vi.mock('./store/sound-store.ts', () => ({
  storeOf: () => ({ put: () => (far.isDown ? Promise.reject(new Error('full')) : Promise.resolve()) })
}))
vi.mock('./bus.ts', () => ({
  soundBusOf: () => ({ writes: () => () => undefined, isHeard: () => false })
}))
vi.mock('./trouble.ts', () => ({ noteTrouble: () => undefined, noteKept: () => undefined }))
vi.mock('./settle.ts', () => ({ settleRecording: () => Promise.resolve() }))

const warn = vi.fn()
const hub = {
  vault: openVault({ secretKey: randomBytes(32).toString('hex'), dataDir: '' }),
  log: { warn, error: warn }
} as unknown as Hub

const writerOf = (close: () => void = () => undefined) => {
  const _id = new Types.ObjectId()
  const doc = {
    _id,
    accountId: new Types.ObjectId(),
    key: newKey(hub, _id),
    use: 'call',
    channels: 2,
    sampleRate: 8000,
    stream: 1,
    soundMs: 0,
    // So that its first sample is its beginning, however slow this machine is.
    startedAt: new Date(Date.now() + 1000)
  } as unknown as RecordingDoc
  return new Writer(hub, doc, close)
}
const seconds = (n: number) => Buffer.alloc(n * 32_000, 7)
const soon = (what: () => boolean) => vi.waitFor(() => expect(what()).toBe(true), { timeout: 5000 })

describe('the writer of a stream', () => {
  beforeEach(() => {
    Object.assign(far, { kept: [], isDown: false, counts: true, cutAt: new Date(0) })
    warn.mockClear()
  })

  it('keeps segments of five seconds in order, and the rest at the end', async () => {
    const writer = writerOf()
    writer.write(seconds(12))
    await soon(() => far.kept.length === 2)
    writer.end()
    await soon(() => far.kept.length === 3)
    expect(far.kept.map(({ n, from, frames }) => [n, from / 8000, frames / 8000])).toEqual([
      [0, 0, 5],
      [1, 5, 5],
      [2, 10, 2]
    ])
  })

  it('holds a minute while nothing can be kept, gives up the oldest, and goes on when it can', async () => {
    far.isDown = true
    const writer = writerOf()
    writer.write(seconds(100))
    await soon(() => warn.mock.calls.length > 0)
    expect(far.kept).toEqual([])
    far.isDown = false
    writer.end()
    await soon(() => far.kept.at(-1)?.n === 19)
    const numbers = far.kept.map(({ n }) => n)
    expect(numbers.length).toBeLessThanOrEqual(13)
    expect(numbers.length).toBeGreaterThanOrEqual(12)
    // What is kept stands where it was said.
    for (const { n, from } of far.kept) expect(from).toBe(n * 5 * 8000)
  })

  it('keeps nothing that came after its stream was taken away, and lets go of its socket', async () => {
    const close = vi.fn()
    const writer = writerOf(close)
    writer.write(seconds(2))
    await new Promise((resolve) => setTimeout(resolve, 20))
    far.cutAt = new Date()
    far.counts = false
    await new Promise((resolve) => setTimeout(resolve, 20))
    writer.write(seconds(4))
    await soon(() => far.kept.length === 1)
    expect(far.kept[0]!.frames).toBe(2 * 8000)
    expect(close).toHaveBeenCalled()
    writer.write(seconds(10))
    writer.end()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(far.kept).toHaveLength(1)
  })
})

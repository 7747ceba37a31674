import { randomBytes } from 'node:crypto'
import { Types } from 'mongoose'
import { describe, expect, it, vi } from 'vitest'
import { openVault } from '../accounts/vault.ts'
import type { Hub } from '../hub.ts'
import { newKey, openKey, sealSegment } from './cipher.ts'
import type { RecordingDoc } from './recording.model.ts'
import { soundOf } from './sound-of.ts'
import type { Timeline } from './timeline.ts'
import { wavHeader } from './wav.ts'

const stored = vi.hoisted(() => new Map<string, Buffer>())
vi.mock('./store/sound-store.ts', () => ({
  storeOf: () => ({ get: (name: string) => Promise.resolve(stored.get(name)) })
}))

const hub = { vault: openVault({ secretKey: randomBytes(32).toString('hex'), dataDir: '' }) } as Hub
const _id = new Types.ObjectId()
const doc = { _id, key: newKey(hub, _id), channels: 2, sampleRate: 8000, store: 'gridfs' } as RecordingDoc
const one = randomBytes(4 * 100)
const two = randomBytes(4 * 50)
const key = openKey(hub, _id, doc.key ?? '')
stored.set('one', sealSegment(key, 'one', one))
stored.set('two', sealSegment(key, 'two', two))
/** 20 frames of nothing, 100 kept, 30,000 missing, and the first 40 of 50. */
const timeline: Timeline = {
  pieces: [
    { name: 'one', from: 20, frames: 100 },
    { name: 'two', from: 30_120, frames: 40 }
  ],
  frames: 30_160,
  gaps: []
}
const whole = Buffer.concat([
  wavHeader(doc, timeline.frames),
  Buffer.alloc(4 * 20),
  one,
  Buffer.alloc(4 * 30_000),
  two.subarray(0, 4 * 40)
])

const read = async (from: number, end: number) => {
  const parts: Buffer[] = []
  for await (const part of soundOf(hub, doc, timeline, { from, end })) parts.push(part)
  return Buffer.concat(parts)
}

describe('the sound of a recording', () => {
  it('has a head that says what it is', () => {
    const head = wavHeader(doc, 30_160)
    expect(head.length).toBe(44)
    expect(head.toString('latin1', 0, 4) + head.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ')
    expect([head.readUInt32LE(4), head.readUInt32LE(40)]).toEqual([36 + 120_640, 120_640])
    expect([20, 22, 32, 34].map((at) => head.readUInt16LE(at))).toEqual([1, 2, 4, 16])
    expect([head.readUInt32LE(24), head.readUInt32LE(28)]).toEqual([8000, 32_000])
  })

  it('is silent where nothing was kept', async () => {
    expect((await read(0, whole.length)).equals(whole)).toBe(true)
  })

  it('is the same in any parts', async () => {
    for (let n = 0; n < 60; n++) {
      const [from = 0, end = 0] = [Math.random(), Math.random()]
        .map((part) => Math.floor(part * (whole.length + 1)))
        .sort((a, b) => a - b)
      expect((await read(from, end)).equals(whole.subarray(from, end)), `${from}-${end}`).toBe(true)
    }
    for (const [from, end] of [
      [0, 1],
      [43, 45],
      [44, 48],
      [whole.length - 1, whole.length]
    ] as const)
      expect((await read(from, end)).equals(whole.subarray(from, end))).toBe(true)
  })
})

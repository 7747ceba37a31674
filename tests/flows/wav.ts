import { expect } from 'vitest'
import { fromBytes, rate, type Samples } from '../simulators/jambonz/audio/pcm.ts'

/** A WAV file as it was downloaded. */
export interface Wav {
  bytes: Buffer
  channels: number
  ms: number
  /** One channel from one millisecond to another. */
  channel(n: number, fromMs?: number, toMs?: number): Samples
}

/** @throws AssertionError the file is not whole */
export function wavOf(bytes: Buffer): Wav {
  expect(bytes.toString('latin1', 0, 4)).toBe('RIFF')
  expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8)
  expect(bytes.readUInt32LE(40)).toBe(bytes.length - 44)
  const channels = bytes.readUInt16LE(22)
  const samples = fromBytes(bytes.subarray(44))
  return {
    bytes,
    channels,
    ms: (samples.length * 1000) / channels / rate,
    channel: (n, fromMs = 0, toMs = Infinity) =>
      samples
        .filter((_, at) => at % channels === n)
        .slice((fromMs * rate) / 1000, toMs === Infinity ? undefined : (toMs * rate) / 1000)
  }
}

import { rate, resample, fromBytes, type Samples } from './pcm.ts'

/** The samples of a 16-bit PCM RIFF file, as 8 kHz mono (the first channel). Throws on anything else. */
export function readWav(bytes: Buffer): Samples {
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE')
    throw new Error('Not a RIFF WAVE file')
  let channels = 1
  let sampleRate = rate
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = bytes.toString('latin1', at, at + 4)
    const size = bytes.readUInt32LE(at + 4)
    if (name === 'fmt ') {
      if (bytes.readUInt16LE(at + 8) !== 1 || bytes.readUInt16LE(at + 22) !== 16)
        throw new Error('Only 16-bit PCM is played')
      channels = bytes.readUInt16LE(at + 10)
      sampleRate = bytes.readUInt32LE(at + 12)
    }
    if (name === 'data') {
      const all = fromBytes(bytes.subarray(at + 8, at + 8 + size))
      const first = channels === 1 ? all : all.filter((_, n) => n % channels === 0)
      return resample(first, sampleRate, rate)
    }
    at += 8 + size + (size & 1)
  }
  throw new Error('No data in this WAVE file')
}

import type { RecordingDoc } from './recording.model.ts'

/** What makes time of samples: 16 bits a sample, channels interleaved. */
export type Format = Pick<RecordingDoc, 'channels' | 'sampleRate'>

export const wavHeaderBytes = 44
export const frameBytes = ({ channels }: Format) => 2 * channels
export const msOf = ({ sampleRate }: Format, frames: number) => Math.round((frames * 1000) / sampleRate)
export const framesOf = ({ sampleRate }: Format, ms: number) => Math.round((ms * sampleRate) / 1000)

/** The head of a RIFF WAVE file of so many frames of 16-bit PCM (IBM and Microsoft, RIFF 1.0, 1991). */
export function wavHeader(format: Format, frames: number): Buffer {
  const { channels, sampleRate } = format
  const align = frameBytes(format)
  const dataBytes = frames * align
  const header = Buffer.alloc(wavHeaderBytes)
  header.write('RIFF', 0, 'latin1')
  header.writeUInt32LE(wavHeaderBytes - 8 + dataBytes, 4)
  header.write('WAVEfmt ', 8, 'latin1')
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(channels, 22)
  header.writeUInt32LE(sampleRate, 24)
  header.writeUInt32LE(sampleRate * align, 28)
  header.writeUInt16LE(align, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36, 'latin1')
  header.writeUInt32LE(dataBytes, 40)
  return header
}

/** Sound is measured in stretches of so long. */
export const stretchMs = 100
/** A waveform has so many stretches at most. */
const mostStretches = 2000

/** The loudest sample, 0 to 32768, of 16-bit little-endian PCM, whatever its channels. */
export function loudest(pcm: Uint8Array): number {
  const view = new DataView(pcm.buffer, pcm.byteOffset, pcm.byteLength)
  let peak = 0
  for (let at = 0; at + 1 < pcm.byteLength; at += 2) peak = Math.max(peak, Math.abs(view.getInt16(at, true)))
  return peak
}

/** The loudest sample of each stretch and channel, 0 to 127, interleaved by channel. */
export function measured(pcm: Uint8Array, channels: number, sampleRate: number): Buffer {
  const view = new DataView(pcm.buffer, pcm.byteOffset, pcm.byteLength)
  const frames = Math.floor(pcm.byteLength / (2 * channels))
  const each = (sampleRate * stretchMs) / 1000
  const peaks = Buffer.alloc(Math.ceil(frames / each) * channels)
  for (let frame = 0; frame < frames; frame++) {
    const stretch = Math.floor(frame / each) * channels
    for (let channel = 0; channel < channels; channel++) {
      const peak = Math.min(127, Math.abs(view.getInt16((frame * channels + channel) * 2, true)) >> 8)
      if (peak > peaks[stretch + channel]!) peaks[stretch + channel] = peak
    }
  }
  return peaks
}

/** Peaks of segments at their stretches, as one waveform of a recording: a list a channel. */
export function waveform(
  segments: { fromStretch: number; peaks: Uint8Array }[],
  channels: number,
  stretches: number
): number[][] {
  const each = Math.max(1, Math.ceil(stretches / mostStretches))
  const bars = Array.from({ length: channels }, () => new Array<number>(Math.ceil(stretches / each)).fill(0))
  for (const { fromStretch, peaks } of segments)
    for (let n = 0; n < peaks.length; n++) {
      const bar = Math.floor((fromStretch + Math.floor(n / channels)) / each)
      const line = bars[n % channels]!
      if (bar < line.length) line[bar] = Math.max(line[bar]!, peaks[n]!)
    }
  return bars
}

/** Audio inside the simulator is 16-bit mono at 8 kHz in frames of 20 ms; other rates are made at the border. */
export const rate = 8000
export const frameMs = 20
export const frameSamples = (rate * frameMs) / 1000

export type Samples = Int16Array

/** The one silent frame: listeners compare by identity, so silence costs nothing. */
export const silence: Samples = new Int16Array(frameSamples)

/** The 20 ms slot that time is in. Sources are functions of it, so nobody has to be woken to go on speaking. */
export const slotNow = () => Math.floor(performance.now() / frameMs)

/** Something that sounds: undefined once it is over. */
export type Source = (slot: number) => Samples | undefined

export const pcmSource = (pcm: Samples, start: number): Source => {
  const slots = Math.ceil(pcm.length / frameSamples)
  return (slot) => {
    if (slot < start) return silence
    if (slot >= start + slots) return undefined
    const from = (slot - start) * frameSamples
    const part = pcm.subarray(from, from + frameSamples)
    if (part.length === frameSamples) return part
    const padded = new Int16Array(frameSamples)
    padded.set(part)
    return padded
  }
}

export function mix(frames: Samples[]): Samples {
  const sounding = frames.filter((frame) => frame !== silence)
  if (sounding.length === 0) return silence
  if (sounding.length === 1) return sounding[0] ?? silence
  const out = new Int16Array(frameSamples)
  for (let n = 0; n < frameSamples; n++) {
    let sum = 0
    for (const frame of sounding) sum += frame[n] ?? 0
    out[n] = Math.max(-32768, Math.min(32767, sum))
  }
  return out
}

/** Linear interpolation: enough to keep a tone a tone. */
export function resample(samples: Samples, from: number, to: number): Samples {
  if (from === to) return samples
  const out = new Int16Array(Math.round((samples.length * to) / from))
  for (let n = 0; n < out.length; n++) {
    const at = (n * from) / to
    const whole = Math.floor(at)
    const here = samples[whole] ?? 0
    const next = samples[whole + 1] ?? here
    out[n] = here + (next - here) * (at - whole)
  }
  return out
}

/** Little-endian, whatever the machine is. */
export function toBytes(samples: Samples): Buffer {
  const bytes = Buffer.allocUnsafe(samples.length * 2)
  for (let n = 0; n < samples.length; n++) bytes.writeInt16LE(samples[n] ?? 0, n * 2)
  return bytes
}

export function fromBytes(bytes: Buffer): Samples {
  const samples = new Int16Array(bytes.length >> 1)
  for (let n = 0; n < samples.length; n++) samples[n] = bytes.readInt16LE(n * 2)
  return samples
}

/** Two channels, sample by sample. */
export function interleave(left: Samples, right: Samples): Samples {
  const out = new Int16Array(left.length * 2)
  for (let n = 0; n < left.length; n++) {
    out[n * 2] = left[n] ?? 0
    out[n * 2 + 1] = right[n] ?? 0
  }
  return out
}

const rate = 8000
const seconds = 19.2
const stepSeconds = 0.3
const headerBytes = 44

/** A pentatonic figure for a harp of gourd and strings, in semitones above A3; null rests. */
const figure = [0, 7, 12, null, 10, 7, null, 5, 3, 5, 7, null, 12, 10, 7, null]
const base = 220

let made: Buffer | undefined

/** The demo's music while waiting: plucked strings, computed once, as a WAVE file of 8 kHz, 16 bits, mono. */
export function demoMusic(): Buffer {
  made ??= wav(play())
  return made
}

function play(): Float64Array {
  const out = new Float64Array(rate * seconds)
  const steps = Math.floor(seconds / stepSeconds)
  for (let step = 0; step < steps; step++) {
    const note = figure[step % figure.length]
    const at = Math.round(step * stepSeconds * rate)
    if (note !== null && note !== undefined) pluck(out, at, base * 2 ** (note / 12), 0.32)
    if (step % 8 === 0) pluck(out, at, (base / 2) * (step % 16 === 0 ? 1 : 2 ** (5 / 12)), 0.4)
  }
  return out
}

/** A string after Karplus and Strong: a burst that is averaged with itself, once each period. */
function pluck(out: Float64Array, at: number, hertz: number, level: number) {
  const period = Math.round(rate / hertz)
  const string = Float64Array.from({ length: period }, (_, n) => (((n * 7919) % 101) / 50 - 1) * level)
  for (let n = 0; at + n < out.length && n < 2 * rate; n++) {
    const i = n % period
    out[at + n] = (out[at + n] ?? 0) + (string[i] ?? 0)
    string[i] = 0.498 * ((string[i] ?? 0) + (string[(i + 1) % period] ?? 0))
  }
}

function wav(samples: Float64Array): Buffer {
  const bytes = Buffer.alloc(headerBytes + samples.length * 2)
  bytes.write('RIFF', 0, 'latin1')
  bytes.writeUInt32LE(bytes.length - 8, 4)
  bytes.write('WAVEfmt ', 8, 'latin1')
  bytes.writeUInt32LE(16, 16)
  bytes.writeUInt16LE(1, 20)
  bytes.writeUInt16LE(1, 22)
  bytes.writeUInt32LE(rate, 24)
  bytes.writeUInt32LE(rate * 2, 28)
  bytes.writeUInt16LE(2, 32)
  bytes.writeUInt16LE(16, 34)
  bytes.write('data', 36, 'latin1')
  bytes.writeUInt32LE(samples.length * 2, 40)
  samples.forEach((sample, n) => {
    bytes.writeInt16LE(Math.round(Math.max(-1, Math.min(1, sample)) * 28_000), headerBytes + n * 2)
  })
  return bytes
}

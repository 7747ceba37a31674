import { rate, type Samples } from '../jambonz/audio/pcm.ts'

/** First and second formant of vowels, in hertz. */
const vowels: Record<string, readonly [number, number]> = {
  a: [750, 1300],
  e: [450, 1900],
  i: [300, 2250],
  o: [480, 900],
  u: [330, 800],
  y: [300, 1950]
}
const widths = [110, 160]
const highest = 3300
const level = 9000

interface Sound {
  formants: readonly [number, number] | null
  /** Parts of the whole. */
  length: number
  loudness: number
}

const consonant: Sound = { formants: [250, 1100], length: 0.6, loudness: 0.25 }
const gap: Sound = { formants: null, length: 0.7, loudness: 0 }
const rest: Sound = { formants: null, length: 3, loudness: 0 }

/**
 * A voice that hums the rhythm and the vowels of a text, for machines without a speech synthesiser. Nobody understands
 * it, everybody hears that somebody speaks. `seconds` is how long it takes; `pitch` in hertz tells voices apart.
 */
export function murmur(text: string, { seconds, pitch }: { seconds: number; pitch: number }): Samples {
  const sounds = soundsOf(text)
  const whole = sounds.reduce((sum, { length }) => sum + length, 0)
  const out = new Int16Array(Math.round(seconds * rate))
  let from = 0
  let at = 0
  for (const sound of sounds) {
    at += sound.length
    const to = Math.round((at / whole) * out.length)
    // The voice falls towards the end of what it says.
    if (sound.formants) voice(out.subarray(from, to), sound, pitch * (1.12 - (0.24 * from) / out.length))
    from = to
  }
  return out
}

function soundsOf(text: string): Sound[] {
  const letters = text.normalize('NFD').toLowerCase().replace(/\p{M}/gu, '')
  return [...letters].flatMap((letter): Sound[] => {
    if (/[.,;:!?]/.test(letter)) return [rest]
    const formants = vowels[letter]
    if (formants) return [{ formants, length: 1.4, loudness: 1 }]
    return [/[a-z0-9]/.test(letter) ? consonant : gap]
  })
}

/** Harmonics of the pitch, as loud as the formants let them through, fading in and out. */
function voice(out: Samples, { formants, loudness }: Sound, pitch: number) {
  const harmonics = Array.from({ length: Math.floor(highest / pitch) }, (_, n) => (n + 1) * pitch).map(
    (hertz) => ({ turn: (2 * Math.PI * hertz) / rate, part: passes(hertz, formants ?? [0, 0]) })
  )
  const total = harmonics.reduce((sum, { part }) => sum + part, 0)
  for (let n = 0; n < out.length; n++) {
    const edge = Math.min(1, Math.min(n, out.length - n) / 80)
    let sum = 0
    for (const { turn, part } of harmonics) sum += part * Math.sin(turn * n)
    out[n] = level * loudness * edge * (sum / total)
  }
}

const passes = (hertz: number, formants: readonly [number, number]) =>
  formants.reduce(
    (sum, middle, nth) => sum + Math.exp(-(((hertz - middle) / (widths[nth] ?? 100)) ** 2)),
    0.02
  )

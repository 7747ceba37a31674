import type { Preferences } from '@palabre/config/contract/user'

type Sound = Preferences['offerSound']
interface Note {
  hertz: number
  at: number
  length: number
  wave: OscillatorType
}

const tunes: Record<Exclude<Sound, 'none'>, Note[]> = {
  bell: [
    { hertz: 880, at: 0, length: 0.9, wave: 'sine' },
    { hertz: 1320, at: 0.14, length: 1.1, wave: 'sine' }
  ],
  marimba: [523, 659, 784].map((hertz, n) => ({
    hertz,
    at: n * 0.13,
    length: 0.35,
    wave: 'triangle' as const
  })),
  pulse: [0, 0.2, 0.4].map((at) => ({ hertz: 620, at, length: 0.12, wave: 'square' as const }))
}

let audio: AudioContext | undefined

/** Plays an offer's sound once; volume 0…100. A browser that wants a gesture first stays silent. */
export async function playSound(sound: Sound, volume: number): Promise<void> {
  if (sound === 'none' || volume <= 0) return
  audio ??= new AudioContext()
  try {
    await audio.resume()
  } catch {
    return
  }
  for (const { hertz, at, length, wave } of tunes[sound]) {
    const start = audio.currentTime + at
    const tone = audio.createOscillator()
    const loudness = audio.createGain()
    tone.type = wave
    tone.frequency.value = hertz
    // Square waves sound louder than they are.
    const peak = (volume / 100) ** 2 * (wave === 'square' ? 0.15 : 0.5) || 0.0001
    loudness.gain.setValueAtTime(0.0001, start)
    loudness.gain.exponentialRampToValueAtTime(peak, start + 0.015)
    loudness.gain.exponentialRampToValueAtTime(0.0001, start + length)
    tone.connect(loudness).connect(audio.destination)
    tone.start(start)
    tone.stop(start + length + 0.05)
  }
}

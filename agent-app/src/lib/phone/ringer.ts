import { devices } from './devices.svelte.ts'
import { playOn } from './speaker.ts'

interface Tone {
  hertz: number
  at: number
  seconds: number
}

/** A warble of two tones, as telephones ring. */
const bell: Tone[] = Array.from({ length: 12 }, (_, n) => ({
  hertz: n % 2 ? 1000 : 800,
  at: n * 0.09,
  seconds: 0.09
}))
const everyMs = 3000
const beepTone: Tone[] = [{ hertz: 880, at: 0, seconds: 0.22 }]
/** A scale that speakers of every size play. */
const trialTones: Tone[] = [440, 554, 659].map((hertz, n) => ({ hertz, at: n * 0.3, seconds: 0.28 }))

let context: AudioContext | undefined
const outputs = new Map<string, { element: HTMLAudioElement; out: MediaStreamAudioDestinationNode }>()

async function outputOn(context: AudioContext, deviceId: string) {
  let output = outputs.get(deviceId)
  if (!output) {
    output = { element: document.createElement('audio'), out: context.createMediaStreamDestination() }
    output.element.srcObject = output.out.stream
    outputs.set(deviceId, output)
  }
  await playOn(output.element, deviceId)
  await output.element.play()
  return output.out
}

/** Plays tones on a device; volume 0…100. Resolves false when the browser wants a click first. */
async function play(tones: Tone[], volume: number, deviceId: string): Promise<boolean> {
  if (volume <= 0) return true
  context ??= new AudioContext()
  void context.resume()
  if (context.state !== 'running') await new Promise((later) => setTimeout(later, 50))
  if (context.state !== 'running') return false
  const out = await outputOn(context, deviceId).catch(() => null)
  if (!out) return false
  for (const { hertz, at, seconds } of tones) {
    const start = context.currentTime + 0.02 + at
    const tone = context.createOscillator()
    const loudness = context.createGain()
    tone.frequency.value = hertz
    const peak = Math.max(0.0001, (volume / 100) ** 2 * 0.6)
    // Edges without a click.
    loudness.gain.setValueAtTime(0.0001, start)
    loudness.gain.exponentialRampToValueAtTime(peak, start + 0.01)
    loudness.gain.setValueAtTime(peak, start + seconds - 0.015)
    loudness.gain.exponentialRampToValueAtTime(0.0001, start + seconds)
    tone.connect(loudness).connect(out)
    tone.start(start)
    tone.stop(start + seconds)
  }
  return true
}

/** Rings on the ring device until the function that it gives is called. */
export function ringPhone(volume: number): () => void {
  const once = () => void play(bell, volume, devices.ring)
  once()
  const timer = setInterval(once, everyMs)
  return () => clearInterval(timer)
}

/** What an agent hears before a call that is answered for them; resolves when it is over. */
export async function beep(volume: number): Promise<void> {
  await play(beepTone, volume, devices.speaker)
  await new Promise((over) => setTimeout(over, 300))
}

/** Plays what one chooses a device by. */
export const tryDevice = (kind: 'speaker' | 'ring', volume: number): Promise<boolean> =>
  kind === 'ring' ? play(bell, volume, devices.ring) : play(trialTones, volume, devices.speaker)

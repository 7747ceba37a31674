import worklet from '../phone/sound.worklet.ts?worker&url'
import { devices } from '../phone/devices.svelte.ts'
import { playOn } from '../phone/speaker.ts'

/** Nobody answers to what is listened to: sound may come later than in a call, and then without breaks. */
const buffers = { bufferMs: 250, mostMs: 900 }
/** Two voices are told apart more easily when they come from two sides. */
const apart = 0.4

export interface LiveSound {
  /** Samples of each side, as they came. */
  play: (sides: Int16Array<ArrayBuffer>[]) => void
  /** 0…1 */
  setVolume: (volume: number) => void
  close: () => void
}

/** The speaker for something that goes on: one voice a channel. @throws when the browser gives no sound */
export async function openLiveSound(rate: number, channels: number, volume: number): Promise<LiveSound> {
  const context = new AudioContext()
  await context.audioWorklet.addModule(worklet)
  const gain = new GainNode(context, { gain: volume })
  const out = context.createMediaStreamDestination()
  gain.connect(out)
  const voices = Array.from({ length: channels }, (_, n) => {
    const voice = new AudioWorkletNode(context, 'speaker', {
      numberOfInputs: 0,
      processorOptions: { rate, ...buffers }
    })
    const pan = channels === 1 ? 0 : n === 0 ? -apart : apart
    voice.connect(new StereoPannerNode(context, { pan })).connect(gain)
    return voice
  })
  const element = new Audio()
  element.srcObject = out.stream
  element.dataset['listening'] = 'live'
  document.body.append(element)
  void playOn(element, devices.speaker)
  const close = () => {
    element.pause()
    element.srcObject = null
    element.remove()
    for (const voice of voices) voice.port.close()
    void context.close()
  }
  try {
    await Promise.all([context.resume(), element.play()])
  } catch (error) {
    close()
    throw error
  }
  return {
    play: (sides) => {
      for (const [n, samples] of sides.entries())
        voices[n]?.port.postMessage(samples.buffer, [samples.buffer])
    },
    setVolume: (next) => (gain.gain.value = next),
    close
  }
}

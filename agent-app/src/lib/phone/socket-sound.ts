import worklet from './sound.worklet.ts?worker&url'
import type { SocketPorts } from './socket-line.ts'
import { speaker } from './speaker.ts'

let opened: Promise<SocketPorts['audio']> | undefined

/** Sound of a line that carries its samples itself: microphone and speaker through an audio worklet; one for the tab. */
export function openSound(): Promise<SocketPorts['audio']> {
  opened ??= open().catch((error: unknown) => {
    opened = undefined
    throw error
  })
  return opened
}

async function open(): Promise<SocketPorts['audio']> {
  const context = new AudioContext({ latencyHint: 'interactive' })
  await context.audioWorklet.addModule(worklet)
  // Between calls it takes no power.
  await context.suspend()
  return (rate, microphone, speak) => {
    const options = { processorOptions: { rate } }
    const ear = new AudioWorkletNode(context, 'microphone', { numberOfOutputs: 0, ...options })
    const mouth = new AudioWorkletNode(context, 'speaker', { numberOfInputs: 0, ...options })
    ear.port.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => speak(data)
    let source = context.createMediaStreamSource(microphone)
    source.connect(ear)
    const out = context.createMediaStreamDestination()
    mouth.connect(out)
    speaker.play(out.stream, () => context.resume())
    return {
      play: (samples) => mouth.port.postMessage(samples, [samples]),
      speakInto(next) {
        source.disconnect()
        source = context.createMediaStreamSource(next)
        source.connect(ear)
      },
      close() {
        source.disconnect()
        mouth.disconnect()
        ear.port.close()
        mouth.port.close()
        speaker.stop(out.stream)
        void context.suspend()
      }
    }
  }
}

import { devices } from './devices.svelte.ts'

/** Puts a sound's output on a device; where the browser cannot choose or the device is gone, the usual one is used. */
export async function playOn(element: HTMLMediaElement, deviceId: string): Promise<void> {
  if (!('setSinkId' in element) || element.sinkId === deviceId) return
  try {
    await element.setSinkId(deviceId)
  } catch {
    await element.setSinkId('').catch(() => {})
  }
}

type Wake = () => Promise<unknown>

/** What the agent hears of a call. A browser that wants a click first gets the next one. */
class Speaker {
  #element: HTMLAudioElement | null = null
  #stopWaiting = () => {}

  /** @param wake resumes what makes the sound, where that sleeps too */
  play(stream: MediaStream, wake: Wake = () => Promise.resolve()): void {
    const element = (this.#element ??= this.#make())
    element.srcObject = stream
    void playOn(element, devices.speaker)
    const begin = () => Promise.all([wake(), element.play()])
    this.#stopWaiting()
    const isAsleep = setTimeout(() => this.#waitForGesture(begin), 400)
    this.#stopWaiting = () => clearTimeout(isAsleep)
    begin().then(this.#awake, () => this.#waitForGesture(begin))
  }

  stop(stream: MediaStream): void {
    if (this.#element?.srcObject !== stream) return
    this.#awake()
    this.#element.pause()
    this.#element.srcObject = null
  }

  /** The device was changed. */
  move = (): void => {
    if (this.#element) void playOn(this.#element, devices.speaker)
  }

  #awake = (): void => {
    this.#stopWaiting()
    devices.isWaitingForGesture = false
  }

  #waitForGesture(begin: Wake): void {
    devices.isWaitingForGesture = true
    const hear = () => void begin().then(this.#awake, () => {})
    addEventListener('pointerdown', hear, true)
    addEventListener('keydown', hear, true)
    this.#stopWaiting()
    this.#stopWaiting = () => {
      removeEventListener('pointerdown', hear, true)
      removeEventListener('keydown', hear, true)
    }
  }

  #make(): HTMLAudioElement {
    const element = document.createElement('audio')
    element.dataset['phone'] = 'speaker'
    document.body.append(element)
    return element
  }
}

export const speaker = new Speaker()

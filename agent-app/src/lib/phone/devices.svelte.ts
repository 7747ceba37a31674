const stored = 'palabre:sound-devices'

interface Chosen {
  microphone: string
  speaker: string
  ring: string
}
export type DeviceKind = keyof Chosen
export interface Device {
  id: string
  label: string
}

function read(): Chosen {
  const usual = { microphone: '', speaker: '', ring: '' }
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(stored) ?? '{}')
    return kept && typeof kept === 'object' ? { ...usual, ...kept } : usual
  } catch {
    return usual
  }
}

/** Microphone, speaker and ring device of this browser; '' is whatever the system uses. */
class Devices {
  #chosen = $state.raw(read())
  #inputs = $state.raw<Device[]>([])
  #outputs = $state.raw<Device[]>([])
  /** The browser lets nothing be heard before a click or a key. */
  isWaitingForGesture = $state(false)

  get microphone(): string {
    return this.#chosen.microphone
  }
  get speaker(): string {
    return this.#chosen.speaker
  }
  get ring(): string {
    return this.#chosen.ring
  }
  /** Named only once the microphone was allowed. */
  get inputs(): readonly Device[] {
    return this.#inputs
  }
  /** Empty where the browser cannot choose (Safari). */
  get outputs(): readonly Device[] {
    return this.#outputs
  }

  readonly canChooseOutput =
    typeof HTMLMediaElement !== 'undefined' && 'setSinkId' in HTMLMediaElement.prototype

  choose(kind: DeviceKind, id: string): void {
    this.#chosen = { ...this.#chosen, [kind]: id }
    try {
      localStorage.setItem(stored, JSON.stringify(this.#chosen))
    } catch {
      // A browser without storage forgets it.
    }
  }

  /** Lists what is plugged in, and follows it until the function that it gives is called. */
  watch(): () => void {
    // Only pages that came over HTTPS have devices.
    const media = navigator.mediaDevices as MediaDevices | undefined
    if (!media) return () => {}
    const list = () => void this.list()
    list()
    media.addEventListener('devicechange', list)
    return () => media.removeEventListener('devicechange', list)
  }

  async list(): Promise<void> {
    const media = navigator.mediaDevices as MediaDevices | undefined
    const all = (await media?.enumerateDevices()) ?? []
    const of = (kind: MediaDeviceKind) =>
      all
        .filter((device) => device.kind === kind && device.deviceId && device.deviceId !== 'default')
        .map(({ deviceId, label }) => ({ id: deviceId, label }))
    this.#inputs = of('audioinput')
    this.#outputs = this.canChooseOutput ? of('audiooutput') : []
  }
}

export const devices = new Devices()

import { readPhone } from '@palabre/config/contract/call'
import { call } from '../call.ts'
import type { EndOfRing, Ring } from './line.ts'
import { devices } from './devices.svelte.ts'
import { lookForMicrophone, openMicrophone, permission } from './microphone.ts'
import { OneTab, type Place, type TabChannel } from './one-tab.ts'
import { openLine } from './open-line.ts'
import { Phone, type PhoneNow } from './phone.ts'
import { speaker } from './speaker.ts'

const after = (ms: number, run: () => void) => {
  const timer = setTimeout(run, ms)
  return () => clearTimeout(timer)
}

type Ended = (ring: Ring, how: EndOfRing, wasTalking: boolean) => void

/** The telephone of this browser, in the one tab that holds it. */
class Softphone {
  #now = $state.raw<PhoneNow>({ state: 'off', trouble: null, ring: null, talk: null })
  #place = $state<Place>('nowhere')
  /** The browser will ask for the microphone at the first call, unless it is asked before. */
  #isUnasked = $state(false)
  #isMuted = $state(false)
  #hearers = new Set<Ended>()
  readonly #phone = new Phone({
    credentials: async () => {
      const { phone } = await call(readPhone)
      // Nobody holds what does not exist.
      if (!phone) this.#tab?.stop()
      return phone
    },
    open: openLine,
    microphone: openMicrophone,
    now: Date.now,
    after,
    changed: (now) => {
      this.#now = now
      if (!now.talk) this.#isMuted = false
    },
    ended: (...what) => this.#hearers.forEach((hear) => hear(...what))
  })
  #tab: OneTab | null = null

  get now(): PhoneNow {
    return this.#now
  }
  get place(): Place {
    return this.#place
  }
  get isUnasked(): boolean {
    return this.#isUnasked
  }
  /** Nothing of the agent's voice leaves this tab. */
  get isMuted(): boolean {
    return this.#isMuted
  }
  /** There is a phone for this person, here or in another tab. */
  get exists(): boolean {
    return this.#place === 'elsewhere' || this.#now.state !== 'off' || this.#now.trouble === 'elsewhere'
  }
  /** It can be rung and talked through in this tab. */
  get isUsable(): boolean {
    return ['registered', 'ringing', 'talking'].includes(this.#now.state)
  }

  /** Is there until the function that it gives is called. */
  start(): () => void {
    this.#tab ??= new OneTab({
      locks: navigator.locks as LockManager | undefined,
      channel: new BroadcastChannel('palabre:phone') as TabChannel,
      id: crypto.randomUUID(),
      isBusy: () => this.#now.talk !== null,
      changed: (place) => this.#moved(place),
      after
    })
    this.#tab.start()
    const stopWatching = devices.watch()
    return () => {
      stopWatching()
      this.#tab?.stop()
    }
  }

  /** False when somebody talks through it in the other tab. */
  takeOver = async (): Promise<boolean> => {
    if (this.#now.trouble === 'elsewhere') {
      this.#phone.stop()
      this.#phone.start()
      return true
    }
    return (await this.#tab?.takeOver()) ?? false
  }

  hearEnded(hearer: Ended): () => void {
    this.#hearers.add(hearer)
    return () => void this.#hearers.delete(hearer)
  }

  /** Registers again now; asks for the microphone where that is what is missing. */
  retry = async (): Promise<void> => {
    if (this.#now.trouble?.startsWith('mic-') || this.#isUnasked) await this.askForMicrophone()
    // A call that came back while there was no microphone waits for it.
    if (this.#now.ring?.resumed) return this.answer().catch(() => {})
    this.#phone.hurry()
  }

  /** Lets the browser ask now, rather than when a caller waits. */
  askForMicrophone = async (): Promise<void> => {
    try {
      ;(await openMicrophone()).getTracks().forEach((track) => track.stop())
    } catch {
      // What is wrong is looked for below.
    }
    await this.look()
  }

  look = async (): Promise<void> => {
    this.#isUnasked = (await permission()) === 'prompt'
    this.#phone.learn(await lookForMicrophone())
  }

  /** @throws {NoMicrophone} it goes on ringing */
  answer = (): Promise<void> => this.#phone.answer()
  decline = (): void => this.#phone.decline()
  hangUp = (): void => this.#phone.hangUp()
  press = (keys: string): void => this.#phone.press(keys)
  mute = (on: boolean): void => {
    this.#isMuted = on
    this.#phone.mute(on)
  }

  /** Takes the devices that were just chosen into use. @throws {NoMicrophone} */
  useDevices = async (): Promise<void> => {
    speaker.move()
    await this.#phone.changeMicrophone()
  }

  #moved(place: Place): void {
    this.#place = place
    if (place !== 'here') return this.#phone.stop()
    this.#phone.start()
    void this.look()
  }
}

export const softphone = new Softphone()

import type { Credentials, EndOfRing, LineHearer, OpenLine, PhoneLine, Ring } from './line.ts'

/** Why the phone does not work, or will not. */
export type Trouble =
  | 'unreachable'
  | 'refused'
  | 'elsewhere'
  | 'sound'
  | 'mic-denied'
  | 'mic-missing'
  | 'mic-busy'
  | 'mic-insecure'

export type PhoneState = 'off' | 'connecting' | 'registered' | 'ringing' | 'talking' | 'broken'

export interface PhoneNow {
  state: PhoneState
  trouble: Trouble | null
  /** What rings, or is being answered. */
  ring: Ring | null
  /** What is talked in, also while the phone is broken. */
  talk: Ring | null
}

/** The agent's voice, or why there is none. */
export class NoMicrophone extends Error {
  readonly why: Extract<Trouble, `mic-${string}`>
  constructor(why: NoMicrophone['why']) {
    super(why)
    this.why = why
  }
}

/** The world around a phone: a fake one makes it testable. */
export interface PhonePorts {
  /** Null when the hub has no phone for this person. */
  credentials: () => Promise<Credentials | null>
  open: OpenLine
  /** @throws {NoMicrophone} */
  microphone: () => Promise<MediaStream>
  now: () => number
  /** Runs later; gives the function that cancels it. */
  after: (ms: number, run: () => void) => () => void
  changed: (now: PhoneNow) => void
  ended: (ring: Ring, how: EndOfRing, wasTalking: boolean) => void
}

const firstWaitMs = 1000
const longestWaitMs = 30_000
/** Fresh credentials are there well before the old ones end. */
const renewBeforeMs = 10 * 60_000
const renewAgainMs = 60_000
const longestTimerMs = 24 * 3600_000
/** A blink of the network is nobody's business; in a call it is heard at once. */
const graceMs = { idle: 8000, talking: 1500 }

type Link = 'trying' | 'up' | 'lost' | 'refused' | 'replaced'

/**
 * The agent's phone: one line that is always being brought back, at most one call. Nothing in it knows a browser or
 * SIP. A second call is declined as busy.
 */
export class Phone {
  readonly #ports: PhonePorts
  #on = false
  #link: Link = 'trying'
  #line: PhoneLine | null = null
  #ring: Ring | null = null
  #talk: Ring | null = null
  /** The ring that was answered, so that it is done once. */
  #answering: Ring | null = null
  #heard = true
  #mic: Extract<Trouble, `mic-${string}`> | null = null
  #stream: MediaStream | null = null
  #muted = false
  #attempts = 0
  /** The connection is lost, for a moment as it may be. */
  #isPatient = false
  /** Counts starts: what an earlier one waited for comes too late. */
  #turn = 0
  #cancelWait = () => {}
  #cancelRenew = () => {}

  constructor(ports: PhonePorts) {
    this.#ports = ports
  }

  get now(): PhoneNow {
    return { state: this.#state, trouble: this.#trouble, ring: this.#ring, talk: this.#talk }
  }

  /** Registers, and stays registered until `stop`. */
  start(): void {
    if (this.#on) return
    this.#on = true
    this.#link = 'trying'
    this.#attempts = 0
    this.#isPatient = false
    void this.#begin(++this.#turn)
  }

  /** Gives the line back. A call goes on only where the server keeps it. */
  stop(): void {
    if (!this.#on) return
    this.#on = false
    this.#turn++
    this.#cancelWait()
    this.#cancelRenew()
    this.#line?.close()
    this.#line = null
    this.#ring = this.#talk = null
    this.#release()
    this.#tell()
  }

  /** Tries at once what waits to be tried again. */
  hurry(): void {
    if (!this.#on) return
    // Another line would know nothing of the call.
    if (this.#talk) return this.#line?.hurry()
    if (this.#link === 'up') return
    this.#on = false
    this.#cancelWait()
    this.#line?.close()
    this.#line = null
    this.start()
    this.#tell()
  }

  /** What was found out about the microphone without using it; null when nothing is wrong. */
  learn(mic: Extract<Trouble, `mic-${string}`> | null): void {
    this.#mic = mic
    this.#tell()
  }

  /**
   * Answers what rings.
   * @throws {NoMicrophone} it goes on ringing
   */
  async answer(): Promise<void> {
    const ring = this.#ring
    if (!ring || !this.#line || this.#answering === ring) return
    this.#answering = ring
    try {
      this.#stream ??= await this.#ports.microphone()
      this.#mic = null
    } catch (error) {
      if (error instanceof NoMicrophone) this.#mic = error.why
      this.#answering = null
      this.#tell()
      throw error
    }
    // It may have stopped ringing while the browser asked for the microphone.
    if (this.#ring?.id !== ring.id) return this.#talk ? undefined : this.#release()
    this.#apply()
    this.#line.answer(ring.id, this.#stream)
  }

  decline(): void {
    const ring = this.#ring
    if (!ring) return
    this.#ring = null
    this.#line?.decline(ring.id, 'declined')
    this.#tell()
  }

  hangUp(): void {
    if (this.#talk) this.#line?.hangUp(this.#talk.id)
  }

  press(keys: string): void {
    if (this.#talk) this.#line?.press(this.#talk.id, keys)
  }

  /** Nothing is heard of the agent, from the next sample on. */
  mute(on: boolean): void {
    this.#muted = on
    this.#apply()
  }

  /** The microphone was changed: a call goes on with the new one. @throws {NoMicrophone} the old one stays */
  async changeMicrophone(): Promise<void> {
    if (!this.#talk || !this.#line) return
    const before = this.#stream
    this.#stream = await this.#ports.microphone()
    this.#mic = null
    this.#apply()
    this.#line.speakInto(this.#stream)
    stop(before)
    this.#tell()
  }

  get #state(): PhoneState {
    if (!this.#on) return 'off'
    if (this.#link === 'replaced') return 'off'
    if (this.#talk) return this.#link === 'lost' || !this.#heard ? 'broken' : 'talking'
    if (this.#link === 'lost' || this.#link === 'refused') return 'broken'
    if (this.#link === 'trying') return 'connecting'
    if (this.#ring) return 'ringing'
    return this.#mic ? 'broken' : 'registered'
  }

  get #trouble(): Trouble | null {
    if (this.#link === 'replaced') return 'elsewhere'
    if (this.#link === 'lost') return 'unreachable'
    if (this.#link === 'refused') return 'refused'
    if (this.#talk && !this.#heard) return 'sound'
    return this.#mic
  }

  async #begin(turn: number): Promise<void> {
    this.#tell()
    try {
      const credentials = await this.#ports.credentials()
      if (turn !== this.#turn) return
      if (!credentials) {
        this.#on = false
        return this.#tell()
      }
      const line = await this.#ports.open(credentials, this.#hearer(turn))
      if (turn !== this.#turn) return line.close()
      this.#line = line
      this.#plan(credentials)
      line.start()
    } catch {
      if (turn !== this.#turn) return
      this.#link = 'lost'
      this.#tell()
      this.#again(turn)
    }
  }

  #again(turn: number): void {
    this.#isPatient = false
    const wait = Math.min(longestWaitMs, firstWaitMs * 2 ** this.#attempts++)
    this.#cancelWait()
    this.#cancelWait = this.#ports.after(wait, () => {
      if (turn !== this.#turn) return
      this.#line?.close()
      this.#line = null
      void this.#begin(++this.#turn)
    })
  }

  #plan({ expiresAt }: Credentials): void {
    const left = Date.parse(expiresAt) - this.#ports.now()
    const wait = Math.max(renewAgainMs, Math.min(longestTimerMs, left - renewBeforeMs))
    this.#cancelRenew()
    this.#cancelRenew = this.#ports.after(wait, () => void this.#renew(this.#turn))
  }

  async #renew(turn: number): Promise<void> {
    try {
      const credentials = await this.#ports.credentials()
      if (turn !== this.#turn || !credentials) return
      this.#line?.renew(credentials)
      this.#plan(credentials)
    } catch {
      if (turn === this.#turn)
        this.#cancelRenew = this.#ports.after(renewAgainMs, () => void this.#renew(this.#turn))
    }
  }

  #hearer(turn: number): LineHearer {
    const mine = () => turn === this.#turn
    return {
      registered: () => {
        if (!mine()) return
        this.#cancelWait()
        this.#isPatient = false
        this.#attempts = 0
        this.#link = 'up'
        this.#tell()
      },
      lost: () => {
        if (!mine() || this.#link === 'lost') return
        this.#ring = null
        if (this.#link === 'up' && !this.#talk) this.#link = 'trying'
        // Every attempt that fails is told; the patience counts from the first.
        if (!this.#isPatient) {
          this.#isPatient = true
          this.#cancelWait()
          this.#cancelWait = this.#ports.after(this.#talk ? graceMs.talking : graceMs.idle, () => {
            if (!mine()) return
            this.#isPatient = false
            this.#link = 'lost'
            this.#tell()
          })
        }
        this.#tell()
      },
      refused: () => {
        if (!mine()) return
        this.#link = 'refused'
        this.#tell()
        this.#again(turn)
      },
      replaced: () => {
        if (!mine()) return
        this.#link = 'replaced'
        this.#ring = this.#talk = null
        this.#cancelWait()
        this.#cancelRenew()
        this.#release()
        this.#tell()
      },
      rings: (ring) => {
        if (!mine()) return
        const known = this.#ring ?? this.#talk
        if (known && known.id !== ring.id) return this.#line?.decline(ring.id, 'busy')
        if (this.#talk?.id !== ring.id) this.#ring = ring
        this.#tell()
        // It rings on where that fails, and can be answered by hand.
        if (ring.resumed && this.#ring) this.answer().catch(() => {})
      },
      talks: (id) => {
        if (!mine() || this.#ring?.id !== id) return
        this.#talk = this.#ring
        this.#ring = null
        this.#heard = true
        this.#tell()
      },
      sound: (isHeard) => {
        if (!mine() || this.#heard === isHeard) return
        this.#heard = isHeard
        this.#tell()
      },
      ended: (id, how) => {
        if (!mine()) return
        const over = [this.#ring, this.#talk].find((one) => one?.id === id)
        if (!over) return
        const wasTalking = over === this.#talk
        if (wasTalking) this.#talk = null
        else this.#ring = null
        this.#release()
        this.#tell()
        this.#ports.ended(over, how, wasTalking)
      }
    }
  }

  #apply(): void {
    for (const track of this.#stream?.getAudioTracks() ?? []) track.enabled = !this.#muted
  }

  #release(): void {
    stop(this.#stream)
    this.#stream = null
    this.#muted = false
    this.#heard = true
  }

  #tell(): void {
    this.#ports.changed(this.now)
  }
}

/** The lamp of the microphone goes out. */
const stop = (stream: MediaStream | null) => stream?.getTracks().forEach((track) => track.stop())

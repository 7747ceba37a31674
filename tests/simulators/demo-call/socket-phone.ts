import { WebSocket } from 'ws'
import type { FarSide } from '../jambonz/directory.ts'
import { fromBytes, toBytes } from '../jambonz/audio/pcm.ts'
import type { Ticker } from '../jambonz/audio/ticker.ts'
import type { Leg } from '../jambonz/leg.ts'
import { dub } from './dub.ts'
import { LiveSource } from './live-source.ts'

/** A call outlives its phone's connection by so long. */
const keptMs = 20_000
/** A phone that is put away without a call may be back at once: a page that is loaded again. */
const awayMs = 2000

/** One user's phone: whatever socket it has now, and the call that it is in. */
export class SocketPhone implements FarSide {
  readonly #ticker: Ticker
  readonly #gone: () => void
  #socket: WebSocket | null = null
  #leg: Leg | null = null
  #isAnswered = false
  #leaveTicker: (() => void) | null = null
  #lost: NodeJS.Timeout | undefined
  #voice = new LiveSource()

  /** `gone` is told when nobody is behind it any more. */
  constructor(ticker: Ticker, gone: () => void) {
    this.#ticker = ticker
    this.#gone = gone
  }

  /** The socket that the user registered over just now; a call that lost its socket goes on here. */
  take(socket: WebSocket) {
    const before = this.#socket
    this.#socket = socket
    clearTimeout(this.#lost)
    this.#lost = undefined
    if (before === socket) return
    before?.close(4001)
    if (this.#leg) this.#ring(this.#leg, this.#isAnswered)
  }

  has = (socket: WebSocket) => this.#socket === socket

  /** The socket is gone without a word; the call is kept for a while. */
  lose() {
    this.#away(keptMs)
  }

  /** Put away on purpose: its call is over. */
  leave() {
    this.hangUp()
    this.#away(awayMs)
  }

  /** Nobody is behind it any more. */
  close() {
    this.#socket = null
    clearTimeout(this.#lost)
    this.#lost = undefined
    this.hangUp()
    this.#gone()
  }

  /** The media server calls it. */
  invite(leg: Leg) {
    const isThere = this.#socket !== null || this.#lost !== undefined
    if (!isThere || this.#leg) return leg.reject(486, 'Busy Here')
    this.#leg = leg
    this.#isAnswered = false
    dub(leg)
    leg.ring()
    leg.once('ended', () => this.#over(leg))
    this.#ring(leg, false)
  }

  answer(id: string) {
    const leg = this.#leg
    if (!leg || leg.info.callSid !== id) return this.#tell({ type: 'bye', id })
    this.#tell({ type: 'talking', id })
    this.#hear(leg)
    if (this.#isAnswered) return
    this.#isAnswered = true
    leg.accept()
  }

  decline(id: string, cause: unknown) {
    if (this.#leg?.info.callSid !== id || this.#isAnswered) return
    if (cause === 'busy') this.#leg.reject(486, 'Busy Here')
    else this.#leg.reject(603, 'Decline')
  }

  hangUp(id?: string) {
    if (id === undefined || this.#leg?.info.callSid === id) this.#leg?.hangUp()
  }

  press(id: string, keys: string) {
    if (this.#leg?.info.callSid === id) this.#leg.press(keys)
  }

  /** Sound of the microphone. */
  listen(bytes: Buffer) {
    if (this.#leg && this.#isAnswered) this.#voice.push(fromBytes(bytes))
  }

  #ring({ info, headers }: Leg, resumed: boolean) {
    this.#tell({ type: 'ring', id: info.callSid, number: info.from, name: info.name, headers, resumed })
  }

  #hear({ audio }: Leg) {
    this.#silence()
    this.#voice = new LiveSource()
    audio.speak(this.#voice.source)
    this.#leaveTicker = this.#ticker.add((slot) => {
      // Taken in every slot, so that a microphone that nobody listens to does not pile up.
      audio.spoken(slot)
      this.#socket?.send(toBytes(audio.heard(slot)))
    })
  }

  #away(ms: number) {
    this.#socket = null
    this.#silence()
    clearTimeout(this.#lost)
    this.#lost = setTimeout(() => this.close(), ms)
  }

  #silence() {
    this.#leaveTicker?.()
    this.#leaveTicker = null
  }

  #over(leg: Leg) {
    if (this.#leg !== leg) return
    this.#silence()
    this.#leg = null
    this.#tell({ type: 'bye', id: leg.info.callSid })
  }

  #tell(frame: object) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame))
  }
}

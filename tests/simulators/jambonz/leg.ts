import { EventEmitter } from 'node:events'
import { AudioPort } from './audio/port.ts'
import type { CallInfo, CallStatus } from './call-info.ts'
import { HeardLog } from './heard.ts'
import { snakeKeys } from './frame.ts'

export interface LegEvents {
  answered: []
  /** It is over, whoever ended it. */
  ended: []
  digit: [string]
  speech: [string]
  /** Anything that a test may wait for. */
  changed: []
}

/**
 * One SIP leg with two sides. jambonz's side calls `answer`, `refuse`, `cancel` and `bye`; the far side (a caller, a
 * phone, a number) calls `ring`, `accept`, `reject`, `hangUp`, `press`. A far side may as well be a remote SIP client.
 */
export class Leg extends EventEmitter<LegEvents> {
  readonly info: CallInfo
  readonly audio = new AudioPort()
  readonly heard: HeardLog
  state: 'trying' | 'ringing' | 'answered' | 'ended' = 'trying'
  answeredAt?: number
  /** Tells the application that the call status changed; set by the session that has the leg. */
  report?: () => void
  /** Custom headers of the INVITE that jambonz sent, as the far side sees them. */
  readonly headers: Record<string, string>
  readonly routing: 'user' | 'phone' | 'sip'

  constructor(info: CallInfo, options: { headers?: Record<string, string>; routing?: Leg['routing'] } = {}) {
    super()
    this.setMaxListeners(50)
    this.info = info
    this.headers = options.headers ?? {}
    this.routing = options.routing ?? 'phone'
    this.heard = new HeardLog(() => this.emit('changed'))
  }

  get answered() {
    return this.state === 'answered'
  }

  get ended() {
    return this.state === 'ended'
  }

  /** The INVITE goes out. */
  invite() {
    this.#tell('trying', 100, 'Trying')
  }

  ring() {
    if (this.state !== 'trying') return
    this.state = 'ringing'
    this.info.knowBorder()
    // A leg made by createCall keeps the reason of its 100; seen so.
    this.#tell('ringing', 180, this.info.kind === 'created' ? 'Trying' : 'Ringing')
  }

  /** The far side takes an outbound call. */
  accept() {
    if (this.state === 'trying' || this.state === 'ringing') this.#answer()
  }

  /** jambonz answers an inbound call, when the first verb needs it. */
  answer() {
    if (this.state === 'trying') this.#answer()
  }

  /** The far side refuses, or cannot be reached. */
  reject(status: number, reason: string) {
    if (this.answered || this.ended) return
    this.info.knowBorder()
    this.#end(statusOf(status), status, reason)
  }

  /** jambonz gives up ringing. */
  cancel() {
    if (!this.answered && !this.ended) this.#end('no-answer', 487, 'Request Terminated')
  }

  /** jambonz refuses an inbound call. Without `tell` not even a call:status goes out. */
  refuse(status: number, tell: boolean) {
    if (this.answered || this.ended) return
    this.info.status = 'failed'
    this.info.sipStatus = status
    this.state = 'ended'
    if (tell) this.report?.()
    this.emit('ended')
    this.emit('changed')
  }

  /** jambonz hangs up. */
  bye() {
    if (!this.answered) return
    if (this.info.kind !== 'dialled') this.info.terminatedBy = 'jambonz'
    this.#complete()
  }

  /** jambonz hangs up a leg that was not confirmed: no call:status tells it (a trap of 0.9.8). */
  byeUntold() {
    this.report = undefined
    this.bye()
  }

  /** The far side hangs up, or abandons before an answer. */
  hangUp(headers: Record<string, string> = {}) {
    if (this.ended) return
    if (this.info.kind !== 'dialled') this.info.terminatedBy = 'caller'
    if (!this.answered) return this.#end('no-answer', 487, 'Request Terminated')
    this.info.byeHeaders = snakeKeys({ ...this.#routingHeaders(), ...headers })
    this.#complete()
  }

  /** The server under it is gone: the line is dead, and nobody is told. */
  vanish() {
    if (this.ended) return
    this.report = undefined
    this.state = 'ended'
    this.emit('ended')
    this.emit('changed')
  }

  press(digits: string) {
    if (!this.answered) return
    for (const digit of digits) this.emit('digit', digit)
  }

  #answer() {
    this.state = 'answered'
    this.answeredAt = performance.now()
    this.info.knowBorder()
    this.#tell('in-progress', 200, 'OK')
    this.emit('answered')
  }

  #complete() {
    this.info.duration = Math.trunc((performance.now() - (this.answeredAt ?? performance.now())) / 1000)
    this.#end('completed', 200, 'OK')
  }

  #end(status: CallStatus, sipStatus: number, reason: string) {
    this.state = 'ended'
    this.#tell(status, sipStatus, reason)
    this.emit('ended')
  }

  #tell(status: CallStatus, sipStatus: number, reason: string) {
    this.info.status = status
    this.info.sipStatus = sipStatus
    this.info.sipReason = reason
    this.report?.()
    this.emit('changed')
  }

  #routingHeaders(): Record<string, string> {
    const { info } = this
    if (info.kind === 'inbound') return info.borderHeaders()
    const own = { 'x-account-sid': info.account.accountSid, 'x-jambonz-routing': this.routing }
    const named = { ...own, 'x-call-sid': info.callSid, 'x-jambonz-fs-uuid': 'fs-1' }
    if (info.kind === 'created') return { ...named, 'x-trace-id': '0'.repeat(32) }
    const border = { 'x-cid': `sbc-${info.parent?.callId}`, 'x-application-sid': info.account.applicationSid }
    return { ...named, ...border, ...this.headers }
  }
}

/** 486 and 600 are busy, 487 and 408 no answer; 603, 480, 404 and the rest are failures. */
const statusOf = (sipStatus: number): CallStatus =>
  sipStatus === 486 || sipStatus === 600
    ? 'busy'
    : sipStatus === 487 || sipStatus === 408
      ? 'no-answer'
      : 'failed'

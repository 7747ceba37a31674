import { Unanswered, type Requestor } from './application/requestor.ts'
import type { AudioStream } from './audio/stream.ts'
import { control } from './commands/control.ts'
import type { FeatureServer } from './feature-server.ts'
import type { Verb } from './frame.ts'
import type { Leg } from './leg.ts'
import type { Platform } from './platform.ts'
import type { Member } from './rooms/room.ts'
import { Stage } from './stage.ts'
import type { Dialling } from './verbs/dial.ts'
import { needsAnswer, runs } from './verbs/table.ts'
import { InvalidVerb, validate } from './verbs/validate.ts'

/** Runs the verbs of one call, one after the other, and does what the application commands meanwhile. */
export class Session extends Stage {
  stack: Verb[] = []
  dial?: Dialling
  member?: Member
  /** Of the verb that runs, or nested in its dial. */
  stream?: AudioStream
  /** Of `config {listen}`. */
  background?: AudioStream
  #over = false
  #current?: { verb: Verb; controller: AbortController }
  #redirected?: Verb[]
  #wake?: () => void
  #moveTo: (server: FeatureServer, verbs: Verb[]) => void

  constructor(
    platform: Platform,
    server: FeatureServer,
    leg: Leg,
    requestor: Requestor,
    moveTo: (server: FeatureServer, verbs: Verb[]) => void
  ) {
    super(platform, server, leg, requestor)
    this.#moveTo = moveTo
    leg.report = () => requestor.alert('call:status', leg.info.toJson())
    leg.on('ended', this.#gone)
    requestor.onCommand = (command) => control(this, command)
    requestor.onLost = () => this.#lose()
  }

  get over() {
    return this.#over
  }

  /** Tells the application of the call and runs what it answers. Without a good answer there is no call. */
  async begin() {
    const { info } = this.leg
    try {
      const data = info.toSessionJson(this.platform.options.defaults)
      const created = info.kind !== 'inbound'
      const answer = await this.requestor.request({
        type: 'session:new',
        data,
        ...(created && { b3: 'frame' })
      })
      const verbs = validate(answer)
      if (verbs.length === 0) throw new InvalidVerb('no verbs')
      await this.run(verbs)
    } catch (error) {
      if (!(error instanceof Unanswered || error instanceof InvalidVerb)) throw error
      this.#over = true
      this.leg.refuse(480, false)
      this.leg.bye()
      this.requestor.close(1001)
    }
  }

  async run(verbs: Verb[]) {
    this.stack = [...verbs]
    if (this.leg.info.kind === 'inbound' && this.leg.state === 'trying') this.leg.report?.()
    while (!this.#over) {
      const verb = this.stack.shift()
      if (verb) await this.#do(verb)
      else await this.#idle()
    }
    this.background?.stop()
    this.requestor.close(1000)
  }

  /** Replaces what runs and what is left, or adds to it. */
  redirect(verbs: Verb[], append = false) {
    if (append) this.stack.push(...verbs)
    else if (this.#current) {
      this.#redirected = verbs
      this.#current.controller.abort('redirect')
    } else this.stack = [...verbs]
    this.#wake?.()
  }

  /** The call goes to another server by REFER: a new line to the application's base address, and this one closes. */
  move(server: FeatureServer) {
    if (this.#over) return
    this.#over = true
    this.leg.off('ended', this.#gone)
    const current = this.#current?.verb
    this.#moveTo(server, [...(current ? [current] : []), ...this.stack])
    this.#current?.controller.abort('moved')
    this.#wake?.()
  }

  async #do(verb: Verb) {
    const run = runs[verb.verb]
    if (!run) return
    if (needsAnswer(verb)) this.leg.answer()
    const controller = new AbortController()
    this.#current = { verb, controller }
    const next = await run(this, verb, controller.signal)
    this.#current = undefined
    const redirected = this.#redirected
    this.#redirected = undefined
    const own = next?.length ? next : undefined
    // Of all verbs only a conference's own reply wins over the redirect that ended it.
    const stack = redirected && verb.verb !== 'conference' ? redirected : (own ?? redirected)
    if (stack) this.stack = [...stack]
  }

  /** Out of verbs a socket waits for commands; a webhook has nothing to wait for. */
  async #idle() {
    if (this.requestor.kind === 'webhook') this.leg.bye()
    if (this.#over) return
    if (this.leg.answered) this.leg.heard.add('silence')
    await new Promise<void>((resolve) => (this.#wake = resolve))
    this.#wake = undefined
  }

  #lose() {
    this.leg.refuse(480, true)
    this.leg.bye()
  }

  readonly #gone = () => {
    this.#over = true
    this.#current?.controller.abort('gone')
    this.#wake?.()
  }
}

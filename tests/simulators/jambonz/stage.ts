import { Unanswered, type Requestor } from './application/requestor.ts'
import { Webhook } from './application/webhook.ts'
import type { FeatureServer } from './feature-server.ts'
import type { Fields, FrameType, Verb } from './frame.ts'
import { isFields } from './frame.ts'
import type { Platform } from './platform.ts'
import type { Leg } from './leg.ts'
import { InvalidVerb, validate } from './verbs/validate.ts'

/** Why a verb is stopped before its end. */
export type Stop = 'gone' | 'redirect' | 'moved' | 'bridged' | 'over'

/** Where verbs run: a leg, heard by the application through somebody's line (a confirmed agent's through the caller's). */
export class Stage {
  readonly platform: Platform
  readonly server: FeatureServer
  readonly leg: Leg
  requestor: Requestor
  notifies = false

  constructor(platform: Platform, server: FeatureServer, leg: Leg, requestor: Requestor) {
    this.platform = platform
    this.server = server
    this.leg = leg
    this.requestor = requestor
  }

  /** The leg as it is, with what a hook adds. */
  about(more: Fields = {}): Fields {
    return { ...this.leg.info.toJson(), ...more }
  }

  /** Asks a hook. Resolves to valid verbs, or undefined when there is no answer or no use for it. */
  async ask(
    type: FrameType,
    hook: unknown,
    data: Fields,
    b3: 'frame' | 'data' | undefined = type === 'verb:hook' ? 'frame' : undefined
  ): Promise<Verb[] | undefined> {
    const url = hookUrl(hook)
    if (url === undefined) return undefined
    try {
      const elsewhere = this.#webhookFor(url)
      const answer = elsewhere
        ? await elsewhere.post(new URL(url), data)
        : await this.requestor.request({ type, hook: url, data, ...(b3 && { b3 }) })
      return answer === undefined ? undefined : validate(answer)
    } catch (error) {
      if (error instanceof Unanswered || error instanceof InvalidVerb) return undefined
      throw error
    }
  }

  /** A verb's actionHook: the verbs of its ack replace the stack. */
  act(verb: Verb, result: Fields = {}): Promise<Verb[] | undefined> {
    return this.ask('verb:hook', verb['actionHook'], this.about(result))
  }

  /** Only after `config {notifyEvents}`, and only of verbs with an id. The payload is not verified. */
  notify(verb: Verb, event: string) {
    if (this.notifies && verb['id'] !== undefined)
      this.requestor.alert('verb:status', { id: verb['id'], name: verb.verb, event })
  }

  /** A hook that is an absolute http URL goes there, whatever the session's own transport is. */
  #webhookFor(url: string): Webhook | undefined {
    if (this.requestor.kind === 'webhook' || !/^https?:/.test(url)) return undefined
    return new Webhook(new URL(url), this.platform.wire, { secret: this.platform.options.webhookSecret })
  }
}

export function hookUrl(hook: unknown): string | undefined {
  if (typeof hook === 'string') return hook
  return isFields(hook) && typeof hook['url'] === 'string' ? hook['url'] : undefined
}

/** One verb's work. It ends when done or when the signal (its reason is a `Stop`) is aborted; verbs replace the stack. */
export type Run<On extends Stage = Stage> = (
  stage: On,
  verb: Verb,
  signal: AbortSignal
) => Promise<Verb[] | undefined | void>

export const stopOf = (signal: AbortSignal): Stop | undefined =>
  signal.aborted ? (signal.reason as Stop) : undefined

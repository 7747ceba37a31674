import type { Call } from '@palabre/config/contract/call'
import type { EndCause } from '@palabre/config/contract/call-end'
import type { Interaction } from '@palabre/config/contract/interaction'
import type { Answers } from '../simulators/api-hub/asked.ts'
import { startApiHub, type ApiHub } from '../simulators/api-hub.ts'
import { CallDesk, partyOf } from '../simulators/api-hub/calls.ts'
import { deskAnswers, furnishDesk, offered } from '../simulators/api-hub/desk.ts'
import { routingAnswers } from '../simulators/api-hub/routing.ts'
import { ago, meOf } from '../simulators/api-hub/world.ts'
import { RecordingDesk } from '../simulators/api-hub/recordings.ts'
import { PhoneServer } from '../simulators/phone-server.ts'

/** A small world with a telephone: what the hub would do when a phone rings, answers, declines and hangs up. */
export class CallWorld {
  readonly hub: ApiHub
  readonly desk: CallDesk
  readonly phone: PhoneServer
  readonly recordings: RecordingDesk

  readonly #answers: Answers

  private constructor(
    hub: ApiHub,
    desk: CallDesk,
    phone: PhoneServer,
    recordings: RecordingDesk,
    answers: Answers
  ) {
    this.recordings = recordings
    this.#answers = answers
    this.hub = hub
    this.desk = desk
    this.phone = phone
  }

  /** @param more answers of other nouns */
  static async open(more: Answers = {}): Promise<CallWorld> {
    const desk = new CallDesk()
    const phone = new PhoneServer()
    const recordings = new RecordingDesk()
    const answers = { ...deskAnswers, ...routingAnswers, ...desk.answers, ...recordings.answers, ...more }
    // One by one, so that a test can have another answer later.
    const hub = await startApiHub({
      answers: Object.fromEntries(
        Object.keys(answers).map((name) => [name, (asked) => world.#answers[name]!(asked)])
      ),
      sockets: phone,
      ...(process.env['APP_BUILD'] ? { build: process.env['APP_BUILD'] } : {})
    })
    furnishDesk(hub.world)
    desk.phone = {
      server: `${hub.url.replace('http', 'ws')}/phone?protocol=palabre-phone`,
      expiresAt: ago(-12 * 3600)
    }
    const world = new CallWorld(hub, desk, phone, recordings, answers)
    phone.onAnswer = (id) => world.#answered(id)
    phone.onDecline = (id) => world.#gaveBack(id)
    phone.onBye = (id) => world.#hungUp(id)
    desk.ring = (call, party) => {
      if (party.agentId === hub.world.me?.agent?.id) world.#ring(call)
    }
    desk.drop = (call, party) => {
      if (party.agentId === hub.world.me?.agent?.id) phone.bye()
    }
    return world
  }

  async close(): Promise<void> {
    this.phone.close()
    await this.hub.close()
  }

  /** Signs one of the world's people in. */
  enter(user = 0): void {
    this.hub.world.me = meOf(this.hub.world, this.hub.world.users[user]!)
  }

  /** From now on a route answers this. */
  answer(name: string, answer: Answers[string]): void {
    this.#answers[name] = answer
  }

  /** A call that the hub begins for work in the agent's hands: their phone rings first. */
  begin(interaction: Interaction, number: string): Call {
    const me = this.hub.world.agents[0]!
    const call = this.desk.out(interaction, me, number, interaction.contactName)
    this.hub.push('call.changed', { call })
    this.#ring(call)
    return call
  }

  work({ interactionId }: Call): Interaction {
    return this.hub.world.interactions.find(({ id }) => id === interactionId)!
  }

  push(call: Call, change: Partial<Interaction>): void {
    const interaction = this.work(call)
    Object.assign(interaction, change, { version: interaction.version + 1 })
    this.hub.push('interaction.changed', { interaction })
  }

  /** A call that waits, put into the world before the app is opened. */
  waiting(change: Partial<Call> = {}, name?: string): Call {
    return this.desk.add(this.hub.world, { state: 'queued', agentId: null, acceptedAt: null }, change, name)
  }

  /** Offers a call to the agent and rings their phone. */
  offer(call: Call, seconds = 25): void {
    const { hub, desk } = this
    const agent = hub.world.agents[0]!
    desk.change(hub, call, {
      state: 'ringing',
      parties: [...call.parties, partyOf({ agentId: agent.id, name: agent.name, state: 'ringing' })]
    })
    this.push(call, offered(hub.world, seconds))
    this.#ring(call)
  }

  /** A call that an agent talks in. */
  talking(agent = 0, change: Partial<Call> = {}, name?: string): Call {
    const { id, name: own } = this.hub.world.agents[agent]!
    const call = this.desk.add(this.hub.world, { agentId: id }, change, name)
    Object.assign(call, {
      state: 'talking',
      talkingSince: ago(95),
      parties: [...call.parties, partyOf({ agentId: id, name: own, since: ago(95) })]
    })
    return call
  }

  /** Somebody who was brought in answers. */
  joins(call: Call, name: string | RegExp): void {
    const party = call.parties.findLast((one) => one.name.match(name))!
    this.desk.party(this.hub, call, party.tag, { state: 'in', since: ago(0) })
  }

  /** A call that was talked and is over, with its work in the hands of `agent`, or closed. */
  over(change: Partial<Call> = {}, work: Partial<Interaction> = {}, name?: string): Call {
    const call = this.talking(0, { endedBy: 'customer', ...change }, name)
    Object.assign(call, {
      state: 'ended',
      startedAt: ago(400),
      talkingSince: ago(380),
      endedAt: ago(286),
      endedBy: 'customer',
      ...change,
      parties: call.parties.map((party) => ({
        ...party,
        state: 'ended',
        end: { cause: 'hungUp', by: 'party', sipStatus: 200, seconds: 94 }
      }))
    })
    Object.assign(this.work(call), { state: 'wrapup', wrapUp: { since: ago(286), until: ago(-60) }, ...work })
    return call
  }

  /** The customer of a call from here: it rings there, or they answer. */
  customerIs(call: Call, state: 'called' | 'ringing' | 'in'): void {
    this.desk.party(this.hub, call, 'customer', { state, since: ago(0) })
    if (state === 'in') this.desk.change(this.hub, call, { state: 'talking', talkingSince: ago(0) })
  }

  /** Nobody is reached: the work stays in its agent's hands. */
  misses(call: Call, cause: EndCause): void {
    this.phone.bye()
    this.desk.change(this.hub, call, {
      state: 'ended',
      talkingSince: null,
      endedAt: ago(0),
      endedBy: 'system',
      parties: call.parties.map((party) => ({
        ...party,
        state: 'ended',
        end: { cause: party.tag === 'customer' ? cause : 'hungUp', by: 'us', sipStatus: 486, seconds: 0 }
      }))
    })
    const { callback } = this.work(call)
    this.push(call, {
      callback: callback && { ...callback, attempts: callback.attempts + 1, lastCause: cause }
    })
  }

  #ring(call: Call): void {
    this.phone.ring(call.id, call.number, call.name, {
      'X-Palabre-Call': call.id,
      'X-Palabre-Interaction': call.interactionId ?? ''
    })
  }

  #call = (id: string): Call | undefined => this.desk.calls.find((call) => call.id === id)

  #answered(id: string): void {
    const call = this.#call(id)
    const me = this.hub.world.me?.agent
    if (!call || !me) return
    const offer = this.work(call).offer
    if (offer) this.push(call, { state: 'active', agentId: me.id, offer: null, acceptedAt: ago(0) })
    const isOut = call.direction === 'out'
    this.desk.change(this.hub, call, {
      ...(!isOut && { state: 'talking', talkingSince: call.talkingSince ?? ago(0) }),
      parties: call.parties.map((party) =>
        party.agentId === me.id && party.state === 'ringing'
          ? { ...party, state: 'in', since: ago(0) }
          : party
      )
    })
  }

  #gaveBack(id: string): void {
    const call = this.#call(id)
    if (!call) return
    this.desk.change(this.hub, call, {
      state: 'waiting',
      parties: call.parties.map((party) => (party.state === 'ringing' ? { ...party, state: 'ended' } : party))
    })
    this.push(call, { state: 'queued', offer: null })
  }

  #hungUp(id: string): void {
    const call = this.#call(id)
    if (!call) return
    this.desk.change(this.hub, call, {
      state: 'ended',
      endedAt: ago(0),
      endedBy: 'agent',
      parties: call.parties.map((party) => ({ ...party, state: 'ended' }))
    })
    this.push(call, { state: 'wrapup', wrapUp: { since: ago(0), until: ago(-60) } })
  }
}

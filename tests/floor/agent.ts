import { setTimeout as sleep } from 'node:timers/promises'
import type { Interaction } from '@palabre/config/contract/interaction'
import type { Presence } from '@palabre/config/contract/agent'
import type { Phone } from '../simulators/jambonz/phone.ts'
import type { Character } from './character.ts'
import { Desk } from './desk.ts'
import type { Door } from './door.ts'
import type { Chance } from './random.ts'

const ringsWithinMs = 5000
const lookMs = 50

/** What agents of one house know. */
export interface Habits {
  dispositionId: string
  pauseReasonIds: readonly string[]
  /** What is answered to whom wrote this. */
  answer(item: Interaction): string
}

/** An agent with a character, who works what the hub gives, over the public API and a socket only. */
export class FloorAgent extends Desk {
  readonly character: Character
  readonly #chance: Chance
  readonly #habits: Habits
  readonly #met = new Set<string>()
  /** The telephone on the desk; null: somebody who takes no calls. */
  phone: Phone | null = null
  closed = 0
  missed = 0
  declined = 0
  /** Takes what is offered and closes nothing. */
  holdsOn = false
  #replies = 0

  constructor(name: string, door: Door, habits: Habits, character: Character, chance: Chance) {
    super(name, door)
    this.character = character
    this.#chance = chance
    this.#habits = habits
  }

  /** Ready, with the screen open. */
  async sitDown() {
    const { status, body } = await this.ready()
    if (status !== 200) throw new Error(`${this.name} cannot be ready: ${JSON.stringify(body)}`)
    void this.stay()
  }

  /** Gives back what is in hand, signs out and goes. */
  async goHome() {
    this.leave()
    this.phone?.unregister()
    await this.ask('PUT', '/api/me/presence', { state: 'offline' })
    await this.ask('DELETE', '/api/session')
  }

  protected comesBackMs = () => this.#chance.between(200, 500)

  protected override hear(name: string, payload: Record<string, unknown>) {
    if (name !== 'agent.changed') return
    const { id, presence } = payload['agent'] as { id: string; presence: Presence }
    if (id !== this.id || !['no-answer', 'offline'].includes(presence.state) || presence.cause === null)
      return
    // Taken off the floor for offers that were missed: the place is found empty, and comes back.
    this.#later(this.character.breakMs / 4, () => this.ready())
  }

  protected async handle(item: Interaction) {
    // Each offer, and each piece of work in hand, is met once, however often it changes.
    const meeting = item.state === 'offered' ? (item.offer?.id ?? '') : `${item.id} ${item.state}`
    if (this.#met.has(meeting)) return
    this.#met.add(meeting)
    // Not awaited: what comes meanwhile is looked at as well.
    void this.#meet(item).catch((error: unknown) => this.refusals.push(`${this.name}: ${String(error)}`))
  }

  #meet(item: Interaction): Promise<unknown> {
    if (item.state === 'offered') return this.#consider(item)
    if (item.state === 'wrapup') return this.#wrapUp(item)
    if (item.medium === 'voice') return this.#talk(item)
    return item.medium === 'callback' ? this.#callBack(item) : this.#answer(item)
  }

  async #consider({ id, offer, medium }: Interaction) {
    const roll = this.#chance.between(0, 1)
    const { misses, declines } = this.character
    if (roll < misses) return void (this.missed += 1)
    await this.#pass(this.character.reactsMs)
    if (roll < misses + declines) {
      this.declined += 1
      if (medium === 'voice') this.#ifRinging((phone) => phone.decline())
      else await this.#try('decline', `/api/interactions/${id}/decline`, { offerId: offer?.id })
      return
    }
    if (medium === 'voice') return this.#ifRinging((phone) => phone.answer())
    await this.#try('accept', `/api/interactions/${id}/accept`, { offerId: offer?.id })
  }

  async #answer(item: Interaction) {
    await this.#pass(this.character.handlesMs / 2)
    await this.#try('answer', `/api/interactions/${item.id}/messages`, {
      clientId: `floor-${this.id}-${String(++this.#replies).padStart(5, '0')}`,
      text: this.#habits.answer(item)
    })
    await this.#pass(this.character.handlesMs / 2)
    await this.#close(item)
  }

  /** Hanging up ends it. */
  async #talk({ id }: Interaction) {
    await this.#pass(this.character.handlesMs)
    if (this.picture.get(id)?.item.state === 'active' && this.phone?.call) this.phone.hangUp()
  }

  async #callBack(item: Interaction) {
    const { number } = item.callback ?? {}
    await this.#pass(this.character.reactsMs)
    if (this.phone && number !== undefined) {
      await this.#try('call', '/api/calls', { number, interactionId: item.id })
      await this.#ringing()
      this.#ifRinging((phone) => phone.answer())
      await this.#pass(this.character.handlesMs)
      if (this.phone.call) this.phone.hangUp()
    }
    await this.#pass(this.character.wrapsUpMs)
    await this.#close(item)
  }

  async #close({ id }: Interaction) {
    if (this.holdsOn || this.hasLeft || this.picture.get(id)?.item.state !== 'active') return
    const { dispositionId } = this.#habits
    if (!(await this.#try('close', `/api/interactions/${id}/close`, { dispositionId }))) return
    this.closed += 1
    if (this.#chance.between(0, 1) < this.character.breaks) await this.#takeBreak()
  }

  async #wrapUp({ id }: Interaction) {
    await this.#pass(this.character.wrapsUpMs)
    if (this.picture.get(id)?.item.state !== 'wrapup') return
    const { dispositionId } = this.#habits
    await this.#try('finish', `/api/interactions/${id}/finish`, { dispositionId })
  }

  async #takeBreak() {
    const pauseReasonId = this.#chance.of(this.#habits.pauseReasonIds)
    await this.ask('PUT', '/api/me/presence', { state: 'paused', pauseReasonId })
    await this.#pass(this.character.breakMs)
    if (!this.hasLeft) await this.ready()
  }

  /** Does something to a piece of work; when somebody was faster it is looked at again. */
  async #try(what: string, path: string, body: object): Promise<boolean> {
    if (this.hasLeft) return false
    const { status, body: answer } = await this.ask('POST', path, body)
    const said = answer as object
    if (status === 200) {
      if ('queueId' in said && 'state' in said) this.take(said as Interaction, null)
      return true
    }
    // Somebody was faster, or the customer has left: that is a floor's daily life.
    if (status !== 409) this.refusals.push(`${this.name}: ${what}: ${JSON.stringify(said)}`)
    const id = /interactions\/([0-9a-f]{24})/.exec(path)?.[1]
    if (id !== undefined) await this.look(id)
    return false
  }

  #ifRinging(act: (phone: Phone) => void) {
    if (this.phone?.call?.state === 'ringing') act(this.phone)
  }

  async #ringing() {
    for (const until = Date.now() + ringsWithinMs; Date.now() < until; await sleep(lookMs))
      if (this.phone?.call?.state === 'ringing') return
  }

  #pass = (ms: number) => sleep(ms * this.#chance.between(0.5, 1.5), undefined, { ref: false })

  #later(ms: number, act: () => Promise<unknown>) {
    void this.#pass(ms).then(async () => {
      if (!this.hasLeft) await act()
    })
  }
}

import type { Call } from '@palabre/config/contract/call'
import type { Caller } from '../simulators/jambonz/caller.ts'
import type { Party } from '../simulators/jambonz/party.ts'
import type { CallAgent } from './calls-agent.ts'
import { bankNumber, musicTone, type CallCentre } from './calls-centre.ts'
import { soon } from './calls-soon.ts'

export const voices = { customer: 440, awa: 620, boris: 880, supervisor: 1000 }
/** Who comes to the queue is told their place before the music. */
const announcedMs = 15_000
const patienceMs = 8000
let calls = 0

/** One call on its way, and who is in it. What it does is what people do: it knows nothing of hubs. */
export class Scene {
  readonly centre: CallCentre
  readonly since = new Date()
  caller!: Caller
  /** The interaction, once an agent was offered it. */
  id = ''
  /** The hub that has the customer's line, and the one that every later line comes to. */
  readonly owner: number
  readonly later: number
  /** Whoever has the work in hand, to wrap it up. */
  holder: CallAgent | null = null
  readonly legs = new Map<string, Party>()
  /** How often awa was offered it, as her screen was told. */
  get offersMade(): number {
    return [...this.centre.awa.offers.values()].filter((id) => id === this.id).length
  }
  readonly #known: ReadonlySet<string>

  constructor(centre: CallCentre, owner: number, later: number) {
    this.centre = centre
    this.owner = owner
    this.later = later
    this.#known = new Set(centre.awa.screen.keys())
  }

  /** The customer calls; their line is at the owner, all others come to where the scene has them. */
  async ring(from = `+22177${String(1_000_000 + ++calls)}`): Promise<void> {
    const { front, jambonz } = this.centre
    front.prefer(this.owner)
    this.caller = jambonz.call({ from, to: bankNumber, name: 'Fatou' })
    await this.caller.until(({ state }) => state === 'answered')
    this.caller.hum(voices.customer)
    front.prefer(this.later)
  }

  /** Has the customer heard these words, so many times? */
  hears = (words: string, times = 1) =>
    this.caller.until(({ heard }) => heard.filter(({ what }) => what.includes(words)).length >= times, 15_000)

  /** Waits in the queue, nobody being there. */
  async wait(): Promise<void> {
    await this.ring()
    await sounds(this.caller, musicTone, 'music while they wait', announcedMs)
  }

  /** The phone of awa, who is the only one there, rings for it. */
  async offered(): Promise<void> {
    await this.centre.awa.presence('ready')
    await this.ring()
    await this.rings()
  }

  /** Awa's phone rings for the offer that her screen shows. */
  async rings(): Promise<void> {
    const { awa } = this.centre
    this.legs.set('awa', await awa.isRung())
    this.id = (await awa.offer(this.#known)).id
  }

  async talk(): Promise<void> {
    await this.offered()
    await this.answer()
  }

  async answer(): Promise<void> {
    const { awa } = this.centre
    awa.phone.answer()
    this.leg('awa').hum(voices.awa)
    this.holder = awa
    await awa.shows(this.id, 'active')
    await this.isHeard('awa')
  }

  leg(name: string): Party {
    const leg = this.legs.get(name)
    if (!leg) throw new Error(`${name} is not in the call`)
    return leg
  }

  /** Both hear each other. */
  async isHeard(name: 'awa' | 'boris' | 'supervisor'): Promise<void> {
    await sounds(this.leg(name), voices.customer, `the customer in ${name}’s ear`)
    await sounds(this.caller, voices[name], `${name} in the customer’s ear`)
  }

  /** Something is done in the call by whoever may. */
  async act(verb: string, body: unknown = {}, by: CallAgent = this.centre.awa): Promise<Call> {
    const call = await by.call(this.id)
    return (await by.do('POST', `/api/calls/${call.id}/${verb}`, body)) as Call
  }

  async hold(on: boolean): Promise<void> {
    await this.act('hold', { on })
    if (on) await sounds(this.caller, musicTone, 'music on hold')
    else await this.isHeard('awa')
  }

  /** Boris is called in by awa. */
  async invite(privately: boolean): Promise<void> {
    const { boris } = this.centre
    await boris.pause()
    await this.act('invite', { who: { agentId: boris.id }, privately })
    const leg = await boris.isRung()
    this.legs.set('boris', leg)
    boris.phone.answer()
    leg.hum(voices.boris)
    await sounds(leg, voices.awa, 'awa in boris’ ear')
  }

  async supervise(as: 'monitor' | 'whisper' | 'barge' | 'leave'): Promise<void> {
    const { supervisor } = this.centre
    await this.act('supervise', { as }, supervisor)
    if (this.legs.has('supervisor')) return
    const leg = await supervisor.isRung()
    supervisor.phone.answer()
    leg.hum(voices.supervisor)
    this.legs.set('supervisor', leg)
  }

  /** Nobody is left on the line, whatever became of the scene. */
  leave() {
    for (const { leg } of this.centre.jambonz.sessions.values()) leg.hangUp()
  }

  /** Everybody lays down: the customer hangs up if they are still there, and the work is wrapped up. */
  async end(): Promise<void> {
    this.caller.hangUp()
    if (!this.holder) {
      if (this.id) await this.centre.awa.shows(this.id, 'closed')
      return
    }
    await this.holder.shows(this.id, 'wrapup')
    const { items } = (await this.holder.do('GET', '/api/dispositions')) as {
      items: { id: string; noteRequired: boolean }[]
    }
    await this.holder.do('POST', `/api/interactions/${this.id}/finish`, {
      dispositionId: items.find((one) => !one.noteRequired)!.id
    })
    await this.holder.shows(this.id, 'closed')
  }
}

/** This tone is heard, soon. */
export const sounds = (party: Party, hertz: number, what: string, ms = patienceMs) =>
  soon(what, () => party.hearsTone(hertz), ms)

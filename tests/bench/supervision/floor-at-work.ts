import type { Interaction } from '@palabre/config/contract/interaction'
import { callOf, messageChange, signatureOf } from '../../simulators/graph/webhooks.ts'
import { diceOf } from '../dice.ts'
import { each, sleep } from '../figures.ts'
import { asked, type Line } from '../load/line.ts'
import { BenchDesk } from './desk.ts'
import type { Entrance, SupervisionStage } from './stage.ts'

let customers = 0

/** A customer who has not written before writes; resolves when the hub has answered. */
export async function write(line: Line, entrance: Entrance): Promise<void> {
  const from = `2217${String(10_000_000 + ++customers)}`
  const text = `Question ${String(customers)}: where is my card?`
  const call = callOf(entrance, [messageChange(entrance, from, { type: 'text', text: { body: text } })])
  await asked(line, {
    method: 'POST',
    path: `/hooks/${entrance.accountId}`,
    headers: { 'x-hub-signature-256': signatureOf(JSON.stringify(call), entrance.appSecret) },
    body: call
  })
}

export const accept = (line: Line, desk: BenchDesk, { id, offer }: Interaction) =>
  asked<Interaction>(line, {
    method: 'POST',
    path: `/api/interactions/${id}/accept`,
    headers: desk.headers,
    body: { offerId: offer?.id }
  })
export const close = (line: Line, desk: BenchDesk, id: string, dispositionId: string) =>
  asked<Interaction>(line, {
    method: 'POST',
    path: `/api/interactions/${id}/close`,
    headers: desk.headers,
    body: { dispositionId }
  })

export interface Pace {
  arrivals: number
  presences: number
  seconds: number
}

/** All agents with their browsers open, who take what is offered, hold it for a while and close it. */
export class FloorAtWork {
  readonly desks: BenchDesk[] = []
  readonly failures: Error[] = []
  written = 0
  accepted = 0
  closed = 0
  /** Presence changes that were answered. */
  changed = 0
  /** Offers that had been taken back when they were accepted: their agent had gone on a break. */
  late = 0
  /** Told when a presence change is asked for, with the moment. */
  onPresence: (agentId: string, state: 'ready' | 'paused', at: number) => void = () => {}
  readonly #stage: SupervisionStage
  readonly #port: number
  readonly #line: Line
  readonly #holdMs: number
  readonly #dice = diceOf(11)
  readonly #begun = new Set<string>()
  readonly #states = new Map<BenchDesk, 'ready' | 'paused'>()
  /** What was left undone while nobody moved. */
  #frozen: (() => void)[] | null = null
  #hurries = false

  constructor(stage: SupervisionStage, port: number, line: Line, holdMs: number) {
    this.#stage = stage
    this.#port = port
    this.#line = line
    this.#holdMs = holdMs
  }

  async open() {
    await each(this.#stage.agents, 16, async (login) => {
      const desk = new BenchDesk(this.#port, this.#line, login, (work, one) => this.#work(work, one))
      await desk.open()
      await desk.presence('ready')
      this.#states.set(desk, 'ready')
      this.desks.push(desk)
    })
  }

  /** Customers write and agents go on breaks, each at a steady pace, whatever becomes of the earlier ones. */
  async run({ arrivals, presences, seconds }: Pace): Promise<void> {
    const { entrances } = this.#stage
    await Promise.all([
      this.#steadily(arrivals, seconds, async (n) => {
        await write(this.#line, entrances[n % entrances.length]!)
        this.written += 1
      }),
      this.#steadily(presences, seconds, () => this.#turn())
    ])
  }

  /** From now on nobody does anything. */
  freeze() {
    this.#frozen ??= []
  }

  thaw() {
    const left = this.#frozen ?? []
    this.#frozen = null
    for (const go of left) go()
  }

  /** Everybody is there, and finishes at once. */
  async hurry() {
    this.#hurries = true
    this.thaw()
    await each(this.desks, 16, async (desk) => {
      if (this.#states.get(desk) === 'paused') await desk.presence('ready')
      this.#states.set(desk, 'ready')
    })
  }

  leave() {
    for (const desk of this.desks) desk.cut()
  }

  async #turn() {
    const desk = this.#dice.pick(this.desks)
    const state = this.#states.get(desk) === 'ready' ? 'paused' : 'ready'
    this.#states.set(desk, state)
    this.onPresence(desk.login.agentId, state, performance.now())
    await desk.presence(state, state === 'paused' ? this.#stage.pauseReasonId : undefined)
    this.changed += 1
  }

  #work(work: Interaction, desk: BenchDesk) {
    const { id, state, offer, agentId } = work
    const mine = desk.login.agentId
    if (state === 'offered' && offer?.agentId === mine)
      this.#once(offer.id, async () => {
        await accept(this.#line, desk, work)
        this.accepted += 1
      })
    else if (state === 'active' && agentId === mine)
      this.#once(id, async () => {
        if (!this.#hurries) await sleep(this.#holdMs * (0.5 + this.#dice.roll()))
        await this.#moving()
        await close(this.#line, desk, id, this.#stage.dispositionId)
        this.closed += 1
      })
  }

  /** An offer is taken, and an interaction is closed, once, however often it is heard of. */
  #once(id: string, action: () => Promise<void>) {
    if (this.#begun.has(id)) return
    this.#begun.add(id)
    const going = this.#moving().then(action)
    going.catch((error: Error) => {
      if (error.message.includes('"not-offered"')) this.late += 1
      else this.failures.push(error)
    })
  }

  #moving = () =>
    new Promise<void>((resolve) => {
      if (this.#frozen) this.#frozen.push(resolve)
      else resolve()
    })

  async #steadily(perSecond: number, seconds: number, act: (n: number) => Promise<void>) {
    const start = performance.now()
    const acting: Promise<unknown>[] = []
    for (let n = 0; n < perSecond * seconds; n++) {
      await sleep(Math.max(0, start + (n * 1000) / perSecond - performance.now()))
      acting.push(act(n).catch((error: Error) => this.failures.push(error)))
    }
    await Promise.all(acting)
  }
}

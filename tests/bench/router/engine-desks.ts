import type { Interaction } from '@palabre/config/contract/interaction'
import { each, sleep } from '../figures.ts'
import { accept, beginWrapUp, finishWrapUp, offerIn, openAgent, type AgentClient } from '../load/agent.ts'
import type { Line } from '../load/line.ts'
import type { Stage } from '../stage/stage.ts'
import { diceOf } from '../dice.ts'

/** Of the time for one contact, this part is wrap-up. */
const wrapUpShare = 0.25

/** A place that came free; all in ms by the steady clock. */
export interface Freed {
  /** The request that ends wrap-up was sent: the place cannot come free before. */
  sent: number
  /** It was answered: the place is free at the latest now. May lie after the offer. */
  answered: number
  /** When the next offer reached the agent's socket. */
  offered: number
  /** The wall clock at `sent`, to compare with when what is offered began to wait. */
  sentAt: number
}

/** Agents with the inbox open who take what is offered, talk, wrap up and finish. */
export interface Desks {
  /** How many offers reached them. */
  offers(): number
  /** When each offer came, in order. */
  offeredAt: readonly number[]
  /** Places for which somebody waited already when they came free, and that were offered again. */
  refills(): readonly Freed[]
  finished(): number
  failures: readonly Error[]
  /** What was accepted so far is worked on from now, each contact being somewhere in its time. */
  begin(): void
  /** Forgets the refills so far. */
  forget(): void
  /** From now on everybody finishes at once. */
  hurry(): void
  close(): void
}

/** `contactMs`: from accepting to the end of wrap-up, on average; half to one and a half times that. */
export async function openDesks(
  stage: Stage,
  line: Line,
  { places, contactMs }: { places: number; contactMs: number }
): Promise<Desks> {
  const dice = diceOf(stage.agents.length)
  const seen = new Set<string>()
  const offeredAt: number[] = []
  const failures: Error[] = []
  const clients: AgentClient[] = []
  const { turned: beginning, turn: begin } = turning()
  const { turned: hurrying, turn: hurry } = turning()
  let begun = false
  let refills: Freed[] = []
  let finished = 0

  const pass = (ms: number) => Promise.race([sleep(ms), hurrying])
  const lengthOf = () => contactMs * (0.5 + dice.roll())
  /** What is left of a contact that is met at any moment: of the long ones more are met. */
  function restOf() {
    for (;;) {
      const length = lengthOf()
      if (dice.roll() * 1.5 * contactMs <= length) return length * dice.roll()
    }
  }

  async function work(agent: AgentClient, { offer, ...interaction }: Interaction, freed: (Freed | null)[]) {
    const { id } = interaction
    const isFirst = !begun
    await accept(line, agent, { ...interaction, offer })
    if (isFirst) await beginning
    const ms = isFirst ? restOf() : lengthOf()
    if (ms > 0) await pass(ms * (1 - wrapUpShare))
    await beginWrapUp(line, agent, id)
    if (ms > 0) await pass(ms * wrapUpShare)
    const place = { sent: performance.now(), answered: NaN, offered: NaN, sentAt: Date.now() }
    freed.push(place)
    await finishWrapUp(line, agent, id, stage.dispositionId)
    place.answered = performance.now()
    finished += 1
  }

  await each(stage.agents, 16, async (login) => {
    let client: AgentClient | null = null
    /** Free places, the longest free first; null: free from the start. */
    const free: (Freed | null)[] = Array.from({ length: places }, () => null)
    const hear = (frame: string) => {
      const interaction = offerIn(frame, login)
      const offerId = interaction?.offer?.id
      if (!interaction || !offerId || seen.has(offerId)) return
      seen.add(offerId)
      const now = performance.now()
      offeredAt.push(now)
      const place = free.shift()
      if (place === undefined)
        failures.push(new Error(`${login.name} was offered more than there are places`))
      // What came after the place was free did not wait for it.
      if (place && Date.parse(interaction.queuedAt) < place.sentAt) refills.push(place)
      if (place) place.offered = now
      if (client) work(client, interaction, free).catch((error: Error) => failures.push(error))
      else early.push(interaction)
    }
    const early: Interaction[] = []
    client = await openAgent(stage.hub.port, line, login, { hear })
    clients.push(client)
    for (const interaction of early)
      work(client, interaction, free).catch((error: Error) => failures.push(error))
  })

  return {
    offers: () => offeredAt.length,
    offeredAt,
    refills: () => refills,
    finished: () => finished,
    failures,
    begin() {
      begun = true
      begin()
    },
    forget() {
      refills = []
    },
    hurry,
    close() {
      for (const client of clients) client.close()
    }
  }
}

function turning() {
  let turn = () => {}
  const turned = new Promise<void>((resolve) => {
    turn = resolve
  })
  return { turned, turn }
}

import type { Interaction as InteractionWire } from '@palabre/config/contract/interaction'
import { noteSeen } from '@palabre/hub/agents/presence'
import { Interaction, type InteractionDoc } from '@palabre/hub/interactions/interaction.model'
import type { Stage } from '../../chaos/stage.ts'
import type { StormFloor } from './failover-floor.ts'

const lookAgainMs = 2000
const seenEveryMs = 3000

export interface StormDesks {
  /** When each offer was made, as the hubs tell it. */
  offers: readonly number[]
  failures: readonly unknown[]
  stop(): void
}

/** Agents who take every offer and close it, past hubs that are away. */
export function openStormDesks(stage: Stage, { agents }: StormFloor): StormDesks {
  const busy = new Set<string>()
  const offers: number[] = []
  const failures: unknown[] = []
  const note = (error: unknown) => failures.push(error)

  const handle = async (id: string, offerId: string, agentId: string) => {
    const agent = agents.get(agentId)
    const key = `${id}:${offerId}`
    if (!agent || busy.has(key)) return
    const { door, headers } = agent
    busy.add(key)
    const path = `/api/interactions/${id}`
    try {
      await door.ask({ method: 'POST', path: `${path}/accept`, headers, body: { offerId } })
      await door.ask({ method: 'POST', path: `${path}/close`, headers, body: {} })
    } finally {
      busy.delete(key)
    }
  }
  const start = (id: string, offerId: string, agentId: string) => {
    handle(id, offerId, agentId).catch(note)
  }

  const unheard = stage.observer.stream.onEvent(({ name, payload }) => {
    if (name !== 'interaction.changed' || !payload.includes('"state":"offered"')) return
    const { id, offer, state } = (JSON.parse(payload) as { interaction: InteractionWire }).interaction
    if (state !== 'offered' || !offer) return
    offers.push(Date.parse(offer.at))
    start(id, offer.id, offer.agentId)
  })

  // What a client reads again after a reconnect: offers that it did not hear of, and what it took without an answer.
  async function lookAgain() {
    const before = new Date(Date.now() - lookAgainMs)
    const docs = (await Interaction.find(
      { state: { $in: ['offered', 'active'] }, updatedAt: { $lt: before } },
      { state: 1, offer: 1, agentId: 1 }
    ).lean()) as Pick<InteractionDoc, '_id' | 'state' | 'offer' | 'agentId'>[]
    for (const { _id, state, offer, agentId } of docs) {
      if (offer) start(_id.toHexString(), offer.id.toHexString(), offer.agentId.toHexString())
      else if (state === 'active' && agentId) start(_id.toHexString(), 'none', agentId.toHexString())
    }
  }
  const again = setInterval(() => void lookAgain().catch(note), lookAgainMs)
  const seen = setInterval(() => void noteSeen([...agents.keys()]).catch(note), seenEveryMs)
  return {
    offers,
    failures,
    stop() {
      unheard()
      clearInterval(again)
      clearInterval(seen)
      for (const { door } of agents.values()) door.close()
    }
  }
}

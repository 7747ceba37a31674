import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Interaction as InteractionWire } from '@palabre/config/contract/interaction'
import { createAccountOf } from '@palabre/hub/accounts/keep'
import { noteSeen } from '@palabre/hub/agents/presence'
import { receive } from '@palabre/hub/conversations/receive'
import { systemActor } from '@palabre/hub/hub'
import { Interaction, type InteractionDoc } from '@palabre/hub/interactions/interaction.model'
import { createSetting } from '@palabre/hub/settings/keep'
import { createUserOf } from '@palabre/hub/users/keep'
import { readRecord, wrongStories } from '../../chaos/check.ts'
import type { Child } from '../../chaos/child.ts'
import { Door } from '../../chaos/door.ts'
import { openStage, type Stage } from '../../chaos/stage.ts'
import { Person } from '../../flows/house.ts'
import type { Outcome } from '../parts/outcome.ts'

const agentCount = 20
const places = 4
const perSecond = 50
const password = 'Baobab-sans-racine-7'
/** Two nodes, both well, before the next blow falls: a takeover needs somebody who takes over. */
const betweenBlowsMs = [1500, 4000] as const
const freezeMs = [3500, 7000] as const
const restMs = 180_000

interface Floor {
  accountId: string
  agents: Map<string, Person>
}

async function furnish({ observer, urls }: Stage): Promise<Floor> {
  const make = async (name: 'queue' | 'team', fields: Record<string, unknown>) =>
    (await createSetting(observer, systemActor, name, fields))._id.toHexString()
  const queueId = await make('queue', {
    name: 'Storm',
    wrapUp: { mode: 'none', seconds: 0, extensionSeconds: 0 },
    sticky: { mode: 'off', seconds: 0, skillNeeded: true }
  })
  const teamId = await make('team', { name: 'Storm', queueIds: [queueId] })
  const account = await createAccountOf(observer, systemActor, {
    channel: 'chat',
    name: 'Storm',
    queueId,
    settings: { title: { en: 'Storm', fr: 'Orage' } }
  })
  const agents = new Map<string, Person>()
  for (let i = 0; i < agentCount; i++) {
    const email = `storm-${String(i)}@palabre.example`
    await createUserOf(
      observer,
      systemActor,
      {
        name: `Agent ${String(i)}`,
        email,
        password,
        roles: ['agent'],
        agent: { teamId, skills: [], capacity: { chat: places } }
      },
      { passwordChangeRequired: false }
    )
    const person = await Person.signIn(urls[i % urls.length]!, email, password)
    await person.ready()
    agents.set(person.me.agent.id, person)
  }
  return { accountId: account._id.toHexString(), agents }
}

/** Agents who take every offer and close it, past hubs that are away. */
function work(stage: Stage, { agents }: Floor) {
  const busy = new Set<string>()
  const handle = async (id: string, offerId: string, agentId: string) => {
    const person = agents.get(agentId)
    const key = `${id}:${offerId}`
    if (!person || busy.has(key)) return
    busy.add(key)
    try {
      const door = new Door(stage.urls, randomInt(stage.urls.length))
      await door.ask('POST', `/api/interactions/${id}/accept`, { offerId }, person.headers)
      await door.ask('POST', `/api/interactions/${id}/close`, {}, person.headers)
    } finally {
      busy.delete(key)
    }
  }
  const offers: number[] = []
  const failures: unknown[] = []
  const start = (id: string, offerId: string, agentId: string) => {
    handle(id, offerId, agentId).catch((error: unknown) => failures.push(error))
  }
  const unheard = stage.observer.stream.onEvent(({ name, payload }) => {
    if (name !== 'interaction.changed') return
    const { interaction } = JSON.parse(payload) as { interaction: InteractionWire }
    const { id, offer, state } = interaction
    if (state !== 'offered' || !offer) return
    offers.push(Date.parse(offer.at))
    start(id, offer.id, offer.agentId)
  })
  // What a client reads again after a reconnect: offers that it did not hear of, and what it took without an answer.
  const again = setInterval(() => {
    const before = new Date(Date.now() - 2000)
    Interaction.find({ state: { $in: ['offered', 'active'] }, updatedAt: { $lt: before } })
      .lean()
      .then((docs) => {
        for (const { _id, state, offer, agentId } of docs as InteractionDoc[]) {
          if (offer) start(_id.toHexString(), offer.id.toHexString(), offer.agentId.toHexString())
          else if (state === 'active' && agentId) start(_id.toHexString(), 'none', agentId.toHexString())
        }
      })
      .catch((error: unknown) => failures.push(error))
  }, 2000)
  const seen = setInterval(() => {
    noteSeen([...agents.keys()]).catch((error: unknown) => failures.push(error))
  }, 3000)
  return {
    offers,
    failures,
    stop() {
      unheard()
      clearInterval(again)
      clearInterval(seen)
    }
  }
}

const takenAt = (hub: Child) =>
  hub.words
    .filter((word) => word.includes('lease taken') && word.includes('router:main'))
    .map((word) => (JSON.parse(word) as { time: number }).time)
    .at(-1) ?? 0

/** The hub that routes: the one that said last that it took the lease. */
const routerOf = ({ hubs }: Stage): Child => [...hubs].sort((a, b) => takenAt(b) - takenAt(a))[0]!

/** Strikes the router (and now and then the other) until told to stop; returns how long each takeover took, in ms. */
async function strike(stage: Stage, offers: readonly number[], isOver: () => boolean) {
  const takeovers: number[] = []
  let blows = 0
  while (!isOver()) {
    await sleep(randomInt(...betweenBlowsMs))
    await stage.healthy()
    const router = routerOf(stage)
    const target = randomInt(4) === 0 ? stage.hubs.find((hub) => hub !== router)! : router
    const at = Date.now()
    blows++
    const thawed = randomInt(2) === 0 ? target.freeze(randomInt(...freezeMs)) : target.kill()
    if (target === router) {
      const until = at + 20_000
      let first: number | undefined
      while (first === undefined && Date.now() < until && !isOver()) {
        await sleep(20)
        first = offers.find((time) => time > at + 5)
      }
      if (first !== undefined) takeovers.push(first - at)
      else if (!isOver()) takeovers.push(until - at)
    }
    await thawed
  }
  return { takeovers, blows }
}

/**
 * So many routings with two hub nodes, whose router is killed or frozen all the time. What was lost, offered twice or
 * given over capacity is read from the stored history.
 */
export async function benchFailover(routings: number, note: (line: string) => void): Promise<Outcome> {
  const stage = await openStage({ hubs: 2, workers: 1 })
  try {
    const floor = await furnish(stage)
    const desk = work(stage, floor)
    let done = 0
    let isOver = false
    const storm = strike(stage, desk.offers, () => isOver)
    const start = Date.now()
    while (done < routings) {
      const due = Math.min(routings, Math.floor(((Date.now() - start) / 1000) * perSecond))
      await Promise.all(
        Array.from({ length: due - done }, (_, i) => {
          const n = String(done + i)
          return receive(stage.observer, floor.accountId, {
            kind: 'message',
            address: `storm-${n}`,
            name: `Customer ${n}`,
            externalId: `storm-${n}`,
            text: `Question ${n}`
          })
        })
      )
      done = Math.max(done, due)
      await sleep(20)
    }
    isOver = true
    const { takeovers, blows } = await storm
    await stage.healthy()
    const until = Date.now() + restMs
    const closed = () => Interaction.countDocuments({ state: 'closed', 'log.name': 'accepted' })
    while ((await closed()) < routings && Date.now() < until) await sleep(200)
    const lost = routings - (await closed())
    // The last lines become facts a moment later.
    await sleep(4000)
    desk.stop()
    const wrong = wrongStories(await readRecord())
    const over = wrong.filter((line) => line.includes(' held ')).length
    for (const line of wrong.slice(0, 5)) note(line)
    for (const failure of desk.failures.slice(0, 5)) note(String(failure))
    const longest = takeovers.length > 0 ? Math.max(...takeovers) / 1000 : 0
    const sorted = [...takeovers].sort((a, b) => a - b)
    return {
      rows: [
        {
          routings: String(routings),
          blows: String(blows),
          'of the router': String(takeovers.length),
          'takeover p50 s': (sorted[Math.floor(sorted.length / 2)] ?? 0) / 1000,
          'takeover longest s': longest,
          lost: String(lost),
          doubled: String(wrong.length - over),
          'over capacity': String(over)
        }
      ],
      figures: { lost, doubled: wrong.length - over, overCapacity: over, takeoverMaxS: longest }
    }
  } finally {
    await stage.stop()
  }
}

import type { Agent } from '@palabre/config/contract/agent'
import { team } from '@palabre/config/contract/setting'
import { startApiHub, type ApiHub } from '../simulators/api-hub.ts'
import { addInteraction, contactOf, deskAnswers } from '../simulators/api-hub/desk.ts'
import { floorAnswers, floorWorld, type FloorWorld } from '../simulators/api-hub/floor.ts'
import { ago, keep, meOf, newId, type World } from '../simulators/api-hub/world.ts'

const first = ['Amara', 'Bintou', 'Chérif', 'Dalia', 'Élodie', 'Fatou', 'Gaston', 'Hawa', 'Idrissa', 'Jules']
const last = ['Ndiaye', 'Ba', 'Traoré', 'Diop', 'Keïta', 'Sow', 'Faye', 'Cissé', 'Mendy', 'Sarr']

/** A floor of `count` agents in two teams, each in some state, and what they did today. */
export function fillFloor(world: World, floor: FloorWorld, count: number): void {
  const site = keep({ name: 'Dakar', timeZone: 'Africa/Dakar' })
  world.settings.site.push(site)
  const [retail] = world.settings.team
  Object.assign(retail!, { siteId: site.id, queueIds: [world.settings.queue[0]!.id] })
  world.settings.team.push(keep({ ...team.defaults, name: 'Business', queueIds: [], siteId: null }))
  const [lunch] = world.settings.pauseReason
  const slot = new Date(Math.floor(Date.now() / 900_000) * 900_000).toISOString()
  for (let n = 0; n < count; n++) {
    const holds: Agent['holds'] =
      n % 3 === 0
        ? Array.from({ length: 1 + (n % 4) }, (_, i) => ({
            interactionId: newId(),
            medium: (['chat', 'email', 'messaging', 'voice'] as const)[(n + i) % 4]!,
            since: ago(40 + 200 * i),
            parked: i === 2 ? ('idle' as const) : null
          }))
        : []
    const state = n % 11 === 5 ? 'no-answer' : n % 7 === 2 ? 'paused' : n % 5 === 4 ? 'offline' : 'ready'
    const agent: Agent = {
      id: newId(),
      version: 1,
      userId: newId(),
      name: `${first[n % 10]!} ${last[Math.floor(n / 10) % 10]!}${n >= 100 ? ` ${String(n)}` : ''}`,
      teamId: world.settings.team[n % 2]!.id,
      presence: {
        state,
        pauseReasonId: state === 'paused' ? lunch!.id : null,
        since: ago(state === 'paused' && n % 2 ? 2400 : 60 + n * 13),
        cause: null
      },
      skills: world.settings.skill
        .slice(0, n % 4)
        .map(({ id }, i) => ({ skillId: id, level: 1 + ((n + i) % 5) })),
      capacity: null,
      capacityProfileId: null,
      phone: null,
      loans:
        n % 13 === 3
          ? [
              {
                queueId: world.settings.queue[0]!.id,
                until: ago(-3600),
                by: { id: newId(), name: 'Sam Demo' }
              }
            ]
          : [],
      handled: { day: ago(0).slice(0, 10), count: 0 },
      holds
    }
    world.agents.push(agent)
    floor.quarters.push({
      id: `${slot}|agent|${agent.id}`,
      slot,
      kind: 'agent',
      queueId: null,
      accountId: null,
      channel: null,
      medium: null,
      agentId: agent.id,
      sums: { handled: n % 17, handledMs: (n % 17) * 187_000, missed: n % 6 === 1 ? 2 : 0, readyMs: 600_000 },
      version: 1
    })
  }
}

/** A hub with a floor, and somebody signed in. */
export async function openFloor({ agents = 24 } = {}): Promise<{
  hub: ApiHub
  floor: FloorWorld
  enter: (email: string) => void
}> {
  const floor = floorWorld()
  const hub = await startApiHub({
    world: (world) => fillFloor(world, floor, agents),
    answers: { ...deskAnswers, ...floorAnswers(floor) },
    ...(process.env['APP_BUILD'] ? { build: process.env['APP_BUILD'] } : {})
  })
  const enter = (email: string) => {
    hub.world.me = meOf(
      hub.world,
      hub.world.users.find((one) => one.email === email)!
    )
  }
  return { hub, floor, enter }
}

/** Something that an agent holds. */
export const hold = (world: World, agent: Agent, name: string) => {
  const interaction = addInteraction(world, contactOf(name), { agentId: agent.id })
  agent.holds = [
    { interactionId: interaction.id, medium: 'chat', since: ago(180), parked: null },
    ...agent.holds
  ]
  return interaction
}

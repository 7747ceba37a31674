import type { ReplayChange } from '@palabre/config/contract/routing'
import type { FloorAgent } from '../../agents/floor.ts'
import type { Catalog } from '../../settings/catalog.ts'
import { candidateOf, rulesOf } from '../picture.ts'
import type { Scenario, ScenarioRules, Worker } from './simulate.ts'
import type { Traffic } from './traffic.ts'

/** The rules and people of now, with a change: who was there in the traffic, and what the queues ask. */
export function scenarioOf(
  catalog: Catalog,
  agents: readonly FloorAgent[],
  { presence }: Pick<Traffic, 'presence'>,
  change: ReplayChange = {}
): Scenario {
  const { queues = {}, skills = {}, without = [], more = [] } = change
  const gone = new Set(without)
  const workers = agents.flatMap((agent): Worker[] => {
    const spans = presence.get(agent.id)
    if (!spans) return []
    const { teamId, queueIds, capacity, ...known } = candidateOf(catalog, agent)
    return [{ id: agent.id, teamId, queueIds, capacity, skills: skills[agent.id] ?? known.skills, spans }]
  })
  const copies = more.flatMap(({ likeAgentId, count }, i) => {
    const like = workers.find(({ id }) => id === likeAgentId)
    return like
      ? Array.from({ length: count }, (_, n) => ({ ...like, id: `${like.id}+${String(i)}.${String(n)}` }))
      : []
  })
  const rules = new Map(
    catalog.queues().map((queue) => {
      const changed = { ...queue, ...queues[queue.id] }
      return [queue.id, scenarioRulesOf(changed)]
    })
  )
  const unknown = scenarioRulesOf(undefined)
  return {
    agents: [...workers.filter(({ id }) => !gone.has(id)), ...copies],
    rulesOf: (queueId) => rules.get(queueId) ?? unknown
  }
}

function scenarioRulesOf(queue: ReturnType<Catalog['queue']>): ScenarioRules {
  const targets = new Map(queue?.targets.map(({ medium, seconds }) => [medium, seconds * 1000]))
  return {
    ...rulesOf(queue),
    requirements: queue?.requirements ?? [],
    priority: queue?.priority ?? 0,
    targetMs: (medium) => targets.get(medium) ?? null,
    stickyMs: queue && queue.sticky.mode !== 'off' ? queue.sticky.seconds * 1000 : 0
  }
}

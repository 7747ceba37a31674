import type { Agent } from '@palabre/config/contract/agent'
import type { DayFigures } from './figures.ts'

export const agentStates = ['no-answer', 'ready', 'busy', 'paused', 'offline'] as const
/** How an agent stands: ready and with something in hand is at work. */
export type AgentState = (typeof agentStates)[number]

/** A pause that lasts longer, or an offer that was not answered for as long as the second, is marked. */
export const longPauseMs = 30 * 60_000
export const longSilenceMs = 2 * 60_000

const isAtWork = ({ parked }: Agent['holds'][number]) => parked !== 'idle'

export const stateOf = ({ presence, holds }: Pick<Agent, 'presence' | 'holds'>): AgentState =>
  presence.state === 'ready' && holds.some(isAtWork) ? 'busy' : presence.state

/** Since when the agent stands so. */
export const sinceOf = ({ presence, holds }: Pick<Agent, 'presence' | 'holds'>): number => {
  const since = Date.parse(presence.since)
  if (presence.state !== 'ready') return since
  const taken = holds.filter(isAtWork).map((hold) => Date.parse(hold.since))
  return taken.length > 0 ? Math.max(since, Math.min(...taken)) : since
}

export const isTooLong = (state: AgentState, ms: number): boolean =>
  (state === 'paused' && ms > longPauseMs) || (state === 'no-answer' && ms > longSilenceMs)

export type Sort = 'name' | 'time' | 'handled' | 'aht' | 'missed'
export type Grouping = 'none' | 'state' | 'team'

export interface View {
  text: string
  teamId: string
  state: AgentState | 'any'
  queueId: string
  skillId: string
  sort: Sort
  group: Grouping
}

export const everything: View = {
  text: '',
  teamId: '',
  state: 'any',
  queueId: '',
  skillId: '',
  sort: 'name',
  group: 'none'
}

export type AgentLine =
  { kind: 'group'; key: string; id: string; count: number } | { kind: 'agent'; key: string; agent: Agent }

interface Known {
  figuresOf: (agentId: string) => DayFigures
  /** Queues that an agent works now, loans among them. */
  queuesOf: (agent: Agent) => readonly string[]
  teamName: (teamId: string | null) => string
  compare: (a: string, b: string) => number
}

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

/** The rows that a view shows, in its order, with a heading for each of its groups. */
export function linesOf(agents: readonly Agent[], view: View, known: Known): AgentLine[] {
  const words = plain(view.text.trim()).split(/\s+/).filter(Boolean)
  const shown = agents.filter(
    (agent) =>
      (view.teamId === '' || (agent.teamId ?? 'none') === view.teamId) &&
      (view.state === 'any' || stateOf(agent) === view.state) &&
      (view.queueId === '' || known.queuesOf(agent).includes(view.queueId)) &&
      (view.skillId === '' || agent.skills.some(({ skillId }) => skillId === view.skillId)) &&
      words.every((word) => plain(agent.name).includes(word))
  )
  const byName = (a: Agent, b: Agent) => known.compare(a.name, b.name) || a.id.localeCompare(b.id)
  const value: Record<Exclude<Sort, 'name'>, (agent: Agent) => number> = {
    time: (agent) => -sinceOf(agent),
    handled: ({ id }) => known.figuresOf(id).handled,
    aht: ({ id }) => known.figuresOf(id).ahtMs ?? -1,
    missed: ({ id }) => known.figuresOf(id).missed
  }
  const { sort } = view
  const sorted = shown.sort((a, b) =>
    sort === 'name' ? byName(a, b) : value[sort](b) - value[sort](a) || byName(a, b)
  )
  const rows = (some: readonly Agent[]): AgentLine[] =>
    some.map((agent) => ({ kind: 'agent', key: agent.id, agent }))
  if (view.group === 'none') return rows(sorted)
  const groupOf = view.group === 'state' ? stateOf : ({ teamId }: Agent) => teamId ?? 'none'
  const groups = new Map<string, Agent[]>()
  for (const agent of sorted) {
    const id = groupOf(agent)
    groups.set(id, [...(groups.get(id) ?? []), agent])
  }
  const nameOf = (id: string) => known.teamName(id === 'none' ? null : id)
  const ids =
    view.group === 'state'
      ? agentStates.filter((state) => groups.has(state))
      : [...groups.keys()].sort((a, b) => known.compare(nameOf(a), nameOf(b)))
  return ids.flatMap((id) => {
    const some = groups.get(id) ?? []
    return [{ kind: 'group' as const, key: `group ${id}`, id, count: some.length }, ...rows(some)]
  })
}

/** The same lines in the order in which they are shown now; what is new comes last. */
export function still(natural: readonly AgentLine[], shown: readonly AgentLine[]): AgentLine[] {
  const last = shown.length
  const place = new Map(shown.map(({ key }, n) => [key, n]))
  return natural.toSorted((a, b) => (place.get(a.key) ?? last) - (place.get(b.key) ?? last))
}

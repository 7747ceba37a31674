import {
  standings,
  type Tile,
  type TileState,
  type TileStates,
  type WallboardFields
} from '@palabre/config/contract/wallboard'
import type { ThresholdFilter } from '@palabre/config/contract/threshold'
import { standingOf, wrapUpsOf } from '@palabre/config/figures/agents'
import { dayStart } from '@palabre/config/figures/day-start'
import type { Unit } from '@palabre/config/figures/definitions'
import { figuresOf, type Figures, type Filter, type Floor } from '@palabre/config/figures/figures'
import { agentsWithin, workWithin } from '@palabre/config/figures/floor'
import type { Scope } from '../sessions/who.ts'
import { reachedBy } from '../thresholds/hysteresis.ts'
import { floorWithin, isTileWithin } from './within.ts'

/** As many lines as can be read from afar. */
const mostQueues = 12
const mostAgents = 24
const mostDue = 8

/** What a wallboard is made of at a moment. */
export interface Sight {
  /** The whole floor with its quarters of an hour since a moment; what is out of scope is left out here. */
  floorSince(from: number): Floor
  scope: Scope
  queueName(id: string): string
  now: number
}

export const keyOf = (page: number, tile: number) => `${String(page)}.${String(tile)}`

/** What every tile of a wallboard shows. Pure. */
export function statesOf({ pages, timeZone, showNames }: WallboardFields, sight: Sight): TileStates {
  const from = dayStart(timeZone, sight.now)
  const floor = floorWithin(sight.scope, sight.floorSince(from))
  const figures = remembering(floor, from, sight.now)
  const states: TileStates = {}
  for (const [p, { tiles }] of pages.entries())
    for (const [t, tile] of tiles.entries()) {
      const state = stateOf(tile, { ...sight, floor, figures, showNames })
      if (state) states[keyOf(p, t)] = state
    }
  return states
}

interface Within extends Omit<Sight, 'floorSince'> {
  floor: Floor
  figures: (filter: ThresholdFilter, queueId?: string) => Figures
  showNames: boolean
}

function stateOf(tile: Tile, within: Within): TileState | null {
  if (tile.kind === 'message' || tile.kind === 'clock') return null
  if (!isTileWithin(within.scope, tile)) return { kind: 'unavailable' }
  switch (tile.kind) {
    case 'figure':
      return figureState(tile, within)
    case 'queues':
      return queuesState(tile.filter, within)
    case 'agents':
      return agentsState(tile.filter, within)
    case 'due':
      return dueState(tile.filter, within)
  }
}

function figureState(
  { figure, filter, comparison, warn, danger }: Extract<Tile, { kind: 'figure' }>,
  { figures, now }: Within
): TileState {
  const value = figures(filter)[figure]
  const rule = { comparison, warn, danger, margin: 0, forSeconds: 0 }
  return {
    kind: 'figure',
    value,
    since: figure === 'oldestWaitMs' && value !== null ? new Date(now - value).toISOString() : null,
    level: value === null ? 'ok' : reachedBy(rule, value)
  }
}

/** The queues that a filter means, the ones in trouble first. */
function queuesState(filter: ThresholdFilter, { floor, scope, figures, queueName, now }: Within): TileState {
  const ofTeams = floor.teams
    .filter(({ id, siteId }) => has(filter.teamIds, id) && has(filter.siteIds, siteId ?? ''))
    .flatMap(({ queueIds }) => queueIds)
  const byTeam = filter.teamIds.length + filter.siteIds.length > 0
  const rows = floor.queues
    .filter(({ id }) => (scope.all || scope.queueIds.has(id)) && has(filter.queueIds, id))
    .filter(({ id }) => !byTeam || ofTeams.includes(id))
    .map(({ id }) => {
      const { waiting, oldestWaitMs, late, atRisk, serviceLevel, agentsReady } = figures(filter, id)
      const oldestSince = oldestWaitMs === null ? null : new Date(now - oldestWaitMs).toISOString()
      return { name: queueName(id), waiting, oldestSince, late, atRisk, serviceLevel, agentsReady }
    })
    .sort(
      (a, b) =>
        (b.late ?? 0) - (a.late ?? 0) ||
        (b.atRisk ?? 0) - (a.atRisk ?? 0) ||
        (b.waiting ?? 0) - (a.waiting ?? 0) ||
        a.name.localeCompare(b.name)
    )
  return { kind: 'queues', rows: rows.slice(0, mostQueues), more: Math.max(0, rows.length - mostQueues) }
}

function agentsState(filter: ThresholdFilter, { floor, showNames, now }: Within): TileState {
  const isMeant = agentsWithin(floor, filterOf(filter, 0), now)
  const wrapUps = wrapUpsOf(floor)
  const here = floor.agents
    .filter(({ id }) => isMeant?.(id) ?? true)
    .flatMap((agent) => {
      const standing = standingOf(agent, wrapUps)
      return standing === 'offline' ? [] : [{ name: agent.name, standing, since: agent.presence.since }]
    })
  const named = showNames
    ? here.sort(
        (a, b) =>
          standings.indexOf(a.standing) - standings.indexOf(b.standing) || a.name.localeCompare(b.name)
      )
    : []
  return {
    kind: 'agents',
    counts: standings.map((standing) => ({
      standing,
      count: here.filter((one) => one.standing === standing).length
    })),
    agents: named.slice(0, mostAgents),
    more: Math.max(0, named.length - mostAgents)
  }
}

/** Waiting work by its deadline, the nearest first: in which queue, never whose. */
function dueState(filter: ThresholdFilter, { floor, figures, queueName }: Within): TileState {
  const { late, atRisk } = figures(filter)
  const rows = floor.cells
    .filter(workWithin(floor, filterOf(filter, 0)))
    .flatMap(({ queueId, medium, due }) =>
      due.map(({ dueAt }) => ({ queue: queueName(queueId), medium, dueAt }))
    )
    .sort((a, b) => (a.dueAt < b.dueAt ? -1 : 1))
  return { kind: 'due', late: late ?? 0, atRisk: atRisk ?? 0, rows: rows.slice(0, mostDue) }
}

const has = (wanted: readonly string[], id: string) => wanted.length === 0 || wanted.includes(id)

/** The same for figures: a list that leaves nothing out is left out. */
function filterOf(filter: ThresholdFilter, from: number): Filter {
  const kept = Object.entries(filter).filter(([, wanted]) => wanted.length > 0)
  return { ...(Object.fromEntries(kept) as Omit<Filter, 'from'>), from }
}

/** Figures of a filter, worked out once however many tiles show some of them. */
function remembering(floor: Floor, from: number, now: number): Within['figures'] {
  const known = new Map<string, Figures>()
  return (filter, queueId) => {
    const wanted = queueId === undefined ? filter : { ...filter, queueIds: [queueId] }
    const key = JSON.stringify(wanted)
    let figures = known.get(key)
    if (!figures) known.set(key, (figures = figuresOf(floor, filterOf(wanted, from), now)))
    return figures
  }
}

/** Whether a screen shows the same for both: what differs only below that is not told again. */
export function isShownAlike(a: TileState | undefined, b: TileState, unit: Unit): boolean {
  return a !== undefined && JSON.stringify(asShown(a, unit)) === JSON.stringify(asShown(b, unit))
}

function asShown(state: TileState, unit: Unit): unknown {
  switch (state.kind) {
    case 'figure':
      // A length that grows by itself is told by its beginning.
      return { ...state, value: state.since === null ? rounded(state.value, unit) : null }
    case 'queues':
      return {
        ...state,
        rows: state.rows.map((row) => ({ ...row, serviceLevel: rounded(row.serviceLevel, 'share') }))
      }
    default:
      return state
  }
}

/** Shares are shown in percent, lengths in seconds. */
function rounded(value: number | null, unit: Unit): number | null {
  if (value === null || unit === 'count') return value
  return unit === 'share' ? Math.round(value * 100) : Math.floor(value / 1000)
}

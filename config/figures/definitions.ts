import type { Grouping } from './groups.ts'
import type { FigureName } from './names.ts'

export type Unit = 'count' | 'ms' | 'share'

/** What stands behind a figure: work by its state, agents by what they do, or what happened. */
export type ItemList =
  | { of: 'work'; states: readonly ('queued' | 'offered' | 'active' | 'wrapup')[] }
  | { of: 'due'; risk: 'late' | 'atRisk' }
  | { of: 'agents' }
  | {
      of: 'events'
      names: readonly EventOfFigures[]
      /** Only work that has a target. */
      targetOnly: boolean
      lastHour: boolean
      /** Who gave up at once is left out. */
      withoutShort: boolean
    }

/** Lines of an interaction's story that figures count. */
export const eventsOfFigures = [
  'arrived',
  'accepted',
  'abandoned',
  'expired',
  'closed',
  'automatic',
  'slotKept',
  'slotBroken'
] as const
export type EventOfFigures = (typeof eventsOfFigures)[number]

export interface Definition {
  unit: Unit
  better: 'more' | 'less' | 'neither'
  /** At this moment, in the last hour, or since the day began. */
  when: 'now' | 'hour' | 'day'
  /**
   * Whose it is. Work is a queue's: where a team or a site is asked for, it is that of its queues, shared with whoever
   * works them too. Agents are a team's. What agents did is either's.
   */
  belongsTo: 'work' | 'agents' | 'both'
  /** It is there for each quarter of an hour. */
  trend: boolean
  items: ItemList
}

const events = (
  names: readonly EventOfFigures[],
  more: { targetOnly?: boolean; lastHour?: boolean; withoutShort?: boolean } = {}
): ItemList => ({
  of: 'events',
  names,
  targetOnly: false,
  lastHour: false,
  withoutShort: false,
  ...more
})

const day = { when: 'day', belongsTo: 'work', trend: true } as const
const work = { unit: 'count', better: 'less', when: 'now', belongsTo: 'work', trend: false } as const
const agents = {
  unit: 'count',
  when: 'now',
  belongsTo: 'agents',
  trend: false,
  items: { of: 'agents' }
} as const
const level = {
  ...day,
  unit: 'share',
  better: 'more',
  items: events(['accepted', 'abandoned'], { targetOnly: true })
} as const

/** What each figure is; its name and formula in words are `figures.<name>` and `figures.<name>-formula`. */
export const definitions: Record<FigureName, Definition> = {
  waiting: { ...work, items: { of: 'work', states: ['queued', 'offered'] } },
  oldestWaitMs: { ...work, unit: 'ms', items: { of: 'work', states: ['queued', 'offered'] } },
  offered: { ...work, better: 'neither', items: { of: 'work', states: ['offered'] } },
  atRisk: { ...work, items: { of: 'due', risk: 'atRisk' } },
  late: { ...work, items: { of: 'due', risk: 'late' } },
  active: { ...work, better: 'neither', items: { of: 'work', states: ['active'] } },
  wrapUp: { ...work, better: 'neither', items: { of: 'work', states: ['wrapup'] } },
  arrived: { ...day, unit: 'count', better: 'neither', items: events(['arrived']) },
  answered: { ...day, unit: 'count', better: 'more', belongsTo: 'both', items: events(['accepted']) },
  serviceLevel: level,
  serviceLevelNow: {
    ...level,
    when: 'hour',
    items: events(['accepted', 'abandoned'], { targetOnly: true, lastHour: true })
  },
  serviceLevelWithoutShort: {
    ...level,
    items: events(['accepted', 'abandoned'], { targetOnly: true, withoutShort: true })
  },
  serviceLevelAnswered: { ...level, items: events(['accepted'], { targetOnly: true }) },
  abandoned: { ...day, unit: 'count', better: 'less', items: events(['abandoned']) },
  abandonment: { ...day, unit: 'share', better: 'less', items: events(['accepted', 'abandoned']) },
  missed: { ...day, unit: 'count', better: 'less', belongsTo: 'both', items: events(['expired']) },
  asaMs: { ...day, unit: 'ms', better: 'less', items: events(['accepted']) },
  handled: { ...day, unit: 'count', better: 'more', belongsTo: 'both', items: events(['closed']) },
  ahtMs: { ...day, unit: 'ms', better: 'less', belongsTo: 'both', items: events(['closed']) },
  automatic: { ...day, unit: 'count', better: 'neither', items: events(['automatic']) },
  slotsKept: { ...day, unit: 'share', better: 'more', items: events(['slotKept', 'slotBroken']) },
  occupancy: { ...agents, unit: 'share', better: 'neither', when: 'day' },
  agentsSignedIn: { ...agents, better: 'more' },
  agentsReady: { ...agents, better: 'more' },
  agentsBusy: { ...agents, better: 'neither' },
  agentsWrapUp: { ...agents, better: 'neither' },
  agentsPaused: { ...agents, better: 'less' },
  agentsNoAnswer: { ...agents, better: 'less' },
  inHand: { ...agents, better: 'neither' }
}

/**
 * Whether a group's figure is its own, so that the groups make the whole; shared with other groups, so that they do not
 * and must never be added up; or not known at all.
 */
export function shareOf(name: FigureName, by: Grouping): 'own' | 'shared' | 'unknown' {
  const { belongsTo } = definitions[name]
  if (belongsTo === 'both') return 'own'
  if (by === 'team' || by === 'site') return belongsTo === 'agents' ? 'own' : 'shared'
  if (belongsTo === 'work') return 'own'
  return by === 'queue' ? 'shared' : 'unknown'
}

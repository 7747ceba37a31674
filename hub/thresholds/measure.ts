import type { Calendar } from '@palabre/config/contract/setting'
import type { ThresholdFields, ThresholdPreview } from '@palabre/config/contract/threshold'
import { dayStart } from '@palabre/config/figures/day-start'
import { definitions } from '@palabre/config/figures/definitions'
import { figuresOf, type FigureName, type Filter } from '@palabre/config/figures/figures'
import { hourSince } from '@palabre/config/figures/quarters'
import { isOpen } from '../settings/opening.ts'
import type { Picture } from '../supervision/pictures.ts'
import { reachedBy } from './hysteresis.ts'

export type Measured = Pick<
  ThresholdFields,
  'figure' | 'filter' | 'comparison' | 'warn' | 'danger' | 'calendarId' | 'minCases'
>

/** On how many cases a share or a mean stands; figures of the moment stand on none. */
const casesOf = (figure: FigureName): FigureName | null => {
  if (figure === 'asaMs') return 'answered'
  if (figure === 'ahtMs') return 'handled'
  return definitions[figure].unit === 'share' && figure !== 'occupancy' ? 'arrived' : null
}

/** How a threshold's figure stands at a moment. Without value outside the hours, and with too few cases. */
export function measure(picture: Picture, threshold: Measured, now: number): ThresholdPreview {
  const { figure, comparison, warn, danger, minCases } = threshold
  const calendar = picture.calendar(threshold.calendarId)
  const open = isOpen(calendar, new Date(now))
  const { from, floor } = pastOf(picture, threshold, calendar, now)
  const figures = figuresOf(floor, filterOf(threshold, from), now)
  const counted = casesOf(figure)
  const cases = counted && figures[counted]
  const isEnough = counted === null || minCases === 0 || (cases ?? 0) >= minCases
  const value = open && isEnough ? figures[figure] : null
  const rule = { comparison, warn, danger, margin: 0, forSeconds: 0 }
  return { value, cases, open, reaches: value === null ? 'ok' : reachedBy(rule, value) }
}

/** The floor with as much of the past as the figure needs. What stands at this moment needs none. */
function pastOf(picture: Picture, threshold: Measured, calendar: Calendar | undefined, now: number) {
  const { when } = definitions[threshold.figure]
  if (when === 'now') return { from: now, floor: picture.floorSince(now) }
  const from = when === 'hour' ? hourSince(now) : dayStart(zoneOf(picture, threshold, calendar), now)
  return { from, floor: picture.floorSince(from) }
}

/** The same for figures: a list that leaves nothing out is left out. */
function filterOf({ filter }: Measured, from: number): Filter {
  const kept = Object.entries(filter).filter(([, wanted]) => wanted.length > 0)
  return { ...(Object.fromEntries(kept) as Omit<Filter, 'from'>), from }
}

/** Whose midnight begins the day: the calendar's, else the one of all sites that are meant, else that of UTC. */
function zoneOf({ teams, sites }: Picture, { filter }: Measured, calendar: Calendar | undefined): string {
  if (calendar) return calendar.timeZone
  const ofTeams = teams.filter(({ id }) => filter.teamIds.includes(id)).map(({ siteId }) => siteId)
  const meant = filter.siteIds.length > 0 ? filter.siteIds : ofTeams.length > 0 ? ofTeams : null
  const zones = sites.filter(({ id }) => meant?.includes(id) ?? true).map(({ timeZone }) => timeZone)
  return new Set(zones).size === 1 ? zones[0]! : 'UTC'
}

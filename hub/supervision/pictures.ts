import type { BoardQuarter } from '@palabre/config/contract/board'
import type { Floor } from '@palabre/config/figures/figures'
import { condense, quarterOf } from '@palabre/config/figures/quarters'
import type { Calendar, Site } from '@palabre/config/contract/setting'
import { floorOf } from '../agents/floor.ts'
import type { Hub } from '../hub.ts'
import { catalogOf } from '../settings/catalog.ts'
import { presentSetting, settings } from '../settings/setting.model.ts'
import { quartersSince, type Board } from './board.ts'

/** The longest day there is, where clocks go back, and a little. */
const keptMs = 26 * 3_600_000

/** What figures are made of at this moment, with what is past. */
export interface Picture {
  /** The floor with its quarters of an hour since a moment. */
  floorSince(from: number): Floor
  teams: Floor['teams']
  sites: readonly Pick<Site, 'id' | 'timeZone'>[]
  calendar(id: string | null): Calendar | undefined
}

/** What thresholds and wallboards are made of, in this node's memory; it follows events once somebody has asked for it. */
export interface Pictures {
  /** The floor as it is now. */
  now(): Promise<Picture>
  stop(): void
}

interface Kept {
  quarters: Map<string, BoardQuarter>
  sites: Site[]
}

export function openPictures(hub: Hub, board: Board): Pictures {
  let reading: Promise<Kept> | null = null
  /** Quarters since a moment, as few as they can be; made again when one changes, and each quarter of an hour. */
  let condensed = { slot: 0, since: new Map<number, BoardQuarter[]>() }

  async function read(): Promise<Kept> {
    const [quarters, sites] = await Promise.all([
      quartersSince(new Date(quarterOf(Date.now() - keptMs))),
      settings.site.model.find({ archived: false }).lean()
    ])
    condensed.since.clear()
    return {
      quarters: new Map(quarters.map((quarter) => [quarter.id, quarter])),
      sites: sites.map((doc) => presentSetting('site', doc as never))
    }
  }

  function forget() {
    reading = null
  }

  const stopEvents = hub.stream.onEvent(({ name, payload }) => {
    if (!reading) return
    if (name === 'setting.changed' && payload.includes('"resource":"site"')) forget()
    if (name !== 'quarters.changed') return
    const { quarters } = JSON.parse(payload) as { quarters: BoardQuarter[] }
    // What was told while it is being read may be newer than what is read.
    reading = reading.then((kept) => {
      for (const quarter of quarters)
        if ((kept.quarters.get(quarter.id)?.version ?? -1) < quarter.version)
          kept.quarters.set(quarter.id, quarter)
      condensed.since.clear()
      return kept
    })
    reading.catch(forget)
  })
  const stopGaps = hub.stream.onGap(forget)

  function quartersFrom({ quarters }: Kept, from: number, now: number): BoardQuarter[] {
    const slot = quarterOf(now)
    if (condensed.slot !== slot) {
      const oldest = new Date(quarterOf(now - keptMs)).toISOString()
      for (const [id, quarter] of quarters) if (quarter.slot < oldest) quarters.delete(id)
      condensed = { slot, since: new Map() }
    }
    const known = condensed.since.get(from) ?? condense(quarters.values(), from, now)
    condensed.since.set(from, known)
    return known
  }

  return {
    async now() {
      reading ??= read()
      const mine = reading
      const [kept, cells, floor, catalog] = await Promise.all([
        mine.catch((error: unknown) => {
          if (reading === mine) forget()
          throw error
        }),
        board.cells(),
        floorOf(hub),
        catalogOf(hub)
      ])
      const now = Date.now()
      const teams = catalog.teams().filter(({ archived }) => !archived)
      const parts = {
        cells: cells.all(),
        agents: [...floor.agents.values()].filter(({ archived }) => !archived),
        teams,
        queues: catalog.queues().filter(({ archived }) => !archived)
      }
      return {
        floorSince: (from) => ({ ...parts, quarters: from >= now ? [] : quartersFrom(kept, from, now) }),
        teams,
        sites: kept.sites,
        calendar: (id) => catalog.calendar(id)
      }
    },
    stop() {
      stopEvents()
      stopGaps()
    }
  }
}

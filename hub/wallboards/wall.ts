import { definitions, type Unit } from '@palabre/config/figures/definitions'
import type { ShownTile, Tile, TileStates, Wall, WallboardFields } from '@palabre/config/contract/wallboard'
import type { Hub } from '../hub.ts'
import type { Scope } from '../sessions/who.ts'
import { catalogOf, type Catalog } from '../settings/catalog.ts'
import type { Pictures } from '../supervision/pictures.ts'
import { keyOf, statesOf, type Sight } from './states.ts'
import { isTileWithin } from './within.ts'

/** What wallboards are made of at this moment, but for the scope. */
export async function look(
  hub: Hub,
  pictures: Pictures
): Promise<Omit<Sight, 'scope'> & { catalog: Catalog }> {
  const [{ floorSince }, catalog] = await Promise.all([pictures.now(), catalogOf(hub)])
  return { floorSince, catalog, queueName: (id) => catalog.queue(id)?.name ?? '', now: Date.now() }
}

/** All of a wallboard, as a screen that has just come needs it. */
export function wallOf(
  fields: WallboardFields & { version?: number },
  sight: Sight & { catalog: Catalog },
  states: TileStates = statesOf(fields, sight)
): Wall {
  const { title, pages, pageSeconds, theme, locale, timeZone, showNames } = fields
  return {
    at: new Date(sight.now).toISOString(),
    version: fields.version ?? 0,
    ...{ title, pageSeconds, theme, locale, timeZone, showNames },
    pages: pages.map(({ name, columns, tiles }) => ({ name, columns, tiles: tiles.map(shownTile) })),
    abouts: aboutsOf(fields, sight.scope, sight.catalog),
    states
  }
}

function shownTile(tile: Tile): ShownTile {
  const { kind, columns, rows, label } = tile
  return {
    ...{ kind, columns, rows, label },
    ...(tile.kind === 'figure' && { figure: tile.figure }),
    ...(tile.kind === 'message' && { text: tile.text })
  }
}

/** The names of what a tile is about: of what its keeper may not see, not even that. */
function aboutsOf({ pages }: WallboardFields, scope: Scope, catalog: Catalog): Record<string, string[]> {
  const abouts: Record<string, string[]> = {}
  for (const [p, { tiles }] of pages.entries())
    for (const [t, tile] of tiles.entries()) {
      if (!('filter' in tile) || !isTileWithin(scope, tile)) continue
      const { queueIds, teamIds } = tile.filter
      const names = [
        ...queueIds.map((id) => catalog.queue(id)?.name),
        ...teamIds.map((id) => catalog.team(id)?.name)
      ].filter((name) => name !== undefined)
      if (names.length > 0) abouts[keyOf(p, t)] = names
    }
  return abouts
}

/** In what a tile is counted, by its key. */
export function unitOf({ pages }: WallboardFields, key: string): Unit {
  const [p = 0, t = 0] = key.split('.').map(Number)
  const tile = pages[p]?.tiles[t]
  return tile?.kind === 'figure' ? definitions[tile.figure].unit : 'count'
}

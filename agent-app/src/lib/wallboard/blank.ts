import type { Tile, TileKind, WallPage } from '@palabre/config/contract/wallboard'
import type { FigureName } from '@palabre/config/figures/figures'

const everything = () => ({
  queueIds: [],
  channels: [],
  accountIds: [],
  media: [],
  teamIds: [],
  siteIds: []
})

/** A tile of a kind, as it begins; what the one before it was limited to stays. */
export function newTile(kind: TileKind, before?: Tile): Tile {
  const columns = before?.columns ?? (kind === 'figure' || kind === 'clock' ? 1 : 2)
  const shared = { columns, rows: before?.rows ?? (columns === 1 ? 1 : 2), label: before?.label ?? '' }
  const filter = before && 'filter' in before ? before.filter : everything()
  switch (kind) {
    case 'figure':
      return { kind, ...shared, figure: 'waiting', filter, comparison: 'above', warn: null, danger: null }
    case 'message':
      return { kind, ...shared, text: '' }
    case 'clock':
      return { kind, ...shared }
    default:
      return { kind, ...shared, filter }
  }
}

const figureTile = (figure: FigureName): Tile => ({
  ...(newTile('figure') as Tile & { kind: 'figure' }),
  figure
})

/** A page that says something from the start. */
export const newPage = (): WallPage => ({
  name: '',
  columns: 4,
  tiles: [
    figureTile('waiting'),
    figureTile('oldestWaitMs'),
    figureTile('agentsReady'),
    figureTile('serviceLevelNow'),
    newTile('queues'),
    newTile('due')
  ]
})

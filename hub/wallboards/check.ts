import { Temporal } from 'temporal-polyfill'
import { definitions } from '@palabre/config/figures/definitions'
import type { Tile, WallboardFields } from '@palabre/config/contract/wallboard'
import { ChannelAccountModel } from '../accounts/account.model.ts'
import { refuse } from '../refuse.ts'
import type { Scope } from '../sessions/who.ts'
import { checkIds } from '../settings/check-ids.ts'
import { isTileWithin } from './within.ts'

const wrong = (path: string, message: string) => refuse('invalid-input', undefined, [{ path, message }])

/** Checks what JSON Schema cannot, against the scope of whoever saves it. Refuses `invalid-input`, `unknown-reference`. */
export async function checkWallboard(scope: Scope, fields: WallboardFields): Promise<void> {
  checkZone(fields.timeZone)
  const tiles = fields.pages.flatMap((page, p) =>
    page.tiles.map((tile, t) => ({ tile, path: `pages/${String(p)}/tiles/${String(t)}` }))
  )
  for (const { tile, path } of tiles) {
    if (tile.kind === 'figure') checkLevels(path, tile)
    if (isTileWithin(scope, tile)) continue
    const named = 'filter' in tile && tile.filter.queueIds.length + tile.filter.teamIds.length > 0
    if (!named) wrong(`${path}/filter`, 'has to name queues or teams that you look after')
    const message = 'names a queue or team that does not exist'
    refuse('unknown-reference', path, [{ path: `${path}/filter`, message }])
  }
  const filters = tiles.flatMap(({ tile }) => ('filter' in tile ? [tile.filter] : []))
  await checkIds(
    'queue',
    'pages',
    filters.flatMap(({ queueIds }) => queueIds)
  )
  await checkIds(
    'team',
    'pages',
    filters.flatMap(({ teamIds }) => teamIds)
  )
  await checkIds(
    'site',
    'pages',
    filters.flatMap(({ siteIds }) => siteIds)
  )
  const accountIds = [...new Set(filters.flatMap(({ accountIds }) => accountIds))]
  if (
    (await ChannelAccountModel.countDocuments({ _id: { $in: accountIds }, archived: false })) !==
    accountIds.length
  )
    refuse('unknown-reference', 'pages', [{ path: 'pages', message: 'names an account that does not exist' }])
}

function checkZone(timeZone: string) {
  try {
    Temporal.Now.zonedDateTimeISO(timeZone)
  } catch {
    wrong('timeZone', 'is not a time zone')
  }
}

function checkLevels(path: string, { figure, comparison, warn, danger }: Extract<Tile, { kind: 'figure' }>) {
  if (warn !== null && danger !== null && (comparison === 'above' ? danger <= warn : danger >= warn))
    wrong(`${path}/danger`, 'lies beyond the warning')
  if (definitions[figure].unit !== 'share') return
  for (const [name, level] of Object.entries({ warn, danger }))
    if (level !== null && level > 1) wrong(`${path}/${name}`, 'is a share of 1')
}

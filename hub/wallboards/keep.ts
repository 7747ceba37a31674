import { Types } from 'mongoose'
import type { Input } from '@palabre/config/contract/define'
import { wallboard, type WallboardFields } from '@palabre/config/contract/wallboard'
import type { Hub } from '../hub.ts'
import { change } from '../record/change.ts'
import { linesAfter } from '../record/logged.ts'
import { found, refuse } from '../refuse.ts'
import { actorOf, scopeOf, type Scope, type Who } from '../sessions/who.ts'
import { checkWallboard } from './check.ts'
import { WallboardModel, fieldsOf, wallboardTold, type WallboardDoc } from './wallboard.model.ts'
import { isTileWithin } from './within.ts'

/** One's own stays in sight when less is in one's scope than before, so that it can be put right. */
const isSeenBy = (who: Who, scope: Scope, { keeper, pages }: WallboardDoc): boolean =>
  keeper.id.equals(who.userId) || pages.every(({ tiles }) => tiles.every((tile) => isTileWithin(scope, tile)))

export async function listWallboards(hub: Hub, who: Who, archived: boolean): Promise<WallboardDoc[]> {
  const docs = (await WallboardModel.find(
    archived ? {} : { archived: false }
  ).lean()) as unknown as WallboardDoc[]
  const scope = await scopeOf(hub, who)
  return docs.filter((doc) => isSeenBy(who, scope, doc))
}

/** One wallboard; what is out of scope is `not-found`. */
export async function findWallboard(hub: Hub, who: Who, id: string): Promise<WallboardDoc> {
  const doc = found((await WallboardModel.findById(id).lean()) as WallboardDoc | null)
  return isSeenBy(who, await scopeOf(hub, who), doc) ? doc : refuse('not-found')
}

/** Makes a wallboard, without link. Refuses `already-exists`, `invalid-input`, `unknown-reference`. */
export async function createWallboard(
  hub: Hub,
  who: Who,
  given: Input<typeof wallboard.create>['body']
): Promise<WallboardDoc> {
  const fields = { ...wallboard.defaults, ...given } as WallboardFields
  await checkWallboard(await scopeOf(hub, who), fields)
  await checkName(fields.name, null)
  const now = new Date()
  const changes = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, [null, value]]))
  const doc: WallboardDoc = {
    _id: new Types.ObjectId(),
    version: 1,
    log: linesAfter(0, [{ name: 'create', by: actorOf(who), changes }], now),
    logged: 1,
    relayed: 0,
    relayAt: now,
    updatedAt: now,
    archived: false,
    ...fields,
    keeper: keeperOf(who),
    link: null
  }
  await WallboardModel.create(doc)
  hub.relay.pass(wallboardTold, doc)
  return doc
}

/** Changes a wallboard; whoever does is its keeper from then on. Refuses `changed-meanwhile` beside what making it would. */
export async function updateWallboard(
  hub: Hub,
  who: Who,
  id: string,
  { version, change: given }: Input<typeof wallboard.update>['body']
): Promise<WallboardDoc> {
  const before = await findWallboard(hub, who, id)
  await checkWallboard(await scopeOf(hub, who), { ...fieldsOf(before), ...given })
  if (given.name !== undefined) await checkName(given.name, before._id)
  return writeWallboard(hub, before, (doc) => {
    if (doc.version !== version) return refuse('changed-meanwhile')
    const changed = Object.entries(given).filter(
      ([name, value]) => JSON.stringify(doc[name as keyof WallboardFields]) !== JSON.stringify(value)
    )
    if (changed.length === 0) return null
    const changes = Object.fromEntries(
      changed.map(([name, value]) => [name, [doc[name as keyof WallboardFields], value]])
    )
    return {
      set: { ...Object.fromEntries(changed), keeper: keeperOf(who) },
      entries: [{ name: 'update', by: actorOf(who), changes }]
    }
  })
}

/** Takes a wallboard out of use, or brings it back. Its link ends with it. */
export async function archiveWallboard(
  hub: Hub,
  who: Who,
  id: string,
  archived: boolean
): Promise<WallboardDoc> {
  const before = await findWallboard(hub, who, id)
  if (!archived && before.archived) {
    await checkWallboard(await scopeOf(hub, who), fieldsOf(before))
    await checkName(before.name, before._id)
  }
  return writeWallboard(hub, before, (doc) =>
    doc.archived === archived
      ? null
      : {
          set: { archived, ...(archived ? { link: null } : { keeper: keeperOf(who) }) },
          entries: [
            {
              name: archived ? 'archive' : 'restore',
              by: actorOf(who),
              changes: { archived: [!archived, archived] }
            }
          ]
        }
  )
}

/** Writes and tells a change of one wallboard. */
export async function writeWallboard(
  hub: Hub,
  known: WallboardDoc,
  decide: Parameters<typeof change<WallboardDoc>>[2]
): Promise<WallboardDoc> {
  const { doc, changed } = found(await change(WallboardModel, known._id, decide, known))
  if (changed) hub.relay.pass(wallboardTold, doc)
  return doc
}

const keeperOf = ({ userId, name }: Who) => ({ id: userId, name })

async function checkName(name: string, id: Types.ObjectId | null) {
  if (await WallboardModel.exists({ name, archived: false, ...(id && { _id: { $ne: id } }) }))
    refuse('already-exists', undefined, [{ path: 'name', message: 'is taken' }])
}

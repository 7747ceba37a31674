import type { WallRefusal } from '@palabre/config/contract/wallboard'
import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import { hashToken, newToken } from '../sessions/identify.ts'
import { actorOf, type Who } from '../sessions/who.ts'
import { findWallboard, writeWallboard } from './keep.ts'
import { WallboardModel, type KeptLink, type WallboardDoc } from './wallboard.model.ts'

/** Makes the link of a wallboard, or renews it. The token is known only to whoever is told it now. */
export async function makeLink(
  hub: Hub,
  who: Who,
  id: string,
  expiresAt: Date | null
): Promise<{ token: string; doc: WallboardDoc }> {
  const before = await findWallboard(hub, who, id)
  if (before.archived) return refuse('wrong-state')
  if (expiresAt && +expiresAt <= Date.now())
    return refuse('invalid-input', undefined, [{ path: 'expiresAt', message: 'is over already' }])
  const token = newToken()
  const link: KeptLink = {
    tokenHash: hashToken(token),
    madeAt: new Date(),
    madeBy: who.name,
    expiresAt,
    seenAt: null,
    seenAddress: null
  }
  const doc = await writeWallboard(hub, before, ({ archived, link: old }) =>
    archived
      ? refuse('wrong-state')
      : {
          set: { link },
          entries: [
            {
              name: old ? 'renewLink' : 'makeLink',
              by: actorOf(who),
              changes: { expiresAt: [old?.expiresAt ?? null, expiresAt] }
            }
          ]
        }
  )
  return { token, doc }
}

/** Ends the link; a wallboard without one stays as it is. */
export async function revokeLink(hub: Hub, who: Who, id: string): Promise<WallboardDoc> {
  return writeWallboard(hub, await findWallboard(hub, who, id), ({ link }) =>
    link
      ? {
          set: { link: null },
          entries: [{ name: 'revokeLink', by: actorOf(who), changes: { link: [true, null] } }]
        }
      : null
  )
}

/** Why a link of this hash leads nowhere any more; null when it still does. */
export function whyClosed(
  doc: Pick<WallboardDoc, 'archived' | 'link'> | null,
  tokenHash: string,
  now: number
): WallRefusal | null {
  if (!doc || doc.archived || doc.link?.tokenHash !== tokenHash) return 'unknown'
  return doc.link.expiresAt && +doc.link.expiresAt <= now ? 'expired' : null
}

/** The wallboard of a token, or why there is none. */
export async function openLink(token: string): Promise<WallboardDoc | WallRefusal> {
  const tokenHash = hashToken(token)
  const doc = (await WallboardModel.findOne({
    'link.tokenHash': { $eq: tokenHash, $type: 'string' }
  }).lean()) as WallboardDoc | null
  return whyClosed(doc, tokenHash, Date.now()) ?? doc ?? 'unknown'
}

/** Notes that links were used just now, each from where. No change of the record: its version stays. */
export async function noteSeen(uses: Iterable<{ tokenHash: string; address: string }>): Promise<void> {
  const now = new Date()
  const operations = [...uses].map(({ tokenHash, address }) => ({
    updateOne: {
      filter: { 'link.tokenHash': { $eq: tokenHash, $type: 'string' } },
      update: { $set: { 'link.seenAt': now, 'link.seenAddress': address } }
    }
  }))
  if (operations.length > 0) await WallboardModel.bulkWrite(operations as never, { ordered: false })
}

import type * as route from '@palabre/config/contract/suppression'
import type { Input, Reply } from '@palabre/config/contract/define'
import { canonicalAddress, markOf } from './mark.ts'
import type { Hub } from '../hub.ts'
import { before, markOf as pageMark } from '../paging.ts'
import { Suppression, presentSuppression, type SuppressionDoc } from './suppression.model.ts'

/** A page of suppressed addresses, newest first; one address is found by its fingerprint, erased ones too. */
export async function listSuppressions(
  hub: Hub,
  { address, reason, after, limit = 100 }: Input<typeof route.listSuppressions>['query']
): Promise<Reply<typeof route.listSuppressions>> {
  const marks =
    address === undefined
      ? null
      : (['email', 'phone'] as const).flatMap((kind) => {
          const canonical = canonicalAddress(kind, address)
          return canonical === null ? [] : [markOf(hub, kind, canonical)]
        })
  const filter = { ...(marks && { mark: { $in: marks } }), ...(reason && { reason }) }
  const [docs, total] = await Promise.all([
    Suppression.find({ ...filter, ...before('at', after) })
      .sort({ at: -1, _id: -1 })
      .limit(limit + 1)
      .lean() as Promise<SuppressionDoc[]>,
    Suppression.countDocuments(filter)
  ])
  const page = docs.slice(0, limit)
  const last = page.at(-1)
  return {
    items: page.map(presentSuppression),
    total,
    ...(docs.length > limit && last && { next: pageMark(last.at, last._id) })
  }
}

import type * as route from '@palabre/config/contract/import'
import type { Input, Reply } from '@palabre/config/contract/define'
import { before, markOf } from '../paging.ts'
import { found } from '../refuse.ts'
import { Import, presentImport, type ImportDoc } from './import.model.ts'

/** One import. Refuses `not-found`. */
export const findImport = async (id: string): Promise<ImportDoc> =>
  found((await Import.findById(id).lean()) as ImportDoc | null)

/** A page of imports, newest first. */
export async function listImports({
  after,
  limit = 50
}: Input<typeof route.listImports>['query']): Promise<Reply<typeof route.listImports>> {
  const docs = (await Import.find(before('createdAt', after))
    .sort({ createdAt: -1, _id: -1 })
    .limit(limit + 1)
    .lean()) as ImportDoc[]
  const page = docs.slice(0, limit)
  const last = page.at(-1)
  return {
    items: page.map(presentImport),
    ...(docs.length > limit && last && { next: markOf(last.createdAt, last._id) })
  }
}

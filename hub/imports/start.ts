import { Types } from 'mongoose'
import { isSupportedCountry } from 'libphonenumber-js/min'
import type { Input } from '@palabre/config/contract/define'
import { attributeName, type Column } from '@palabre/config/contract/import'
import type * as route from '@palabre/config/contract/import'
import { purposes } from '../consents/purpose.model.ts'
import type { Actor, Hub } from '../hub.ts'
import { createList, lists } from '../lists/keep.ts'
import { change } from '../record/change.ts'
import { found, refuse } from '../refuse.ts'
import { findImport } from './find.ts'
import { Import, importTold, type ImportDoc } from './import.model.ts'

type Start = Input<typeof route.startImport>['body']

const wrong = (path: string, message: string) => refuse('invalid-input', undefined, [{ path, message }])
const attributePattern = new RegExp(attributeName)
const pointMeanings = new Set(['email', 'phone', 'whatsapp'])

/**
 * Begins an import. Refuses `changed-meanwhile`, `wrong-state` for one that was started, `invalid-input` for columns
 * from which nobody could be known, `unknown-reference` and `already-exists` for its list.
 */
export async function startImport(hub: Hub, by: Actor, id: string, given: Start): Promise<ImportDoc> {
  const before = await findImport(id)
  if (before.state !== 'ready') return refuse('wrong-state')
  if (before.version !== given.version) return refuse('changed-meanwhile')
  checkColumns(given)
  if (given.country !== null && !isSupportedCountry(given.country)) wrong('country', 'is no country')
  const [consent, purposeId] = await purposesOf(given)
  const listId = given.into === 'contacts' ? await listOf(hub, by, given) : null
  const { doc } = found(
    await change(Import, id, (one) => {
      if (one.state !== 'ready') return refuse('wrong-state')
      if (one.version !== given.version) return refuse('changed-meanwhile')
      const { format, columns, into, existing, country } = given
      return {
        set: {
          state: 'running',
          startedAt: new Date(),
          by,
          format,
          columns,
          into,
          existing,
          country,
          listId,
          consent,
          purposeId
        },
        entries: [{ name: 'start', by, changes: { into: [null, into], existing: [null, existing] } }]
      }
    })
  )
  hub.relay.pass(importTold, doc)
  hub.schedule('import.run', { importId: id }, { key: id })
  return doc
}

function checkColumns({ columns, into }: Start) {
  const seen = new Set<string>()
  columns.forEach(({ means, attribute }: Column, i) => {
    const path = `columns/${String(i)}`
    if (means === 'skip') return
    if (means === 'attribute' && !attributePattern.test(attribute)) wrong(`${path}/attribute`, 'is no name')
    const key = means === 'attribute' ? `attribute ${attribute}` : means
    if (seen.has(key) && !pointMeanings.has(means)) wrong(path, 'is given twice')
    seen.add(key)
  })
  const needed = into === 'contacts' ? [...pointMeanings] : ['email', 'phone']
  if (!needed.some((means) => seen.has(means))) wrong('columns', 'need an address or a number')
}

async function purposesOf({ consent, purposeId, into }: Start) {
  for (const one of [consent?.purposeId, purposeId]) {
    if (!one) continue
    const purpose = await purposes.find(one).catch(() => null)
    if (!purpose || purpose.archived) refuse('unknown-reference', one)
  }
  return [
    into === 'contacts' && consent ? { ...consent, purposeId: new Types.ObjectId(consent.purposeId) } : null,
    into === 'suppressions' && purposeId ? new Types.ObjectId(purposeId) : null
  ] as const
}

async function listOf(hub: Hub, by: Actor, { listId, newList }: Start): Promise<Types.ObjectId | null> {
  if (newList !== undefined) return (await createList(hub, by, { name: newList }))._id
  if (!listId) return null
  const list = await lists.find(listId).catch(() => null)
  return list && !list.archived ? list._id : refuse('unknown-reference', 'listId')
}

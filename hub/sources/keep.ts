import { Types } from 'mongoose'
import type { SourceFields } from '@palabre/config/contract/source'
import { hiddenSecret } from '../accounts/account.model.ts'
import type { Actor, Hub } from '../hub.ts'
import { change } from '../record/change.ts'
import { linesAfter } from '../record/logged.ts'
import { found, refuse } from '../refuse.ts'
import { forgetSources } from './pools.ts'
import { SourceModel, fieldsOf, sealPassword, sourceTold, type SourceDoc } from './source.model.ts'

type Given = SourceFields & { password?: string | null }

/** Refuses what the schema cannot: a server without an address. */
export function checkSource({ dialect, host }: Pick<SourceFields, 'dialect' | 'host'>) {
  if ((dialect === 'sqlite') !== (host === ''))
    refuse('invalid-input', undefined, [
      { path: 'host', message: dialect === 'sqlite' ? 'A file has no host' : 'Name the server' }
    ])
}

async function checkName(name: string, id: Types.ObjectId | null) {
  if (await SourceModel.exists({ name, archived: false, ...(id && { _id: { $ne: id } }) }))
    refuse('already-exists', undefined, [{ path: 'name', message: 'is taken' }])
}

/** Makes a source; its password is sealed. Refuses `already-exists`, `invalid-input`. */
export async function createSourceOf(hub: Hub, by: Actor, given: Given): Promise<SourceDoc> {
  checkSource(given)
  await checkName(given.name, null)
  const { password, ...fields } = given
  const now = new Date()
  const _id = new Types.ObjectId()
  const sealed = sealPassword(hub, _id, password ?? '')
  const shown = { ...fields, password: sealed && hiddenSecret }
  const changes = Object.fromEntries(Object.entries(shown).map(([name, value]) => [name, [null, value]]))
  const doc: SourceDoc = {
    _id,
    version: 1,
    log: linesAfter(0, [{ name: 'create', by, changes }], now),
    logged: 1,
    relayed: 0,
    relayAt: now,
    updatedAt: now,
    archived: false,
    ...fields,
    password: sealed,
    health: { state: 'unknown', detail: '', since: null }
  }
  await SourceModel.create(doc)
  return tell(hub, doc)
}

/** Is this a password to be kept from now on? Left out, or shown as dots, the old one stays. */
const isNew = (password: string | null | undefined): password is string =>
  typeof password === 'string' && password !== hiddenSecret

export async function updateSourceOf(
  hub: Hub,
  by: Actor,
  id: string,
  version: number,
  { password, ...given }: Partial<Given>
): Promise<SourceDoc> {
  const { doc: before } = found(await change(SourceModel, id, () => null))
  if (given.name !== undefined) await checkName(given.name, before._id)
  const { doc } = found(
    await change(
      SourceModel,
      id,
      (source) => {
        if (source.version !== version) return refuse('changed-meanwhile')
        checkSource({ ...fieldsOf(source), ...given })
        // A password is for the server that it was given for; elsewhere it would be told to a stranger.
        const moved = (['dialect', 'host', 'port'] as const).some(
          (name) => given[name] !== undefined && given[name] !== source[name]
        )
        if (moved && source.password !== '' && !isNew(password))
          refuse('invalid-input', undefined, [
            { path: 'password', message: 'Give the password again for another server' }
          ])
        const changed = Object.entries(given).filter(
          ([name, value]) => source[name as keyof SourceFields] !== value
        )
        if (changed.length === 0 && !isNew(password)) return null
        return {
          set: {
            ...Object.fromEntries(changed),
            ...(isNew(password) && { password: sealPassword(hub, source._id, password) })
          },
          entries: [
            {
              name: 'update',
              by,
              changes: {
                ...Object.fromEntries(
                  changed.map(([name, value]) => [name, [source[name as keyof SourceFields], value]])
                ),
                ...(isNew(password) && {
                  password: [source.password && hiddenSecret, password && `${hiddenSecret} (replaced)`]
                })
              }
            }
          ]
        }
      },
      before
    )
  )
  return tell(hub, doc)
}

/** Takes a source out of use, or brings it back. `inUse` says whether a flow asks it. */
export async function setSourceArchived(
  hub: Hub,
  by: Actor,
  id: string,
  archived: boolean,
  inUse: (id: string) => Promise<boolean>
): Promise<SourceDoc> {
  if (archived && (await inUse(id))) refuse('still-in-use')
  const { doc: before } = found(await change(SourceModel, id, () => null))
  if (!archived && before.archived) await checkName(before.name, before._id)
  const { doc } = found(
    await change(SourceModel, id, (source) =>
      source.archived === archived
        ? null
        : {
            set: { archived },
            entries: [
              { name: archived ? 'archive' : 'restore', by, changes: { archived: [!archived, archived] } }
            ]
          }
    )
  )
  return tell(hub, doc)
}

function tell(hub: Hub, doc: SourceDoc) {
  forgetSources(hub)
  hub.relay.pass(sourceTold, doc)
  return doc
}

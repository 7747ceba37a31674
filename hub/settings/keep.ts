import { Types } from 'mongoose'
import { resources, type ResourceName } from '@palabre/config/contract/setting'
import type { Actor, Hub } from '../hub.ts'
import { change } from '../record/change.ts'
import { linesAfter } from '../record/logged.ts'
import { found, refuse } from '../refuse.ts'
import { forgetCatalog } from './catalog.ts'
import { checkReferences, checkUnused } from './references.ts'
import { presentSetting, settings, type SettingDoc } from './setting.model.ts'

type Fields = Record<string, unknown>

interface Readable {
  findById(id: string): { lean(): Promise<unknown> }
}

export async function listSettings(
  name: ResourceName,
  archived: boolean
): Promise<SettingDoc<ResourceName>[]> {
  const { model } = settings[name] as unknown as (typeof settings)['skill']
  const docs = await model.find(archived ? {} : { archived: false }).lean()
  return docs as unknown as SettingDoc<ResourceName>[]
}

/** Makes a record. Refuses `unknown-reference`, `already-exists` (an active one of the same name). */
export async function createSetting<N extends ResourceName>(
  hub: Hub,
  by: Actor,
  name: N,
  fields: Fields
): Promise<SettingDoc<N>> {
  await checkReferences(name, null, fields)
  await checkName(name, fields, null)
  const now = new Date()
  const doc = {
    _id: new Types.ObjectId(),
    version: 1,
    log: linesAfter(
      0,
      [
        {
          name: `${name}.create`,
          by,
          changes: Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, [null, value]]))
        }
      ],
      now
    ),
    logged: 1,
    relayed: 0,
    relayAt: now,
    updatedAt: now,
    archived: false,
    ...resources[name].defaults,
    ...fields
  } as unknown as SettingDoc<N>
  await settings[name].model.create(doc as never)
  tell(hub, name, doc)
  return doc
}

/** Two active records of one name would be one too many on every screen. */
async function checkName(name: ResourceName, fields: Fields, id: string | null) {
  const field = 'shortcut' in fields ? 'shortcut' : 'name'
  const value = fields[field]
  if (typeof value !== 'string') return
  const same = await (settings[name].model as never as { exists(filter: object): Promise<unknown> }).exists({
    [field]: value,
    archived: false,
    ...(id && { _id: { $ne: id } })
  })
  if (same) refuse('already-exists', undefined, [{ path: field, message: 'is taken' }])
}

export async function updateSetting<N extends ResourceName>(
  hub: Hub,
  by: Actor,
  name: N,
  id: string,
  version: number,
  fields: Fields
): Promise<SettingDoc<N>> {
  await checkReferences(name, id, fields)
  await checkName(name, fields, id)
  return write(hub, name, id, (doc) => {
    if (doc.version !== version) return refuse('changed-meanwhile')
    const before = doc as unknown as Fields
    const changed = Object.entries(fields).filter(
      ([field, value]) => JSON.stringify(before[field]) !== JSON.stringify(value)
    )
    if (changed.length === 0) return null
    return {
      set: Object.fromEntries(changed),
      entries: [
        {
          name: `${name}.update`,
          by,
          changes: Object.fromEntries(changed.map(([field, value]) => [field, [before[field], value]]))
        }
      ]
    }
  })
}

/**
 * Takes a record out of use, or brings it back. Refuses `still-in-use`, and for the way back what making it anew
 * would: `already-exists`, `unknown-reference`.
 */
export async function archiveSetting<N extends ResourceName>(
  hub: Hub,
  by: Actor,
  name: N,
  id: string,
  archived: boolean
): Promise<SettingDoc<N>> {
  if (archived) await checkUnused(name, id)
  else {
    const doc = found(await (settings[name].model as never as Readable).findById(id).lean()) as SettingDoc<N>
    const fields = presentSetting(name, doc) as unknown as Fields
    if (doc.archived) {
      await checkReferences(name, id, fields)
      await checkName(name, fields, id)
    }
  }
  return write(hub, name, id, (doc) =>
    doc.archived === archived
      ? null
      : {
          set: { archived },
          entries: [
            {
              name: `${name}.${archived ? 'archive' : 'restore'}`,
              by,
              changes: { archived: [!archived, archived] }
            }
          ]
        }
  )
}

async function write<N extends ResourceName>(
  hub: Hub,
  name: N,
  id: string,
  decide: (doc: SettingDoc<N>) => Parameters<typeof change>[2] extends (doc: never) => infer R ? R : never
): Promise<SettingDoc<N>> {
  const { doc } = found(await change(settings[name].model as never, id, decide as never)) as unknown as {
    doc: SettingDoc<N>
  }
  tell(hub, name, doc)
  return doc
}

function tell<N extends ResourceName>(hub: Hub, name: N, doc: SettingDoc<N>) {
  forgetCatalog(hub)
  hub.relay.pass(settings[name].kind as never, doc as never)
}

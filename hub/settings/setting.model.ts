import { Schema, model, type Model } from 'mongoose'
import { resources, type ResourceName } from '@palabre/config/contract/setting'
import type * as wire from '@palabre/config/contract/setting'
import { loggedFields, type Logged } from '../record/logged.ts'
import { told, type Told } from '../record/relay.ts'

interface Wires {
  skill: wire.Skill
  calendar: wire.Calendar
  queue: wire.Queue
  capacityProfile: wire.CapacityProfile
  site: wire.Site
  team: wire.Team
  disposition: wire.Disposition
  pauseReason: wire.PauseReason
  cannedAnswer: wire.CannedAnswer
}

/** A record that administrators keep. The fields are the contract's; references are ids as text. */
export type SettingDoc<N extends ResourceName> = Logged & { archived: boolean } & Omit<
    Wires[N],
    'id' | 'version' | 'archived' | 'updatedAt'
  >

const collections: Record<ResourceName, string> = {
  skill: 'skills',
  calendar: 'calendars',
  queue: 'queues',
  capacityProfile: 'capacityProfiles',
  site: 'sites',
  team: 'teams',
  disposition: 'dispositions',
  pauseReason: 'pauseReasons',
  cannedAnswer: 'cannedAnswers'
}

/** The contract has checked every field before it comes here, so the schema only adds what all records have. */
function settingModel<N extends ResourceName>(name: N) {
  const fields = Object.fromEntries(
    Object.keys(resources[name].fields.properties).map((field) => [field, { type: Schema.Types.Mixed }])
  )
  const schema = new Schema<SettingDoc<N>>(
    { ...loggedFields, archived: { type: Boolean, default: false }, ...fields } as never,
    { collection: collections[name], versionKey: false, minimize: false, strict: 'throw' }
  )
  schema.index({ relayAt: 1 } as never, { partialFilterExpression: { relayAt: { $type: 'date' } } } as never)
  const settings = model<SettingDoc<N>>(name[0]!.toUpperCase() + name.slice(1), schema as never) as Model<
    SettingDoc<N>
  >
  const kind = told<SettingDoc<N>>({
    noun: name,
    model: settings,
    tell: (doc) => [
      {
        name: 'setting.changed',
        payload: { resource: name, id: doc._id.toHexString() },
        topics: ['everybody']
      }
    ],
    dimensions: () => ({})
  })
  return { model: settings, kind }
}

/** Model and relay kind of every resource. */
export const settings: { [N in ResourceName]: { model: Model<SettingDoc<N>>; kind: Told<SettingDoc<N>> } } = {
  skill: settingModel('skill'),
  calendar: settingModel('calendar'),
  queue: settingModel('queue'),
  capacityProfile: settingModel('capacityProfile'),
  site: settingModel('site'),
  team: settingModel('team'),
  disposition: settingModel('disposition'),
  pauseReason: settingModel('pauseReason'),
  cannedAnswer: settingModel('cannedAnswer')
}

/** A record as the contract writes it. */
export function presentSetting<N extends ResourceName>(name: N, doc: SettingDoc<N>): Wires[N] {
  const { fields: declared, defaults } = resources[name]
  const given = { ...defaults, ...doc } as unknown as Record<string, unknown>
  const fields = Object.fromEntries(Object.keys(declared.properties).map((field) => [field, given[field]]))
  return {
    id: doc._id.toHexString(),
    version: doc.version,
    archived: doc.archived,
    updatedAt: doc.updatedAt.toISOString(),
    ...fields
  } as unknown as Wires[N]
}

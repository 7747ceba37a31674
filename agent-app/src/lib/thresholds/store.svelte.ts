import {
  listThresholdStates,
  threshold,
  type Threshold,
  type ThresholdFields,
  type ThresholdState
} from '@palabre/config/contract/threshold'
import { check } from '../admin/records/check.ts'
import type { Form } from '../admin/records/editor.svelte.ts'
import { KeptRecords } from '../admin/records/kept.svelte.ts'
import { call } from '../call.ts'
import { live } from '../live.svelte.ts'
import { t } from '../words.svelte.ts'

/** All thresholds in scope, archived ones too. */
export const thresholds = new KeptRecords<Threshold>({
  read: async () => (await call(threshold.list, { query: { archived: true } })).items,
  listen: (again) => live.on('setting.changed', ({ resource }) => resource === 'threshold' && again())
})

/** How each of them stands: what is raised, what is snoozed. */
export const states = new KeptRecords<ThresholdState & { id: string; archived: boolean }>({
  read: async () =>
    (await call(listThresholdStates)).items.map((state) => ({
      ...state,
      id: state.thresholdId,
      archived: false
    })),
  listen: (again) =>
    live.on(
      'setting.changed',
      ({ resource }) => (resource === 'threshold' || resource === 'alert') && again()
    )
})

const blank = (): ThresholdFields => ({
  name: '',
  figure: 'waiting',
  filter: { queueIds: [], channels: [], accountIds: [], media: [], teamIds: [], siteIds: [] },
  comparison: 'above',
  warn: null,
  danger: null,
  margin: 0,
  forSeconds: 60,
  calendarId: null,
  minCases: 0,
  mail: { userIds: [], addresses: [], locale: 'en', repeatMinutes: 60 },
  webhook: null
})

const names = Object.keys(threshold.fields.properties) as (keyof ThresholdFields)[]

export const form: Form<Threshold, ThresholdFields> = {
  blank,
  fieldsOf: (record) =>
    Object.fromEntries(names.map((name) => [name, record[name]])) as unknown as ThresholdFields,
  check: (fields) => [...check(threshold.fields, fields), ...wrongLevels(fields)],
  create: (fields) => call(threshold.create, { body: fields }),
  update: ({ id, version }, change) => call(threshold.update, { params: { id }, body: { version, change } })
}

/** What is wrong between the levels. */
export function wrongLevels({
  comparison,
  warn,
  danger
}: Pick<ThresholdFields, 'comparison' | 'warn' | 'danger'>) {
  if (warn === null && danger === null) return [{ path: 'warn', message: t('thresholds.error-level') }]
  if (warn === null || danger === null || (comparison === 'above' ? danger > warn : danger < warn)) return []
  return [{ path: 'danger', message: t('thresholds.error-danger') }]
}

/** Taking out of use and bringing back. */
export const shelf = {
  archive: (id: string) => call(threshold.archive, { params: { id } }),
  restore: (id: string) => call(threshold.restore, { params: { id } })
}

import type { Route } from '@palabre/config/contract/define'
import { resources, type ResourceName } from '@palabre/config/contract/setting'
import { call } from '../../call.ts'
import { check } from './check.ts'
import type { Form } from './editor.svelte.ts'
import type { FieldsOf, RecordOf } from './stores.ts'

// A route chosen by name has no single type; the record's own is put back by each caller below.
const ask = <R>(route: Route, input: object) => call(route as never, input as never) as Promise<R>

/** The form of a record that is declared by `defineResource`. */
export function resourceForm<N extends ResourceName>(
  name: N,
  blank: () => FieldsOf<N>
): Form<RecordOf<N>, FieldsOf<N>> {
  const resource = resources[name]
  const names = Object.keys(resource.fields.properties) as (keyof FieldsOf<N>)[]
  return {
    blank,
    fieldsOf: (record) =>
      Object.fromEntries(names.map((field) => [field, record[field as keyof RecordOf<N>]])) as FieldsOf<N>,
    check: (fields) => check(resource.fields, fields),
    create: (fields) => ask<RecordOf<N>>(resource.create, { body: fields }),
    update: ({ id, version }, change) =>
      ask<RecordOf<N>>(resource.update, { params: { id }, body: { version, change } })
  }
}

/** Taking out of use and bringing back. */
export const shelve = <N extends ResourceName>(name: N) => ({
  archive: (id: string) => ask<RecordOf<N>>(resources[name].archive, { params: { id } }),
  restore: (id: string) => ask<RecordOf<N>>(resources[name].restore, { params: { id } })
})

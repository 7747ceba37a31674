import {
  listWallLinks,
  wallboard,
  type WallLink,
  type Wallboard,
  type WallboardFields
} from '@palabre/config/contract/wallboard'
import { check } from '../admin/records/check.ts'
import type { Form } from '../admin/records/editor.svelte.ts'
import { KeptRecords } from '../admin/records/kept.svelte.ts'
import { call } from '../call.ts'
import { live } from '../live.svelte.ts'
import { words } from '../words.svelte.ts'
import { newPage } from './blank.ts'

const onWallboard = (again: () => void) =>
  live.on('setting.changed', ({ resource }) => resource === 'wallboard' && again())

export const wallboards = new KeptRecords<Wallboard>({
  read: async () => (await call(wallboard.list, { query: { archived: true } })).items,
  listen: onWallboard
})

/** The links of wallboards, by the wallboard's id. */
export const wallLinks = new KeptRecords<WallLink & { id: string; archived: boolean }>({
  read: async () => (await call(listWallLinks)).items.map(kept),
  listen: onWallboard
})

export const kept = (link: WallLink) => ({ ...link, id: link.wallboardId, archived: false })

const names = Object.keys(wallboard.fields.properties) as (keyof WallboardFields)[]

export const form: Form<Wallboard, WallboardFields> = {
  blank: () => ({
    name: '',
    title: '',
    pages: [newPage()],
    pageSeconds: 20,
    theme: 'dark',
    locale: words.locale,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    showNames: false
  }),
  fieldsOf: (record) =>
    Object.fromEntries(names.map((name) => [name, record[name]])) as unknown as WallboardFields,
  check: (fields) => check(wallboard.fields, fields),
  create: (fields) => call(wallboard.create, { body: fields }),
  update: ({ id, version }, change) => call(wallboard.update, { params: { id }, body: { version, change } })
}

export const shelf = {
  archive: (id: string) => call(wallboard.archive, { params: { id } }),
  restore: (id: string) => call(wallboard.restore, { params: { id } })
}

import { listLists, segment, type ContactList, type Segment } from '@palabre/config/contract/audience'
import { purpose, type Purpose } from '@palabre/config/contract/consent'
import { KeptRecords } from '../admin/records/kept.svelte.ts'
import { call } from '../call.ts'
import { live } from '../live.svelte.ts'

/** Lists of contacts, kept true by their events. */
export const lists = new KeptRecords<ContactList>({
  read: async () => (await call(listLists, { query: { archived: true } })).items,
  listen: (again, put) =>
    live.on('list.changed', ({ list }) =>
      lists.byId(list.id) ? put(list.id, (old) => (list.version > old.version ? list : old)) : again()
    )
})

const told = (resource: string) => (again: () => void) =>
  live.on('setting.changed', (event) => event.resource === resource && again())

export const segments = new KeptRecords<Segment>({
  read: async () => (await call(segment.list, { query: { archived: true } })).items,
  listen: told('segment')
})

export const purposes = new KeptRecords<Purpose>({
  read: async () => (await call(purpose.list, { query: { archived: true } })).items,
  listen: told('purpose')
})

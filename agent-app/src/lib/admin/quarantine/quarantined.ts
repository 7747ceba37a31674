import { listQuarantine, type QuarantineItem } from '@palabre/config/contract/account'
import { call } from '../../call.ts'
import { live } from '../../live.svelte.ts'
import { session } from '../../session.svelte.ts'
import { KeptRecords } from '../records/kept.svelte.ts'

/** What came in and could not be read. Nothing tells of a new one; it moves its account's health, which is told. */
export const quarantined = new KeptRecords<QuarantineItem & { archived: boolean }>({
  read: async () =>
    session.can('quarantine:read')
      ? (await call(listQuarantine)).items.map((item) => ({ ...item, archived: false }))
      : [],
  listen: (again) => {
    const stops = [live.on('account.changed', again), live.watch('accounts')]
    return () => stops.forEach((stop) => stop())
  }
})

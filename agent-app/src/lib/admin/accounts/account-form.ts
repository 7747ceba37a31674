import {
  archiveAccount,
  createAccount,
  restoreAccount,
  updateAccount,
  type ChannelAccount
} from '@palabre/config/contract/account'
import { call } from '../../call.ts'
import { t } from '../../words.svelte.ts'
import { check } from '../records/check.ts'
import { differences } from '../records/differences.ts'
import type { Form } from '../records/editor.svelte.ts'
import { channels } from '../records/stores.ts'
import { checkable, isKeptSecret, settingsOf, type Settings } from './settings-form.ts'

export interface AccountFields {
  channel: string
  name: string
  queueId: string
  /** What callers go through before the queue; only where the channel has calls. */
  flowId: string | null
  settings: Settings
}

const schemaOf = (channel: string): object => channels.byId(channel)?.settings ?? {}

const fieldsOf = ({ channel, name, queueId, flowId, settings }: ChannelAccount): AccountFields => ({
  channel,
  name,
  queueId,
  flowId,
  settings: settingsOf(schemaOf(channel), settings)
})

export const accountForm: Form<ChannelAccount, AccountFields> = {
  blank: () => ({ channel: '', name: '', queueId: '', flowId: null, settings: {} }),
  fieldsOf,
  check: ({ channel, name, queueId, settings }) => [
    ...(channel ? [] : [{ path: 'channel', message: t('admin.error-needed') }]),
    ...(name.trim() ? [] : [{ path: 'name', message: t('admin.error-needed') }]),
    ...(queueId ? [] : [{ path: 'queueId', message: t('admin.error-needed') }]),
    ...check(schemaOf(channel), checkable(schemaOf(channel), settings))
      .filter(({ path }) => !isKeptSecret(settings, path))
      .map(({ path, message }) => ({ path: `settings/${path}`, message }))
  ],
  create: ({ flowId, ...fields }) =>
    call(createAccount, { body: { ...fields, ...(channels.byId(fields.channel)?.calls && { flowId }) } }),
  update: (record, { name, queueId, flowId, settings }) =>
    call(updateAccount, {
      params: { id: record.id },
      body: {
        version: record.version,
        change: {
          ...(name !== undefined && { name }),
          ...(queueId !== undefined && { queueId }),
          ...(flowId !== undefined && { flowId }),
          ...(settings && { settings: differences(fieldsOf(record).settings, settings) })
        }
      }
    })
}

export const accountShelf = {
  archive: (id: string) => call(archiveAccount, { params: { id } }),
  restore: (id: string) => call(restoreAccount, { params: { id } })
}

/** Pauses or resumes. @throws {Refusal} */
export const pauseAccount = ({ id, version }: ChannelAccount, paused: boolean) =>
  call(updateAccount, { params: { id }, body: { version, change: { paused } } })

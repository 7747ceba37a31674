import {
  listAccounts,
  listChannels,
  type ChannelAccount,
  type ChannelKind
} from '@palabre/config/contract/account'
import { listAgents, type Agent } from '@palabre/config/contract/agent'
import { listFlows, type Flow } from '@palabre/config/contract/flow'
import { resources, type ResourceName } from '@palabre/config/contract/setting'
import { listUsers, type User } from '@palabre/config/contract/user'
import type { Static } from 'typebox'
import { call } from '../../call.ts'
import { live } from '../../live.svelte.ts'
import { session } from '../../session.svelte.ts'
import { KeptRecords } from './kept.svelte.ts'

export type RecordOf<N extends ResourceName> = Static<(typeof resources)[N]['record']>
export type FieldsOf<N extends ResourceName> = Static<(typeof resources)[N]['fields']>

const onSetting = (resource: string, again: () => void) =>
  live.on('setting.changed', (event) => event.resource === resource && again())

const kept = <N extends ResourceName>(name: N) =>
  new KeptRecords<RecordOf<N>>({
    read: async () =>
      ((await call(resources[name].list, { query: { archived: true } })) as { items: RecordOf<N>[] }).items,
    listen: (again) => onSetting(name, again)
  })

export const skills = kept('skill')
export const calendars = kept('calendar')
export const queues = kept('queue')
export const capacityProfiles = kept('capacityProfile')
export const sites = kept('site')
export const teams = kept('team')
export const dispositions = kept('disposition')
export const pauseReasons = kept('pauseReason')
export const cannedAnswers = kept('cannedAnswer')

/** Everybody with a login; empty for those who may not read users. */
export const users = new KeptRecords<User>({
  read: async () =>
    session.can('user:read') ? (await call(listUsers, { query: { archived: true } })).items : [],
  listen: (again) => live.on('user.changed', again)
})

/** The agents of the floor; holds and presence follow by themselves. */
export const agents = new KeptRecords<Agent & { archived: boolean }>({
  read: async () => (await call(listAgents)).items.map((agent) => ({ ...agent, archived: false })),
  listen: (again, put) => {
    const stops = [
      live.on('agent.changed', ({ agent }) => put(agent.id, () => ({ ...agent, archived: false }))),
      live.on('user.changed', again),
      live.watch('floor')
    ]
    return () => stops.forEach((stop) => stop())
  }
})

/** Channel accounts with their health. */
export const accounts = new KeptRecords<ChannelAccount>({
  read: async () =>
    session.can('account:read') ? (await call(listAccounts, { query: { archived: true } })).items : [],
  listen: (again, put) => {
    const stops = [
      onSetting('account', again),
      live.on('account.changed', ({ accountId, health }) =>
        put(accountId, (account) => ({ ...account, health }))
      ),
      live.watch('accounts')
    ]
    return () => stops.forEach((stop) => stop())
  }
})

/** Flows of calls; empty for those who may not read them. */
export const flows = new KeptRecords<Flow>({
  read: async () =>
    session.can('flow:read') ? (await call(listFlows, { query: { archived: true } })).items : [],
  listen: (again) => onSetting('flow', again)
})

/** The channels that this server knows; they change only with the server. */
export const channels = new KeptRecords<ChannelKind & { id: string; archived: boolean }>({
  read: async () =>
    (await call(listChannels)).items.map((kind) => ({ ...kind, id: kind.name, archived: false })),
  listen: () => () => {}
})

import { model, type Types } from 'mongoose'
import type { TObject } from 'typebox'
import type { Account, Pairing } from '@palabre/channels/channel'
import { secretFields } from '@palabre/channels/settings'
import { channelNamed } from '@palabre/channels/registry'
import type { ChannelAccount, ChannelHealth } from '@palabre/config/contract/account'
import type { Hub } from '../hub.ts'
import { loggedSchema, type Logged } from '../record/logged.ts'
import { told } from '../record/relay.ts'
import { idText, timeText } from '../wire.ts'
import { lastHour, type Slot } from './traffic.ts'

/** One configured use of a channel; secret settings are sealed. */
export interface AccountDoc extends Logged {
  channel: string
  name: string
  queueId: Types.ObjectId
  /** What callers go through before the queue. */
  flowId: Types.ObjectId | null
  paused: boolean
  /** The step at which connecting it was left; absent: it was finished. */
  setupStep?: number | null
  archived: boolean
  settings: Record<string, unknown>
  health: { state: ChannelHealth['state']; detail: string; since: Date | null }
  /** What is to be done by hand before it is connected; its code is sealed. */
  pairing?: Pairing | null | undefined
  lastInAt: Date | null
  lastOutAt: Date | null
  hookSeenAt?: Date | null
  /** Days (since 1970, UTC) on which the webhook was called, the last ones; whether silence is usual. */
  hookDays?: number[]
  /** When the credentials end. */
  expiresAt?: Date | null
  /** Sends in slots of five minutes, by their place in the ring. */
  traffic?: Record<string, Slot>
  /** Where a listener goes on reading. */
  cursor: unknown
}

const schema = loggedSchema<AccountDoc>(
  {
    channel: String,
    name: String,
    queueId: 'ObjectId',
    flowId: { type: 'ObjectId', default: null },
    paused: { type: Boolean, default: false },
    setupStep: { type: Number, default: null },
    archived: { type: Boolean, default: false },
    settings: { type: Object, default: {} },
    health: { type: Object, default: () => ({ state: 'unknown', detail: '', since: null }) },
    pairing: { type: Object, default: null },
    lastInAt: { type: Date, default: null },
    lastOutAt: { type: Date, default: null },
    hookSeenAt: { type: Date, default: null },
    hookDays: { type: [Number], default: [] },
    expiresAt: { type: Date, default: null },
    traffic: { type: Object, default: {} },
    cursor: { type: Object, default: null }
  },
  'channelAccounts'
)
schema.index({ channel: 1 })

export const ChannelAccountModel = model<AccountDoc>('ChannelAccount', schema)

export const hiddenSecret = '•••'
export const sealPurpose = (id: Types.ObjectId, field: string) => `account:${id.toHexString()}:${field}`

export function presentHealth(doc: AccountDoc): ChannelHealth {
  const now = new Date()
  const slots = lastHour(doc.traffic ?? {}, now)
  return {
    state: doc.health.state,
    detail: doc.health.detail,
    since: timeText(doc.health.since),
    pairing: (doc.pairing?.expiresAt ?? new Date(0)) > now,
    lastInAt: timeText(doc.lastInAt),
    lastOutAt: timeText(doc.lastOutAt),
    hookSeenAt: timeText(doc.hookSeenAt),
    expiresAt: timeText(doc.expiresAt),
    failures: slots.reduce((sum, { failed }) => sum + failed, 0),
    sends: slots.reduce((sum, { sent }) => sum + sent, 0),
    slots: slots.map(({ from, sent, failed }) => ({ from: from.toISOString(), sent, failed }))
  }
}

/** The account as administrators see it: secrets only say whether they are set. `held`: messages that wait for it. */
export function presentAccount(doc: AccountDoc, held = 0): ChannelAccount {
  const secrets = new Set(secretFields(channelNamed(doc.channel).settings as TObject))
  return {
    id: doc._id.toHexString(),
    version: doc.version,
    archived: doc.archived,
    channel: doc.channel,
    name: doc.name,
    queueId: doc.queueId.toHexString(),
    flowId: idText(doc.flowId),
    paused: doc.paused,
    setupStep: doc.setupStep ?? null,
    held,
    settings: Object.fromEntries(
      Object.entries(doc.settings).map(([name, value]) => [
        name,
        secrets.has(name) ? (value ? hiddenSecret : null) : value
      ])
    ),
    health: presentHealth(doc),
    updatedAt: doc.updatedAt.toISOString()
  }
}

const opened = new WeakMap<AccountDoc, Account>()

/** The account as its channel needs it, secrets opened; once for each record that was read. */
export function openAccount(hub: Hub, doc: AccountDoc): Account {
  const before = opened.get(doc)
  if (before) return before
  const channel = channelNamed(doc.channel)
  const settings = { ...doc.settings }
  for (const field of secretFields(channel.settings as TObject)) {
    const sealed = settings[field]
    if (typeof sealed === 'string' && sealed !== '')
      settings[field] = hub.vault.open(sealed, sealPurpose(doc._id, field))
  }
  const id = doc._id.toHexString()
  const account = { id, name: doc.name, settings, signingKey: hub.vault.signingKey(`account:${id}`) }
  opened.set(doc, account)
  return account
}

export const accountTold = told<AccountDoc>({
  noun: 'account',
  model: ChannelAccountModel,
  tell: (doc) => [
    {
      name: 'account.changed',
      payload: { accountId: doc._id.toHexString(), health: presentHealth(doc) },
      topics: ['accounts']
    },
    {
      name: 'setting.changed',
      payload: { resource: 'account', id: doc._id.toHexString() },
      topics: ['everybody']
    }
  ],
  dimensions: (doc) => ({ channel: doc.channel })
})

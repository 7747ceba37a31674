import { Types } from 'mongoose'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'
import type { TObject } from 'typebox'
import { secretFields } from '@palabre/channels/settings'
import { channels, channelNamed } from '@palabre/channels/registry'
import type { Actor, Hub } from '../hub.ts'
import { change } from '../record/change.ts'
import { linesAfter } from '../record/logged.ts'
import { FlowModel } from '../flows/flow.model.ts'
import { found, refuse } from '../refuse.ts'
import { checkIds } from '../settings/check-ids.ts'
import { idText } from '../wire.ts'
import { forgetAccounts } from './accounts.ts'
import {
  ChannelAccountModel,
  accountTold,
  hiddenSecret,
  openAccount,
  sealPurpose,
  type AccountDoc
} from './account.model.ts'
import { followAccount } from './concerns.ts'
import { releaseHeld } from './held.ts'

type Settings = Record<string, unknown>

/** The channel of this name; refuses `unknown-reference`. */
export function knownChannel(name: string) {
  const known = channels.find((channel) => channel.name === name)
  return known ?? refuse('unknown-reference', undefined, [{ path: 'channel', message: 'names no channel' }])
}

/** Settings with defaults, checked against what the channel declares; secrets are still open. */
export function checkSettings(channelName: string, given: Settings): Settings {
  const schema = knownChannel(channelName).settings as TObject
  const known = Object.fromEntries(Object.entries(given).filter(([name]) => name in schema.properties))
  const unknown = Object.keys(given).find((name) => !(name in schema.properties))
  if (unknown !== undefined)
    refuse('invalid-input', undefined, [
      { path: `settings/${unknown}`, message: 'is not a setting of this channel' }
    ])
  const full = Value.Default(schema, Value.Clone(known)) as Settings
  const check = Compile(schema)
  if (!check.Check(full))
    refuse(
      'invalid-input',
      undefined,
      check.Errors(full).map(({ instancePath, message }) => ({ path: `settings${instancePath}`, message }))
    )
  return full
}

function seal(hub: Hub, id: Types.ObjectId, channelName: string, settings: Settings): Settings {
  const sealed = { ...settings }
  for (const field of secretFields(channelNamed(channelName).settings as TObject)) {
    const plain = sealed[field]
    if (typeof plain === 'string' && plain !== '')
      sealed[field] = hub.vault.seal(plain, sealPurpose(id, field))
  }
  return sealed
}

/** Secrets left out, or sent back as the dots they were shown as, stay what they were. */
export function keepSecrets(channelName: string, given: Settings, before: Settings): Settings {
  const merged = { ...before, ...given }
  for (const field of secretFields(knownChannel(channelName).settings as TObject))
    if (given[field] === hiddenSecret || given[field] === undefined || given[field] === null)
      merged[field] = before[field]
  return Object.fromEntries(
    Object.entries(merged).filter(([, value]) => value !== undefined && value !== null)
  )
}

/** What changed, for the audit trail: of secrets only whether they are set, and whether they were replaced. */
function shown(channelName: string, settings: Settings, before: Settings = {}): Settings {
  const secrets = new Set(secretFields(channelNamed(channelName).settings as TObject))
  const dots = (name: string, value: unknown) =>
    before[name] && before[name] !== value ? `${hiddenSecret} (replaced)` : hiddenSecret
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      secrets.has(name) && value ? dots(name, value) : value
    ])
  )
}

/** Refuses `unknown-reference` for a flow that is not there, or a channel that has no calls. */
async function checkFlow(channelName: string, flowId: string | null | undefined) {
  if (!flowId) return
  const isThere = await FlowModel.exists({ _id: flowId, archived: false })
  if (!isThere || !knownChannel(channelName).calls)
    refuse('unknown-reference', undefined, [{ path: 'flowId', message: 'names no flow for this channel' }])
}

export async function createAccountOf(
  hub: Hub,
  by: Actor,
  given: {
    channel: string
    name: string
    queueId: string
    flowId?: string | null | undefined
    paused?: boolean | undefined
    setupStep?: number | null | undefined
    settings: Settings
  }
): Promise<AccountDoc> {
  await checkIds('queue', 'queueId', [given.queueId])
  await checkFlow(given.channel, given.flowId)
  const settings = checkSettings(given.channel, given.settings)
  const now = new Date()
  const _id = new Types.ObjectId()
  const doc: AccountDoc = {
    _id,
    version: 1,
    log: linesAfter(
      0,
      [
        {
          name: 'create',
          by,
          changes: { name: [null, given.name], settings: [null, shown(given.channel, settings)] }
        }
      ],
      now
    ),
    logged: 1,
    relayed: 0,
    relayAt: now,
    updatedAt: now,
    channel: given.channel,
    name: given.name,
    queueId: new Types.ObjectId(given.queueId),
    flowId: given.flowId ? new Types.ObjectId(given.flowId) : null,
    paused: given.paused ?? false,
    setupStep: given.setupStep ?? null,
    archived: false,
    settings: seal(hub, _id, given.channel, settings),
    health: { state: 'unknown', detail: '', since: null },
    lastInAt: null,
    lastOutAt: null,
    cursor: null
  }
  await ChannelAccountModel.create(doc)
  return tell(hub, doc)
}

export async function updateAccountOf(
  hub: Hub,
  by: Actor,
  id: string,
  version: number,
  given: {
    name?: string
    queueId?: string
    flowId?: string | null
    paused?: boolean
    setupStep?: number | null
    settings?: Settings
  },
  action?: string
): Promise<AccountDoc> {
  if (given.queueId !== undefined) await checkIds('queue', 'queueId', [given.queueId])
  if (given.flowId) {
    const account = found(
      (await ChannelAccountModel.findById(id, { channel: 1 }).lean()) as AccountDoc | null
    )
    await checkFlow(account.channel, given.flowId)
  }
  // What was held becomes work before new arrivals do, so that nobody's words overtake each other.
  const goesOn =
    given.paused === false && (await ChannelAccountModel.findOne({ _id: id, version, paused: true }))
  if (goesOn && !goesOn.archived) await releaseHeld(hub, goesOn._id)
  const { doc } = found(
    await change(ChannelAccountModel, id, (account) => {
      if (account.version !== version) return refuse('changed-meanwhile')
      const open = openAccount(hub, account).settings as Settings
      const settings =
        given.settings && checkSettings(account.channel, keepSecrets(account.channel, given.settings, open))
      return {
        set: {
          ...(given.name !== undefined && { name: given.name }),
          ...(given.paused !== undefined && { paused: given.paused }),
          ...(given.setupStep !== undefined && { setupStep: given.setupStep }),
          ...(given.queueId !== undefined && { queueId: new Types.ObjectId(given.queueId) }),
          ...(given.flowId !== undefined && {
            flowId: given.flowId === null ? null : new Types.ObjectId(given.flowId)
          }),
          ...(settings && { settings: seal(hub, account._id, account.channel, settings) })
        },
        entries: [
          {
            name: 'update',
            by,
            ...(action !== undefined && { action }),
            changes: {
              ...(given.name !== undefined && { name: [account.name, given.name] }),
              ...(given.paused !== undefined && { paused: [account.paused, given.paused] }),
              ...(given.setupStep !== undefined && {
                setupStep: [account.setupStep ?? null, given.setupStep]
              }),
              ...(given.queueId !== undefined && { queueId: [account.queueId.toHexString(), given.queueId] }),
              ...(given.flowId !== undefined && { flowId: [idText(account.flowId), given.flowId] }),
              ...(settings && {
                settings: [shown(account.channel, open), shown(account.channel, settings, open)]
              })
            }
          }
        ]
      }
    })
  )
  tell(hub, doc)
  if (given.paused !== undefined) await followAccount(hub, doc)
  if (given.paused === false && !doc.archived) await releaseHeld(hub, doc._id)
  return doc
}

export async function setAccountArchived(
  hub: Hub,
  by: Actor,
  id: string,
  archived: boolean
): Promise<AccountDoc> {
  if (!archived) {
    const account = found((await ChannelAccountModel.findById(id).lean()) as AccountDoc | null)
    await checkIds('queue', 'queueId', [account.queueId.toHexString()])
  }
  const { doc } = found(
    await change(ChannelAccountModel, id, (account) =>
      account.archived === archived
        ? null
        : {
            set: { archived },
            entries: [
              { name: archived ? 'archive' : 'restore', by, changes: { archived: [!archived, archived] } }
            ]
          }
    )
  )
  tell(hub, doc)
  await followAccount(hub, doc)
  return doc
}

function tell(hub: Hub, doc: AccountDoc) {
  forgetAccounts(hub)
  hub.relay.pass(accountTold, doc)
  return doc
}

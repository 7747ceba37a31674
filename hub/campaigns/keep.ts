import { Types } from 'mongoose'
import type { Input } from '@palabre/config/contract/define'
import type { CampaignFields, createCampaign } from '@palabre/config/contract/campaign'
import { audienceChannels } from '@palabre/config/contract/consent'
import type { AccountDoc } from '../accounts/account.model.ts'
import { accountOf } from '../accounts/accounts.ts'
import type { Actor, Hub } from '../hub.ts'
import { relayGraceMs } from '../record/change.ts'
import { linesAfter } from '../record/logged.ts'
import { found, refuse } from '../refuse.ts'
import { Campaign, campaignTold, type CampaignDoc } from './campaign.model.ts'
import { writeCampaign } from './control.ts'
import { isTimeZone } from './hours.ts'
import { channelNamed } from '@palabre/channels/registry'
import { carriedBy } from './running.ts'

type Given = Partial<CampaignFields>
type Fresh = Input<typeof createCampaign>['body']

/** What a campaign has that nobody has said anything of. */
const usual: Omit<CampaignFields, 'name' | 'accountId' | 'channel'> = {
  audience: null,
  purposeId: null,
  message: null,
  template: null,
  test: null,
  tracking: { clicks: true, opens: false },
  timeZone: 'UTC',
  hours: null,
  inTheirZone: false,
  perSecond: null,
  guard: { complaints: 0.002, bounces: 0.02, after: 100 }
}

/** Platforms keep a part of what they take from people, and say that it failed. */
const templateGuard: CampaignFields['guard'] = { complaints: 0.002, bounces: 0.1, after: 100 }

/** Whom an account's campaigns reach: people with a point of its channel's kind. */
function channelOf({ channel }: AccountDoc): CampaignFields['channel'] {
  const { point } = channelNamed(channel)
  return audienceChannels.find((one) => one === point) ?? refuse('not-deliverable')
}

/** Ids as they are stored. */
const stored = ({ accountId, purposeId, ...rest }: Given) => ({
  ...rest,
  ...(accountId !== undefined && { accountId: new Types.ObjectId(accountId) }),
  ...(purposeId !== undefined && { purposeId: purposeId === null ? null : new Types.ObjectId(purposeId) })
})

/** The audit trail says what was changed, not the whole text before and after. */
const told = (fields: object) =>
  Object.fromEntries(
    Object.keys(fields).map((name) => [
      name,
      name === 'message' || name === 'template' ? 'changed' : (fields as Record<string, unknown>)[name]
    ])
  )

async function checkFields(hub: Hub, { accountId, timeZone, hours, message }: Given): Promise<void> {
  if (accountId !== undefined) {
    const account = await accountOf(hub, accountId)
    if (!account || account.archived)
      refuse('unknown-reference', undefined, [{ path: 'accountId', message: 'is no account' }])
    if (account) carriedBy(account)
  }
  if (timeZone !== undefined && !isTimeZone(timeZone))
    refuse('invalid-input', undefined, [{ path: 'timeZone', message: 'is no time zone' }])
  if (hours && hours.from >= hours.to)
    refuse('invalid-input', undefined, [{ path: 'hours', message: 'end before they begin' }])
  const ids = message?.subjects.map(({ id }) => id) ?? []
  if (new Set(ids).size < ids.length)
    refuse('invalid-input', undefined, [{ path: 'message/subjects', message: 'two have the same id' }])
}

function freshDoc(by: Actor, fields: ReturnType<typeof stored>, action: string): CampaignDoc {
  const now = new Date()
  return {
    _id: new Types.ObjectId(),
    version: 1,
    log: linesAfter(0, [{ name: action, by, changes: told(fields) }], now),
    logged: 1,
    relayed: 0,
    relayAt: new Date(now.getTime() + relayGraceMs),
    updatedAt: now,
    archived: false,
    state: 'draft',
    startsAt: null,
    startedAt: null,
    preparedAt: null,
    preparedUntil: null,
    endedAt: null,
    pause: null,
    winner: null,
    unguarded: false,
    compiled: null,
    createdBy: by.name,
    createdAt: now,
    ...fields
  } as CampaignDoc
}

/** Makes a draft. Refuses `unknown-reference`, `invalid-input`. */
export async function createCampaignOf(hub: Hub, by: Actor, given: Fresh): Promise<CampaignDoc> {
  await checkFields(hub, given as Given)
  const account = found(await accountOf(hub, given.accountId))
  const usualGuard = carriedBy(account) === 'template' ? { guard: templateGuard } : {}
  const fields = { ...usual, ...usualGuard, ...(given as Given), channel: channelOf(account) }
  const doc = freshDoc(by, stored(fields), 'create')
  await Campaign.create(doc)
  hub.relay.pass(campaignTold, doc)
  return doc
}

/** Makes a draft like another. */
export async function copyCampaignOf(hub: Hub, by: Actor, id: string): Promise<CampaignDoc> {
  const { name, channel, accountId, audience, purposeId, message, template, test, tracking, ...rest } = found(
    (await Campaign.findById(id).lean()) as CampaignDoc | null
  )
  const { timeZone, hours, inTheirZone, perSecond, guard } = rest
  const fields = { channel, accountId, audience, purposeId, message, template, test, tracking }
  const doc = {
    ...freshDoc(by, {}, 'copy'),
    ...fields,
    name: `${name} (2)`.slice(0, 200),
    ...{ timeZone, hours, inTheirZone, perSecond, guard }
  }
  await Campaign.create(doc)
  hub.relay.pass(campaignTold, doc)
  return doc
}

/** What may be changed of one that has begun: how it goes on, not what it says. */
const changeableLater = new Set<string>(['name', 'perSecond', 'hours', 'guard'])

/** Changes a campaign. Refuses `changed-meanwhile`, `wrong-state`, and like `createCampaignOf`. */
export async function updateCampaignOf(
  hub: Hub,
  by: Actor,
  id: string,
  version: number,
  given: Given
): Promise<CampaignDoc> {
  await checkFields(hub, given)
  const account = given.accountId === undefined ? null : await accountOf(hub, given.accountId)
  const { channel: _, ...rest } = stored(given)
  const fields = { ...rest, ...(account && { channel: channelOf(account) }) }
  return writeCampaign(hub, id, (doc) => {
    if (doc.version !== version) return refuse('changed-meanwhile')
    const isLater = doc.state === 'running' || doc.state === 'paused'
    if (doc.state !== 'draft' && !isLater) return refuse('wrong-state')
    if (isLater && Object.keys(given).some((name) => !changeableLater.has(name)))
      return refuse('wrong-state', 'What it says and to whom stays as it was launched')
    const before = told(doc) as Record<string, unknown>
    const after = told(fields)
    return {
      set: fields,
      entries: [
        {
          name: 'update',
          by,
          changes: Object.fromEntries(Object.keys(fields).map((name) => [name, [before[name], after[name]]]))
        }
      ]
    }
  })
}

/** Takes a campaign that is not under way off the list. Refuses `wrong-state`. */
export const archiveCampaignOf = (hub: Hub, by: Actor, id: string): Promise<CampaignDoc> =>
  writeCampaign(hub, id, (doc) => {
    if (doc.archived) return null
    if (doc.state === 'running' || doc.state === 'paused' || doc.state === 'scheduled')
      return refuse('wrong-state')
    return {
      set: { archived: true },
      entries: [{ name: 'archive', by, changes: { archived: [false, true] } }]
    }
  })

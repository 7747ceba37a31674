import { isIP } from 'node:net'
import type { ThresholdFields } from '@palabre/config/contract/threshold'
import { definitions } from '@palabre/config/figures/definitions'
import { ChannelAccountModel } from '../accounts/account.model.ts'
import { isInside } from '../flows/request.ts'
import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import type { Scope } from '../sessions/who.ts'
import { checkIds } from '../settings/check-ids.ts'
import { User } from '../users/user.model.ts'
import { isFilterWithin } from './within.ts'

const wrong = (path: string, message: string) => refuse('invalid-input', undefined, [{ path, message }])
const unknown = (path: string, noun: string) =>
  refuse('unknown-reference', path, [{ path, message: `names a ${noun} that does not exist` }])

/** Checks what JSON Schema cannot. Refuses `invalid-input`, `unknown-reference`. */
export async function checkThreshold(hub: Hub, scope: Scope, fields: ThresholdFields): Promise<void> {
  checkLevels(fields)
  if (fields.webhook) checkAddress(fields.webhook.url, hub.env.FLOW_PRIVATE_HOSTS)
  await checkFilter(scope, fields)
  await checkIds('calendar', 'calendarId', fields.calendarId === null ? [] : [fields.calendarId])
  const { userIds } = fields.mail
  if ((await User.countDocuments({ _id: { $in: userIds }, archived: false })) !== userIds.length)
    unknown('mail/userIds', 'user')
}

export function checkLevels({
  comparison,
  warn,
  danger,
  figure
}: Pick<ThresholdFields, 'comparison' | 'warn' | 'danger' | 'figure'>) {
  if (warn === null && danger === null) wrong('warn', 'needs a level')
  if (warn !== null && danger !== null && (comparison === 'above' ? danger <= warn : danger >= warn))
    wrong('danger', 'lies beyond the warning')
  if (definitions[figure].unit !== 'share') return
  for (const [path, level] of Object.entries({ warn, danger }))
    if (level !== null && level > 1) wrong(path, 'is a share of 1')
}

/** Every limit leads somewhere, and into the scope of whoever writes it. */
export async function checkFilter(scope: Scope, { filter }: Pick<ThresholdFields, 'filter'>) {
  const { queueIds, teamIds, siteIds, accountIds } = filter
  if (!scope.all && queueIds.length + teamIds.length === 0)
    wrong('filter', 'has to name queues or teams that you look after')
  if (!isFilterWithin(scope, filter)) unknown('filter', 'queue or team')
  await checkIds('queue', 'filter/queueIds', queueIds)
  await checkIds('team', 'filter/teamIds', teamIds)
  await checkIds('site', 'filter/siteIds', siteIds)
  const accounts = await ChannelAccountModel.countDocuments({ _id: { $in: accountIds }, archived: false })
  if (accounts !== accountIds.length) unknown('filter/accountIds', 'account')
}

/** What may be said of an address without asking anybody; a name is looked at again each time it is called. */
function checkAddress(text: string, allowsPrivate: boolean) {
  const path = 'webhook/url'
  if (!URL.canParse(text)) return wrong(path, 'is no address')
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') wrong(path, 'has a password in it')
  if (allowsPrivate) return
  if (url.protocol !== 'https:') wrong(path, 'begins with https')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) === 0 ? !/^[^.]+(\.[^.]+)+$/.test(host) : isInside(host))
    wrong(path, 'leads into our own network')
}

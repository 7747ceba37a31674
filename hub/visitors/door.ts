import type { FastifyRequest } from 'fastify'
import { channelNamed } from '@palabre/channels/registry'
import type { VisitorDoor } from '@palabre/channels/channel'
import { accountOf } from '../accounts/accounts.ts'
import { openAccount, type AccountDoc } from '../accounts/account.model.ts'
import type { Hub } from '../hub.ts'
import { isOwnOrigin } from '../plugins/origin.ts'
import { refuse } from '../refuse.ts'

export interface Door {
  account: AccountDoc
  visitor: VisitorDoor
}

/** The account whose door a visitor knocks at. Refuses `not-found` when it has none, or is paused or archived. */
export async function doorOf(hub: Hub, accountId: string): Promise<Door> {
  const account = await accountOf(hub, accountId)
  const visitor = account && channelNamed(account.channel).visitor
  if (!account || account.archived || account.paused || !visitor) return refuse('not-found')
  return { account, visitor }
}

/** Pages of our own and of the origins that the account admits may talk to it. Refuses `wrong-origin`. */
export function checkOrigin(hub: Hub, { account, visitor }: Door, request: FastifyRequest) {
  const { origin } = request.headers
  const needed = request.method !== 'GET' || request.headers.upgrade !== undefined
  if (origin === undefined && needed) return refuse('wrong-origin', 'There is no Origin header')
  if (origin === undefined || isOwnOrigin(hub.env, request)) return
  if (!visitor.admits(origin, openAccount(hub, account))) refuse('wrong-origin')
}

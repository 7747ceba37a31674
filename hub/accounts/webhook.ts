import { ChannelError, type Account, type InboundEvent, type WebhookRequest } from '@palabre/channels/channel'
import { channelNamed } from '@palabre/channels/registry'
import { receive } from '../conversations/receive.ts'
import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import { ChannelAccountModel, openAccount, type AccountDoc } from './account.model.ts'
import { accountOf } from './accounts.ts'

interface Hooked {
  doc: AccountDoc
  account: Account
  channel: ReturnType<typeof channelNamed>
}

/** The account that a webhook's address names. Refuses `not-found` when it has none, or is paused or archived. */
export async function hookedAccount(hub: Hub, id: string): Promise<Hooked> {
  const doc = await accountOf(hub, id)
  if (!doc || doc.archived || doc.paused) return refuse('not-found')
  const channel = channelNamed(doc.channel)
  if (!channel.receive) return refuse('not-found')
  return { doc, account: openAccount(hub, doc), channel }
}

/**
 * Takes one webhook call for good: every event in it is stored when this resolves, so that a call that failed half way
 * may come again. Events of one customer are taken in their order. Refuses `not-signed-in` what is not proved.
 */
export async function receiveCall(hub: Hub, hooked: Hooked, request: WebhookRequest): Promise<void> {
  const events = inOurWords(() => hooked.channel.receive?.(request, hooked.account) ?? [])
  const chains = new Map<string, InboundEvent[]>()
  const idOf = await routing(hub, hooked, events)
  for (const event of events) {
    const accountId = idOf(event)
    if (accountId === null) {
      hub.log.warn({ accountId: hooked.account.id, kind: event.kind }, 'an event is for no account of ours')
      continue
    }
    const key = `${accountId} ${event.kind === 'message' ? event.address : event.kind}`
    chains.set(key, [...(chains.get(key) ?? []), event])
  }
  await Promise.all(
    [...chains].map(async ([key, chain]) => {
      for (const event of chain) await receive(hub, key.slice(0, key.indexOf(' ')), event)
    })
  )
}

/** The provider's question whether the address is ours, answered. Refuses `not-signed-in`, `not-found`. */
export function answerHandshake({ channel, account }: Hooked, query: WebhookRequest['query']): string {
  return inOurWords(() => channel.handshake?.(query, account)) ?? refuse('not-found')
}

/** Which account an event is for: one webhook may serve many of a provider's numbers. Null: none that is in use. */
async function routing(
  hub: Hub,
  { doc, account, channel }: Hooked,
  events: InboundEvent[]
): Promise<(event: InboundEvent) => string | null> {
  const own = channel.via?.(account)
  const isOurs = ({ via }: InboundEvent) => via === undefined || via === own
  if (events.every(isOurs)) return () => account.id
  const others = (await ChannelAccountModel.find({
    channel: doc.channel,
    archived: false,
    paused: false
  }).lean()) as AccountDoc[]
  const byVia = new Map(
    others.map((other) => [channel.via?.(openAccount(hub, other)), other._id.toHexString()])
  )
  return (event) => (isOurs(event) ? account.id : (byVia.get(event.via) ?? null))
}

/** What the channel will not take is refused in the hub's words. */
function inOurWords<T>(run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (error instanceof ChannelError && error.reason === 'rejected')
      return refuse('not-signed-in', error.message)
    throw error
  }
}

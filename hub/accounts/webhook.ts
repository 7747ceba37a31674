import {
  ChannelError,
  type Account,
  type Channel,
  type InboundEvent,
  type WebhookRequest
} from '@palabre/channels/channel'
import { channelNamed } from '@palabre/channels/registry'
import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import { openAccount, type AccountDoc } from './account.model.ts'
import { accountOf } from './accounts.ts'
import { noteHook } from './health.ts'
import { receiveOrHold } from './held.ts'
import { accountVia, accountsOf } from './siblings.ts'

interface Hooked {
  doc: AccountDoc
  account: Account
  channel: ReturnType<typeof channelNamed>
  /** Notes that the provider has called, and proved it. */
  seen(): void
}

/**
 * The account that a webhook's address names, also while it is paused: a provider that is refused for long gives the
 * address up, and other accounts may be served by it. Refuses `not-found` when it has none, or is archived.
 */
export async function hookedAccount(hub: Hub, id: string): Promise<Hooked> {
  const doc = await accountOf(hub, id)
  if (!doc || doc.archived) return refuse('not-found')
  const channel = channelNamed(doc.channel)
  if (!channel.receive) return refuse('not-found')
  const seen = () => {
    noteHook(hub, doc)
  }
  return { doc, account: openAccount(hub, doc), channel, seen }
}

/**
 * Takes one webhook call for good: every event in it is stored when this resolves, so that a call that failed half way
 * may come again. Events of one customer are taken in their order. Refuses `not-signed-in` what is not proved.
 */
export async function receiveCall(hub: Hub, hooked: Hooked, request: WebhookRequest): Promise<void> {
  const events = inOurWords(() => hooked.channel.receive?.(request, hooked.account) ?? [])
  hooked.seen()
  const chains = new Map<string, InboundEvent[]>()
  const targets = new Map<string, AccountDoc>()
  for (const event of events) {
    if (event.kind === 'notice') continue
    const target = await accountFor(hub, hooked, event)
    if (target === null) {
      hub.log.warn({ accountId: hooked.account.id, kind: event.kind }, 'an event is for no account of ours')
      continue
    }
    const accountId = target._id.toHexString()
    if (target !== hooked.doc) noteHook(hub, target)
    targets.set(accountId, target)
    // What a customer does with a message comes after the message.
    const key = `${accountId} ${'address' in event ? event.address : event.kind}`
    chains.set(key, [...(chains.get(key) ?? []), event])
  }
  await Promise.all(
    [...chains].map(async ([key, chain]) => {
      const target = targets.get(key.slice(0, key.indexOf(' ')))
      for (const event of chain) if (target) await receiveOrHold(hub, target, event)
    })
  )
  if (events.some(({ kind }) => kind === 'notice')) await receiveNotices(hub, hooked, request)
}

/** The provider's question whether the address is ours, answered. Refuses `not-signed-in`, `not-found`. */
export function answerHandshake({ channel, account, seen }: Hooked, query: WebhookRequest['query']): string {
  const answer = inOurWords(() => channel.handshake?.(query, account)) ?? refuse('not-found')
  seen()
  return answer
}

/** Which account an event is for: one webhook may serve many of a provider's numbers. Null: none that we have. */
async function accountFor(
  hub: Hub,
  { doc, account, channel }: Hooked,
  { via }: InboundEvent
): Promise<AccountDoc | null> {
  return via === undefined || via === channel.via?.(account) ? doc : accountVia(hub, channel, via)
}

/**
 * What is said of a business account is for each of ours that belongs to it, and only the channel can tell which those
 * are: each is asked what the call says to it. One of another app does not take it as proved.
 */
async function receiveNotices(hub: Hub, { channel }: Hooked, request: WebhookRequest): Promise<void> {
  for (const doc of await accountsOf(hub, channel)) {
    const account = openAccount(hub, doc)
    const own = channel.via?.(account)
    for (const event of provedFor(channel, account, request))
      if (event.kind === 'notice' && (event.via === undefined || event.via === own))
        await receiveOrHold(hub, doc, event)
  }
}

function provedFor(channel: Channel, account: Account, request: WebhookRequest): InboundEvent[] {
  try {
    return channel.receive?.(request, account) ?? []
  } catch (error) {
    if (error instanceof ChannelError && error.reason === 'rejected') return []
    throw error
  }
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

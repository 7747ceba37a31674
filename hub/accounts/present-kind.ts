import type { Channel } from '@palabre/channels/channel'
import type { ChannelKind } from '@palabre/config/contract/account'

/** Can a message be handed over from any process? One of a channel that sends only where it listens cannot. */
export const canSendTest = ({ send, sendsWhereItListens }: Channel): boolean =>
  send !== undefined && sendsWhereItListens !== true

/** A channel as administration sees it. `publicUrl`: the address under which the world reaches us, '' when not known. */
export function presentKind(channel: Channel, publicUrl: string): ChannelKind {
  const { name, medium, settings, abilities, test, visitor, calls, receive, setup } = channel
  return {
    name,
    medium,
    settings: JSON.parse(JSON.stringify(settings)) as Record<string, unknown>,
    abilities,
    testable: test !== undefined,
    visitors: visitor !== undefined,
    sends: canSendTest(channel),
    calls: calls !== undefined,
    hook: receive ? `${publicUrl.replace(/\/$/, '')}/hooks/{account}` : null,
    setup: setup ? (JSON.parse(JSON.stringify(setup)) as ChannelKind['setup']) : null
  }
}

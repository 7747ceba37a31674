import type { Channel } from '@palabre/channels/channel'
import type { Hub } from '../hub.ts'
import { ChannelAccountModel, openAccount, type AccountDoc } from './account.model.ts'

interface Known {
  readAt: number
  accounts: Promise<AccountDoc[]>
  byVia: Promise<Map<string, AccountDoc>>
}

const cached = new WeakMap<Hub, Map<string, Known>>()
/** What is named and not known may be of an account that was made this moment; it is looked for so often at most. */
const lookAgainMs = 1000

/** All accounts of a channel that are not archived, from memory until one changes. */
export const accountsOf = (hub: Hub, channel: Channel): Promise<AccountDoc[]> => known(hub, channel).accounts

/** The account that events name `via`; null when there is none. */
export async function accountVia(hub: Hub, channel: Channel, via: string): Promise<AccountDoc | null> {
  const before = known(hub, channel)
  const account = (await before.byVia).get(via)
  if (account || Date.now() - before.readAt < lookAgainMs) return account ?? null
  memory(hub).delete(channel.name)
  return (await known(hub, channel).byVia).get(via) ?? null
}

function known(hub: Hub, channel: Channel): Known {
  const memorised = memory(hub)
  const before = memorised.get(channel.name)
  if (before) return before
  const accounts = read(channel)
  const byVia = accounts.then((docs) => {
    const named = docs.map((doc) => [channel.via?.(openAccount(hub, doc)), doc] as const)
    return new Map(named.filter((one): one is [string, AccountDoc] => one[0] !== undefined))
  })
  const made: Known = { readAt: Date.now(), accounts, byVia }
  memorised.set(channel.name, made)
  // A failure is told to who asked, and is not remembered.
  byVia.catch(() => {
    if (memorised.get(channel.name) === made) memorised.delete(channel.name)
  })
  return made
}

const read = async ({ name: channel }: Channel): Promise<AccountDoc[]> =>
  (await ChannelAccountModel.find({ channel, archived: false })
    // Of two accounts of one number that which is in use takes it.
    .sort({ paused: -1 })
    .lean()) as AccountDoc[]

function memory(hub: Hub): Map<string, Known> {
  let memorised = cached.get(hub)
  if (!memorised) {
    const map = new Map<string, Known>()
    memorised = map
    cached.set(hub, map)
    hub.stream.onEvent(({ name, payload }) => {
      if (name === 'setting.changed' && payload.includes('"resource":"account"')) map.clear()
    })
    hub.stream.onGap(() => map.clear())
  }
  return memorised
}

import { setTimeout as sleep } from 'node:timers/promises'
import type { Channel } from '@palabre/channels/channel'
import type { Hub } from '../hub.ts'
import { ChannelAccountModel, openAccount, type AccountDoc } from './account.model.ts'

interface Known {
  readAt: number
  /** What is read next, for all who miss something here. */
  next?: Promise<Known>
  accounts: Promise<AccountDoc[]>
  byVia: Promise<Map<string, AccountDoc>>
}

const cached = new WeakMap<Hub, Map<string, Known>>()
/** What is named and not known is looked for so often at most: a storm for a number that nobody has costs little. */
const lookAgainMs = 1000

/** All accounts of a channel that are not archived, from memory until one changes. */
export const accountsOf = (hub: Hub, channel: Channel): Promise<AccountDoc[]> => known(hub, channel).accounts

/**
 * The account that events name `via`; null when there is none. What is not known may be of an account that was made
 * this moment, so nobody is told "none" by what was read before they asked: they wait for the next look, a second at most.
 */
export async function accountVia(hub: Hub, channel: Channel, via: string): Promise<AccountDoc | null> {
  const asked = Date.now()
  const before = known(hub, channel)
  const account = (await before.byVia).get(via)
  if (account || before.readAt > asked) return account ?? null
  const next = await (before.next ??= readAfter(hub, channel, before))
  return (await next.byVia).get(via) ?? null
}

async function readAfter(hub: Hub, channel: Channel, before: Known): Promise<Known> {
  await sleep(Math.max(0, before.readAt + lookAgainMs - Date.now()))
  const memorised = memory(hub)
  if (memorised.get(channel.name) === before) memorised.delete(channel.name)
  return known(hub, channel)
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

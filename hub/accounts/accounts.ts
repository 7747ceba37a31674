import type { Hub } from '../hub.ts'
import { ChannelAccountModel, type AccountDoc } from './account.model.ts'

const cached = new WeakMap<Hub, Map<string, AccountDoc>>()

/** The account of this id from memory, read again when one changes. Null when there is none. */
export async function accountOf(hub: Hub, id: string): Promise<AccountDoc | null> {
  let known = cached.get(hub)
  if (!known) {
    known = new Map()
    cached.set(hub, known)
    hub.stream.onEvent(({ name, payload }) => {
      if (name === 'setting.changed' && payload.includes('"resource":"account"')) forgetAccounts(hub)
    })
    hub.stream.onGap(() => forgetAccounts(hub))
  }
  const hit = known.get(id)
  if (hit) return hit
  // It comes from addresses and settings as well, where anything may stand.
  if (!/^[0-9a-f]{24}$/.test(id)) return null
  const doc = (await ChannelAccountModel.findById(id).lean()) as AccountDoc | null
  if (doc) known.set(id, doc)
  return doc
}

/**
 * Forgets what is in memory; for the process that has just changed an account. A new map, so that a read that began
 * before the change is not remembered after it.
 */
export const forgetAccounts = (hub: Hub) => cached.set(hub, new Map())

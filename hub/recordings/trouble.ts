import type { Types } from 'mongoose'
import { accountOf } from '../accounts/accounts.ts'
import { setHealth } from '../accounts/health.ts'
import type { Hub } from '../hub.ts'

const downs = new WeakMap<Hub, Set<string>>()

function downOf(hub: Hub): Set<string> {
  let down = downs.get(hub)
  if (!down) downs.set(hub, (down = new Set()))
  return down
}

/** Sound of an account cannot be kept: told once, in the log and at the account, until it can again. */
export function noteTrouble(hub: Hub, accountId: Types.ObjectId, error: unknown): void {
  const id = accountId.toHexString()
  if (downOf(hub).has(id)) return
  downOf(hub).add(id)
  hub.log.error({ err: error, accountId: id }, 'recordings cannot be kept')
  const reason = error instanceof Error ? error.message : String(error)
  tell(hub, id, 'down', `Recordings cannot be kept: ${reason}`.slice(0, 300))
}

export function noteKept(hub: Hub, accountId: Types.ObjectId): void {
  const id = accountId.toHexString()
  if (!downOf(hub).delete(id)) return
  hub.log.info({ accountId: id }, 'recordings can be kept again')
  tell(hub, id, 'up', '')
}

function tell(hub: Hub, id: string, state: 'up' | 'down', detail: string) {
  accountOf(hub, id)
    .then((account) => account && setHealth(hub, account, state, detail))
    .catch((error: unknown) => {
      hub.log.warn({ err: error, accountId: id }, 'the health of an account could not be noted')
    })
}

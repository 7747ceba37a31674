import type { VisitorMessage } from '@palabre/config/contract/visitor'

/**
 * Adds what came to what is known. Messages come again after a reconnect and with each new delivery state: the id decides,
 * the newer one stands. Order is the hub's: `at`, then `id`.
 */
export function mergeMessages(known: VisitorMessage[], came: VisitorMessage[]): VisitorMessage[] {
  const byId = new Map(known.map((message) => [message.id, message]))
  for (const message of came) byId.set(message.id, message)
  return [...byId.values()].sort((a, b) => compare(a.at, b.at) || compare(a.id, b.id))
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

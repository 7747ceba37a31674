import type { SuppressionReason } from '@palabre/config/contract/suppression'
import type { Hub } from '../hub.ts'
import { canonicalAddress, markOf } from './mark.ts'
import { isRoleAddress } from './role-address.ts'
import { Suppression, type SuppressionDoc } from './suppression.model.ts'

/** A command costs about the same whatever it carries. */
const atOnce = 2000

/**
 * Which of these addresses must not be written to for a purpose (null: for none in particular, so that only what holds
 * for all counts), and why; one command for 2000 of them. The map has the addresses as they were given. What is no
 * address at all is not in it.
 */
export async function suppressedAmong(
  hub: Hub,
  channel: 'email' | 'whatsapp',
  addresses: readonly string[],
  purposeId: string | null
): Promise<Map<string, SuppressionReason>> {
  const kind = channel === 'email' ? 'email' : 'phone'
  const suppressed = new Map<string, SuppressionReason>()
  const byMark = new Map<string, string[]>()
  for (const address of new Set(addresses)) {
    const canonical = canonicalAddress(kind, address)
    if (canonical === null) continue
    if (kind === 'email' && isRoleAddress(canonical)) suppressed.set(address, 'role-address')
    const mark = markOf(hub, kind, canonical)
    byMark.set(mark, [...(byMark.get(mark) ?? []), address])
  }
  const marks = [...byMark.keys()]
  for (let i = 0; i < marks.length; i += atOnce) {
    const docs = (await Suppression.find(
      {
        mark: { $in: marks.slice(i, i + atOnce) },
        purposeId: { $in: purposeId === null ? [''] : ['', purposeId] }
      },
      { mark: 1, reason: 1, weight: 1 }
    )
      .sort({ weight: -1 })
      .lean()) as Pick<SuppressionDoc, 'mark' | 'reason'>[]
    // The weightiest comes last and stays.
    for (const { mark, reason } of docs)
      for (const address of byMark.get(mark) ?? []) suppressed.set(address, reason)
  }
  return suppressed
}

/** The same for one address: why it must not be written to, or null. */
export const isSuppressed = async (
  hub: Hub,
  channel: 'email' | 'whatsapp',
  address: string,
  purposeId: string | null
): Promise<SuppressionReason | null> =>
  (await suppressedAmong(hub, channel, [address], purposeId)).get(address) ?? null

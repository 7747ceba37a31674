import type { AudienceCount, AudienceSelection } from '@palabre/config/contract/audience'
import type { Hub } from '../hub.ts'
import { suppressedAmong } from '../suppressions/among.ts'
import { selectedBy } from './audience.ts'

const batch = 1000

/**
 * What a selection comes to, and why some of it would get nothing. Refuses `not-found` for a segment or purpose that is
 * not there. Counting is broken off after `patienceMs`; it then says that it is not exact.
 */
export async function countAudience(
  hub: Hub,
  selection: AudienceSelection,
  patienceMs = 5000
): Promise<AudienceCount> {
  const until = Date.now() + patienceMs
  const count = {
    contacts: 0,
    reachable: 0,
    withoutAddress: 0,
    withoutConsent: 0,
    suppressed: 0,
    exact: true
  }
  for await (const people of selectedBy(selection, { after: null, batch })) {
    const addresses = people.flatMap((one) => ('reached' in one ? [one.reached.address] : []))
    const suppressed = await suppressedAmong(hub, selection.channel, addresses, selection.purposeId)
    count.contacts += people.length
    count.suppressed += suppressed.size
    count.reachable += addresses.length - suppressed.size
    for (const one of people)
      if ('hindered' in one) count[one.hindered === 'address' ? 'withoutAddress' : 'withoutConsent']++
    if (Date.now() > until) return { ...count, exact: false }
  }
  return count
}

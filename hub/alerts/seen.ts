import type { Hub } from '../hub.ts'
import { may, scopeOf, type Who } from '../sessions/who.ts'
import { filtersWithin } from '../thresholds/within.ts'
import { kindsOf } from './alert.model.ts'

/** The alerts that somebody may see: those of channels, and those of thresholds that count nothing beyond the scope. */
export async function alertsSeenBy(hub: Hub, who: Who): Promise<Record<string, unknown>> {
  const parts: Record<string, unknown>[] = []
  if (may(who, 'account:read')) parts.push({ kind: { $in: kindsOf('account') } })
  if (may(who, 'board:read'))
    parts.push({ kind: { $in: kindsOf('threshold') }, ...filtersWithin(await scopeOf(hub, who), 'within') })
  return parts.length > 0 ? { $or: parts } : { kind: { $in: [] } }
}

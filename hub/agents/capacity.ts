import { defaultCapacity, type CapacityRules } from '@palabre/config/contract/routing'
import type { Catalog } from '../settings/catalog.ts'

interface Profiled {
  teamId: string | null
  capacity: CapacityRules['places'] | null
  capacityProfileId: string | null
}

/** The rules that count for an agent: own profile, else the team's, else the usual one; own places go before it. */
export function capacityOf(catalog: Catalog, agent: Profiled): CapacityRules {
  const team = agent.teamId === null ? undefined : catalog.team(agent.teamId)
  const profile =
    catalog.capacityProfile(agent.capacityProfileId) ??
    catalog.capacityProfile(team?.capacityProfileId ?? null) ??
    defaultCapacity
  return agent.capacity === null ? profile : { ...profile, places: agent.capacity }
}

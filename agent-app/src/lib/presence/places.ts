import type { Agent } from '@palabre/config/contract/agent'
import { defaultCapacity, type Capacity, type Medium } from '@palabre/config/contract/routing'
import type { CapacityProfile, Team } from '@palabre/config/contract/setting'

type Find<R> = (id: string | null | undefined) => R | undefined

/** How many of each medium an agent holds at once: own places, else those of the own profile, else of the team's. */
export const placesOf = (
  { capacity, capacityProfileId, teamId }: Pick<Agent, 'capacity' | 'capacityProfileId' | 'teamId'>,
  teamOf: Find<Pick<Team, 'capacityProfileId'>>,
  profileOf: Find<Pick<CapacityProfile, 'places'>>
): Capacity =>
  capacity ??
  (profileOf(capacityProfileId) ?? profileOf(teamOf(teamId)?.capacityProfileId) ?? defaultCapacity).places

/** Places of a medium that are taken; a thread whose customer has gone silent takes none. */
export const takenOf = ({ holds }: Pick<Agent, 'holds'>, medium: Medium): number =>
  holds.filter((hold) => hold.medium === medium && hold.parked !== 'idle').length

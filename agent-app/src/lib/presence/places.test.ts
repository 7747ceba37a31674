import { defaultCapacity } from '@palabre/config/contract/routing'
import { describe, expect, it } from 'vitest'
import { placesOf, takenOf } from './places.ts'

const teams: Record<string, { capacityProfileId: string | null }> = {
  chatters: { capacityProfileId: 'chat' },
  others: { capacityProfileId: null }
}
const profiles: Record<string, { places: { chat: number } }> = {
  chat: { places: { chat: 6 } },
  trainee: { places: { chat: 1 } }
}
const places = (capacity: { chat: number } | null, capacityProfileId: string | null, teamId: string | null) =>
  placesOf(
    { capacity, capacityProfileId, teamId },
    (id) => teams[id ?? ''],
    (id) => profiles[id ?? '']
  )

describe('places of an agent', () => {
  it('are the own ones before all others', () =>
    expect(places({ chat: 2 }, 'trainee', 'chatters')).toEqual({ chat: 2 }))
  it('are those of the own profile before those of the team', () =>
    expect(places(null, 'trainee', 'chatters')).toEqual({ chat: 1 }))
  it('are those of the team’s profile, else the usual ones', () => {
    expect(places(null, null, 'chatters')).toEqual({ chat: 6 })
    expect(places(null, null, 'others')).toEqual(defaultCapacity.places)
    expect(places(null, null, null)).toEqual(defaultCapacity.places)
  })
  it('are not taken by threads whose customer has gone silent', () => {
    const hold = (parked: 'idle' | 'due' | null) => ({
      interactionId: '',
      medium: 'chat' as const,
      since: '',
      parked
    })
    expect(takenOf({ holds: [hold(null), hold('idle'), hold('due')] }, 'chat')).toBe(2)
  })
})

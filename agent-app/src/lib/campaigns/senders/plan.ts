import type { CampaignSender } from '@palabre/config/contract/campaign'

const dayMs = 86_400_000

/** Senders count their days in UTC. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)

/** How many may leave on each of so many days, as a sender that earns its name plans it. */
export function plannedDays(
  { from, first, growth }: NonNullable<CampaignSender['warmUp']>,
  today: string,
  days: number
): { day: string; most: number }[] {
  const begun = Math.round((Date.parse(today) - Date.parse(from)) / dayMs)
  return Array.from({ length: days }, (_, n) => ({
    day: dayOf(Date.parse(today) + n * dayMs),
    most: begun + n < 0 ? 0 : Math.floor(first * growth ** (begun + n))
  }))
}

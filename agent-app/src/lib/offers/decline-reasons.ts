import type { MenuEntry } from '../ui/Menu.svelte'
import { t } from '../words.svelte.ts'

const reasons = ['busy', 'skill', 'language', 'leaving'] as const

/** Why one gives an offer back; `onask` is for a reason in one's own words. */
export const declineReasons = (ondecline: (reason: string) => void, onask: () => void): MenuEntry[] => [
  { heading: t('offer.decline-menu') },
  ...reasons.map((code) => ({
    label: t(`offer.decline-${code}`),
    run: () => ondecline(t(`offer.decline-${code}`))
  })),
  { label: t('offer.decline-other'), run: () => setTimeout(onask) }
]

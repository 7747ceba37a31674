import { session } from '../session.svelte.ts'

/** How loud the phone rings, 0…100: as other offers do. */
export const ringVolume = (): number => {
  const { offerSound = 'bell', offerVolume = 70 } = session.preferences ?? {}
  return offerSound === 'none' ? 0 : offerVolume
}

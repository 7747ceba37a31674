import type { Capacity } from '@palabre/config/contract/routing'
import { media, type Medium } from '../../media.ts'
import { format, t } from '../../words.svelte.ts'

const allMedia = Object.keys(media) as Medium[]

/** Places of every medium; what is not offered is 0. */
export const everyPlace = (places: Capacity): Record<Medium, number> =>
  Object.fromEntries(allMedia.map((medium) => [medium, places[medium] ?? 0])) as Record<Medium, number>

/** "Chat 4, Email 5", in one line; what is not offered is left out. */
export function sayPlaces(places: Capacity): string {
  const said = allMedia
    .filter((medium) => places[medium])
    .map((medium) => t('adminQueue.place-of', { medium: t(media[medium].label), count: places[medium] }))
  return said.length ? format.list(said, 'unit') : t('adminQueue.no-places')
}

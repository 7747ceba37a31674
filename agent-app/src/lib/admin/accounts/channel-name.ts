import { media, type Medium } from '../../media.ts'
import { t, words } from '../../words.svelte.ts'
import { channels } from '../records/stores.ts'

/** A channel as it calls itself; else by its medium's word, with its own name where a medium has several channels. */
export function sayChannel(name: string, medium: string): string {
  const title = channels.byId(name)?.setup?.title[words.locale]
  if (title) return title
  const word = t(media[medium as Medium].label)
  return name === medium ? word : `${word} · ${name}`
}

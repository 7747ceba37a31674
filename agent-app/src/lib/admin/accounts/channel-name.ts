import { media, type Medium } from '../../media.ts'
import { t } from '../../words.svelte.ts'

/** A channel by its medium's word, with its own name where a medium has several channels. */
export function sayChannel(name: string, medium: string): string {
  const word = t(media[medium as Medium].label)
  return name === medium ? word : `${word} · ${name}`
}

import { useNames } from '../audit/names.svelte.ts'
import { format, words } from '../../words.svelte.ts'
import type { Saying } from './say-rules.ts'

/** How rules are said to the reader of the moment; names are kept at hand while the component lives that calls this. */
export function useSaying(): () => Saying {
  const nameOf = useNames()
  return () => ({ locale: words.locale, nameOf, spell: format.spell })
}

import type { ChannelAccount } from '@palabre/config/contract/account'
import type { Tone } from '../../toasts.svelte.ts'
import type { WordKey } from '../../words.svelte.ts'

/** How an account fares, as tone and word; a pause is somebody's wish and no fault. */
export function healthOf({ paused, archived, health }: ChannelAccount): { tone: Tone; word: WordKey } {
  if (archived) return { tone: 'neutral', word: 'admin.archived' }
  if (paused) return { tone: 'neutral', word: 'admin.health-paused' }
  const tones = { up: 'ok', down: 'danger', refused: 'danger', unknown: 'warn' } as const
  return { tone: tones[health.state], word: `admin.health-${health.state}` }
}

/** An administrator should look at it. */
export const needsCare = ({ archived, paused, health }: ChannelAccount): boolean =>
  !archived && !paused && (health.state === 'down' || health.state === 'refused' || health.failures > 0)

import type { ChannelAccount, ChannelHealth } from '@palabre/config/contract/account'
import type { Tone } from '../../toasts.svelte.ts'
import type { WordKey } from '../../words.svelte.ts'

/** How an account fares, as tone and word. Only credentials that are not taken are red; a pause is somebody's wish. */
export function healthOf({ paused, archived, setupStep, health }: ChannelAccount): {
  tone: Tone
  word: WordKey
} {
  if (archived) return { tone: 'neutral', word: 'admin.archived' }
  if (setupStep !== null) return { tone: 'warn', word: 'adminChannel.unfinished' }
  if (paused) return { tone: 'neutral', word: 'admin.health-paused' }
  const tones = { up: 'ok', down: 'warn', refused: 'danger', unknown: 'neutral' } as const
  return { tone: tones[health.state], word: `admin.health-${health.state}` }
}

/** An administrator should look at it. */
export const needsCare = ({ archived, paused, health }: ChannelAccount): boolean =>
  !archived && !paused && (health.state === 'down' || health.state === 'refused' || health.failures > 0)

const slotMs = 300_000
const hourMs = 3_600_000
const dayMs = 86_400_000

/** Sends and failures of the hour before `now`: what is older sinks out of the figures by itself. */
export function lastHour({ slots }: ChannelHealth, now: number): { sends: number; failures: number } {
  const recent = slots.filter(({ from }) => new Date(from).getTime() + slotMs > now - hourMs)
  return {
    sends: recent.reduce((sum, { sent }) => sum + sent, 0),
    failures: recent.reduce((sum, { failed }) => sum + failed, 0)
  }
}

/** How long credentials last: whole days, negative when they have ended. Amber in the last two weeks, then red. */
export function expiryOf(expiresAt: string, now: number): { days: number; tone: Tone } {
  const days = Math.floor((new Date(expiresAt).getTime() - now) / dayMs)
  return { days, tone: days < 3 ? 'danger' : days < 14 ? 'warn' : 'neutral' }
}

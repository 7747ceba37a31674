import type { Call } from '@palabre/config/contract/call'
import { format, t } from '../words.svelte.ts'
import { missOf } from './outcome.ts'

/** How long a call was talked and who ended it, or what it does now, in the reader's language. `now` in ms. */
export function sayCall(call: Call, now: number): string {
  const { state, talkingSince, endedAt, endedBy, direction } = call
  const talked = talkingSince
    ? t('call.card-talked', {
        time: format.duration((endedAt ? Date.parse(endedAt) : now) - Date.parse(talkingSince))
      })
    : null
  if (state !== 'ended') return talked ?? t(`call.card-state-${state === 'talking' ? 'ringing' : state}`)
  const miss = missOf(call)
  if (miss) return t(`call.outcome-${miss}`)
  const held = call.facts?.holdSeconds
    ? t('call.card-held', { time: format.duration(call.facts.holdSeconds * 1000) })
    : null
  const by = endedBy && talked ? t(`call.card-ended-${endedBy}`) : null
  return [talked ?? t(direction === 'in' ? 'call.card-not-answered' : 'call.card-not-reached'), held, by]
    .filter(Boolean)
    .join(' · ')
}

import type { PresenceState } from '@palabre/config/contract/agent'
import type { Interval, Span } from './traffic.ts'

/** A change of status, as the facts tell it; `from` is not told by all. */
export interface Turn {
  at: number
  state: PresenceState
  from: PresenceState | null
}

/** The states of one agent over a period, from the changes within it and the state that was there before them. */
export function spansOf(turns: readonly Turn[], before: PresenceState, { from, to }: Interval): Span[] {
  const spans: Span[] = []
  let state = before
  let since = from
  for (const turn of turns) {
    if (turn.at > since) spans.push({ state, from: since, to: turn.at })
    state = turn.state
    since = turn.at
  }
  if (to > since) spans.push({ state, from: since, to })
  return spans
}

/** When they were ready. */
export const readyIn = (spans: readonly Span[]): Interval[] =>
  spans.filter(({ state }) => state === 'ready').map(({ from, to }) => ({ from, to }))

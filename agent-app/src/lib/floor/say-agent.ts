import type { Agent } from '@palabre/config/contract/agent'
import { pauseReasons } from '../admin/records/stores.ts'
import type { Tone } from '../toasts.svelte.ts'
import { t } from '../words.svelte.ts'
import { stateOf, type AgentState } from './agent-lines.ts'

export const toneOf: Record<AgentState, Tone> = {
  ready: 'ok',
  busy: 'info',
  paused: 'warn',
  'no-answer': 'danger',
  offline: 'neutral'
}

/** The state in words, a pause by its reason. */
export const sayState = (agent: Pick<Agent, 'presence' | 'holds'>): string => {
  const state = stateOf(agent)
  return (
    (state === 'paused' && pauseReasons.byId(agent.presence.pauseReasonId)?.name) || t(`floor.state-${state}`)
  )
}

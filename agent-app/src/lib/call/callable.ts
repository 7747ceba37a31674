import type { Call } from '@palabre/config/contract/call'
import { directory } from '../inbox/directory.svelte.ts'
import type { Choice } from '../interactions/ChoiceList.svelte'
import { session } from '../session.svelte.ts'
import { format, t } from '../words.svelte.ts'

const rank = { ready: 0, paused: 1, 'no-answer': 2, offline: 3 }

/** Colleagues whose phone could be called into a call: nobody who is offline, on the phone or in it already. */
export const callable = ({ parties }: Call): Choice[] =>
  directory.agents
    .filter(({ id }) => id !== session.me?.agent?.id)
    .toSorted((a, b) => rank[a.presence.state] - rank[b.presence.state] || format.compare(a.name, b.name))
    .map(({ id, name, presence, holds }) => {
      const isIn = parties.some((party) => party.agentId === id && party.state !== 'ended')
      const isTalking = holds.some(({ medium }) => medium === 'voice' || medium === 'callback')
      const state = t(`app.presence-${presence.state}`)
      const why = isIn ? t('call.invite-in-it') : isTalking ? t('call.invite-on-phone') : null
      return {
        value: id,
        label: name,
        detail: why ? `${state} · ${why}` : state,
        disabled: why !== null || presence.state === 'offline'
      }
    })

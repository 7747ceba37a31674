import type { Agent } from '@palabre/config/contract/agent'
import { capacityProfiles, teams } from '../admin/records/stores.ts'
import { directory } from '../inbox/directory.svelte.ts'
import type { Medium } from '../media.ts'
import { placesOf, takenOf } from '../presence/places.ts'
import { session } from '../session.svelte.ts'
import { format, t } from '../words.svelte.ts'
import type { Choice } from './ChoiceList.svelte'

const rank = { ready: 0, paused: 1, 'no-answer': 2, offline: 3 }

/** Keeps agents and their places true while the component that calls this lives. */
export function useColleagues(): void {
  $effect(() => directory.watchAgents())
  teams.use()
  capacityProfiles.use()
}

/** Agents but oneself, who is there first. */
const others = (): Agent[] =>
  directory.agents
    .filter(({ id }) => id !== session.me?.agent?.id)
    .toSorted((a, b) => rank[a.presence.state] - rank[b.presence.state] || format.compare(a.name, b.name))

/** Whom to give something to: nobody who is offline, or has no place left for the medium. */
export const takers = (medium: Medium): Choice[] =>
  others().map((agent) => {
    const room = placesOf(agent, teams.byId, capacityProfiles.byId)[medium] ?? 0
    const used = takenOf(agent, medium)
    const hands = used >= room ? t('inbox.agent-full') : t('inbox.agent-room', { used, room })
    return {
      value: agent.id,
      label: agent.name,
      detail: `${t(`app.presence-${agent.presence.state}`)} · ${hands}`,
      disabled: agent.presence.state === 'offline' || used >= room
    }
  })

/** Whom to ask: nobody who is offline or asked already. */
export const askable = (askedIds: readonly string[]): Choice[] =>
  others().map(({ id, name, presence }) => {
    const asked = askedIds.includes(id)
    const state = t(`app.presence-${presence.state}`)
    return {
      value: id,
      label: name,
      detail: asked ? `${state} · ${t('routing.consult-asked-already')}` : state,
      disabled: asked || presence.state === 'offline'
    }
  })

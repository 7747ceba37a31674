import type { FloorMessage } from '@palabre/config/contract/floor-message'
import { agents, teams } from '../admin/records/stores.ts'
import { directory } from '../inbox/directory.svelte.ts'
import { format, t } from '../words.svelte.ts'

export const agentName = (id: string): string => agents.byId(id)?.name ?? directory.agent(id)?.name ?? '…'

/** Whom it was written to, as far as the reader may know. */
export function sayAudience({ audience, seenAs }: FloorMessage): string {
  if (!audience) return t('floor.help-message')
  if (audience.kind === 'floor') return t('floor.to-everybody')
  if (seenAs === 'self') return t(audience.kind === 'teams' ? 'floor.to-your-team' : 'floor.to-you')
  if (audience.kind === 'teams')
    return t('floor.to-some-teams', {
      names: format.list(audience.ids.map((id) => teams.byId(id)?.name ?? '…'))
    })
  const [only, ...others] = audience.ids
  return only && others.length === 0
    ? t('floor.to-one', { name: agentName(only) })
    : t('floor.to-many', { count: audience.count })
}

/** Where help stands, in a few words. */
export function sayHelp({ help }: FloorMessage, ownId: string | undefined): string {
  if (!help) return ''
  if (help.end) return t(`floor.help-${help.end}`)
  if (!help.takenBy) return t('floor.help-waits')
  return help.takenBy.userId === ownId
    ? t('floor.help-taken-you')
    : t('floor.help-taken', { name: help.takenBy.name })
}

/** How many of those that were written to have seen it; one alone has, or has not. */
export const saySeen = ({ seen, addressed }: FloorMessage): string =>
  addressed === 1 ? t(seen ? 'floor.seen-one' : 'floor.not-seen-one') : t('floor.seen', { seen, addressed })

/** The one agent that it is with, when it is with one only. */
export const onlyAgentOf = ({ audience, help, sides, addressed }: FloorMessage): string | undefined =>
  help?.agentId ??
  (addressed === 1 ? (audience?.kind === 'agents' ? audience.ids[0] : sides[0]?.agentId) : undefined)

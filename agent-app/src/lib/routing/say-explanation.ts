import type { Reason, Requirement } from '@palabre/config/contract/routing'
import { directory } from '../inbox/directory.svelte.ts'
import { media, type Medium } from '../media.ts'
import { sayReason } from '../offers/say-reason.ts'
import { format, t, type WordKey } from '../words.svelte.ts'

type Figures = Reason['figures']

const nameOf = (id: unknown) => directory.agent(id)?.name ?? t('conversation.somebody')
const mediumOf = (name: unknown) => {
  const medium = media[name as Medium]
  return medium ? t(medium.label).toLocaleLowerCase() : String(name)
}
const left = (until: unknown, now: number) => format.duration(Date.parse(String(until)) - now)

/** Why it waits (or does not), in one sentence; `now` in ms. */
export function sayWhy(reason: Reason, now: number): string {
  const { code, figures } = reason
  switch (code) {
    case 'held':
      return t('routing.because-held', {
        name: nameOf(figures['agentId']),
        time: left(figures['until'], now)
      })
    case 'offered':
      return t('routing.because-offered', { name: nameOf(figures['agentId']) })
    case 'nobody-skilled':
      return t('routing.because-nobody-skilled', { lacking: Number(figures['lacking'] ?? 0) })
    case 'nobody-there':
      return t('routing.because-nobody-there', { away: Number(figures['away'] ?? 0) })
    case 'all-busy':
      return t('routing.because-all-busy', {
        busy: Number(figures['busy'] ?? 0),
        away: Number(figures['away'] ?? 0)
      })
    case 'others-first':
      return t('routing.because-others-first', { agents: Number(figures['agents'] ?? 0) })
    case 'nobody-works-here':
      return t('routing.nearest-none')
    case 'about-to-be-offered':
    case 'is-active':
    case 'is-wrapup':
    case 'is-closed':
      return t(`routing.because-${code}`)
    default:
      return sayReason(reason, 'agent')
  }
}

/** What stands between one agent and a contact that waits. */
export function sayStanding({ code, figures }: Reason): string {
  switch (code) {
    case 'lacks-skill':
      return t('routing.agent-lacks-skill', {
        skill: directory.skillName(figures['skillId']),
        needed: Number(figures['needed'] ?? 1),
        has: Number(figures['has'] ?? 0)
      })
    case 'away':
      return t(`app.presence-${figures['state'] as 'paused' | 'no-answer' | 'offline'}`)
    case 'busy-with':
      return t('routing.agent-busy-with', { medium: mediumOf(figures['medium']) })
    case 'at-capacity':
      return t('routing.agent-at-capacity', {
        medium: mediumOf(figures['medium']),
        places: Number(figures['places'] ?? 0)
      })
    case 'free':
    case 'forbidden':
    case 'held-for-other':
    case 'not-named':
    case 'lacks-rule':
    case 'declined':
      return t(`routing.agent-${code}`)
    default:
      return t('reason.other', { code })
  }
}

function sayRelaxation(figures: Figures): string {
  const parts: [string, WordKey, string][] = [
    ['lowerLevelsBy', 'routing.relax-lower', 'levels'],
    ['dropped', 'routing.relax-drop', 'count'],
    ['queues', 'routing.relax-queues', 'count'],
    ['teams', 'routing.relax-teams', 'count']
  ]
  const said = parts.flatMap(([figure, key, value]) => {
    const count = Number(figures[figure] ?? 0)
    return count > 0 ? [t(key, { [value]: count })] : []
  })
  return said.length ? format.list(said) : t('routing.relax-nothing')
}

function sayOverflow(figures: Figures): string {
  if (figures['action'] === 'queue')
    return t('routing.next-overflow-queue', { queue: directory.queueName(figures['queueId']) })
  return figures['action'] === 'suggest'
    ? t(`routing.next-overflow-${figures['what'] as 'callback' | 'voicemail' | 'form'}`)
    : t('routing.next-overflow-message')
}

/** What happens next to a contact that waits. */
export function sayNext({ code, figures }: Reason): string {
  switch (code) {
    case 'relaxes':
      return t('routing.next-relaxes', { step: figures['step'], what: sayRelaxation(figures) })
    case 'urgency':
      return t('routing.next-urgency', { points: figures['points'] })
    case 'overflows':
      return sayOverflow(figures)
    case 'place-free':
    case 'comes-back':
      return t(`routing.next-${code}`, { agents: Number(figures['agents'] ?? 1) })
    case 'anyone':
    case 'held-ends':
    case 'target-broken':
    case 'window-shuts':
      return t(`routing.next-${code}`)
    default:
      return t('reason.other', { code })
  }
}

/** What a contact asks of an agent: "Cards 3, one of: A or B". */
export function sayRequirement(required: Requirement): string {
  if ('skillId' in required) {
    const skill = directory.skillName(required.skillId)
    const { level, upTo } = required
    return upTo === undefined || upTo === 5
      ? t('routing.skill-at', { skill, level })
      : t('routing.skill-range', { skill, level, upTo })
  }
  if ('agentIds' in required)
    return t('routing.one-of', { names: format.list(required.agentIds.map(nameOf), 'disjunction') })
  if ('all' in required) return format.list(required.all.map(sayRequirement))
  if ('any' in required)
    return t('routing.any-of', { parts: format.list(required.any.map(sayRequirement), 'disjunction') })
  return t('routing.not', { part: sayRequirement(required.not) })
}

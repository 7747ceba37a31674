import type { Reason } from '@palabre/config/contract/routing'
import { directory } from '../inbox/directory.svelte.ts'
import { format, t } from '../words.svelte.ts'

/**
 * One reason of routing in the reader's language.
 * @param who the reader is the agent it is about, or reads about an agent
 */
export function sayReason({ code, figures }: Reason, who: 'you' | 'agent' = 'you'): string {
  const name = () => directory.agent(figures['agentId'])?.name ?? t('conversation.somebody')
  switch (code) {
    case 'waited':
      return t('reason.waited', { time: format.spell(Number(figures['seconds'] ?? 0) * 1000) })
    case 'skill':
      return t('reason.skill', {
        who,
        skill: directory.skillName(figures['skillId']),
        has: figures['has'],
        needed: figures['needed']
      })
    case 'named':
    case 'rule':
    case 'sticky':
    case 'preferred':
      return t(`reason.${code}`, { who })
    case 'sticky-gone':
    case 'passed-over':
      return t(`reason.${code}`, { name: name() })
    case 'relaxed':
      return t('reason.relaxed', { step: figures['step'], steps: figures['steps'] })
    case 'anyone':
      return t('reason.anyone')
    case 'longest-idle':
    case 'least-loaded':
    case 'best-skilled':
    case 'fair-share': {
      const among = Number(figures['among'] ?? 1)
      return among > 1
        ? t(`reason.${code}`, { among, handled: Number(figures['handled'] ?? 0) })
        : t('reason.only-one', { who })
    }
    case 'others-busy':
    case 'others-away':
      return t(`reason.${code}`, { agents: Number(figures['agents'] ?? 1) })
    case 'assigned':
    case 'transferred':
      return t(`reason.${code}`, { by: figures['by'] ?? t('conversation.somebody') })
    default:
      return t('reason.other', { code })
  }
}

import type { Reason } from '@palabre/config/contract/routing'
import { directory } from '../inbox/directory.svelte.ts'
import { format, t } from '../words.svelte.ts'

/** One reason of routing in the reader's language. */
export function sayReason({ code, figures }: Reason): string {
  switch (code) {
    case 'waited':
      return t('reason.waited', { time: format.spell(Number(figures['seconds'] ?? 0) * 1000) })
    case 'skill':
      return t('reason.skill', {
        skill: directory.skillName(figures['skillId']),
        has: figures['has'],
        needed: figures['needed']
      })
    case 'sticky':
      return t('reason.sticky')
    case 'longest-idle':
    case 'least-loaded':
    case 'best-skilled':
      return t(`reason.${code}`, { among: Number(figures['among'] ?? 1) })
    case 'passed-over':
      return t('reason.passed-over', { agents: Number(figures['agents'] ?? 1) })
    case 'assigned':
    case 'transferred':
      return t(`reason.${code}`, { by: figures['by'] ?? t('conversation.somebody') })
    default:
      return t('reason.other', { code })
  }
}

import { dialRefusals } from '@palabre/config/contract/call'
import { explain, Refusal } from '../call.ts'
import { t } from '../words.svelte.ts'

/** What is wrong, at the field that it is about; `general` where it is about none. */
export interface Faults {
  number?: string
  queue?: string
  when?: string
  whose?: string
  general?: string
}

const fieldOf = (refusal: Refusal, ...paths: string[]): boolean =>
  paths.some((path) => refusal.detail === path || refusal.fields.some((field) => field.path.endsWith(path)))

/** What the hub refused, as a sentence at its field. */
export function faultsOf(error: unknown): Faults {
  if (!(error instanceof Refusal)) return { general: explain(error) }
  switch (error.name) {
    case 'slot-taken':
      return { when: t('callbacks.slot-taken') }
    case 'already-asked':
      return { number: t('callbacks.already-asked') }
    case 'not-deliverable': {
      const rule = dialRefusals.find((name) => name === error.detail)
      if (rule === 'no-line') return { queue: t('callbacks.no-line') }
      return { number: rule ? t(`call.dial-refused-${rule}`) : explain(error) }
    }
    case 'invalid-input':
      if (fieldOf(error, 'number', 'not-a-number')) return { number: t('callbacks.number-wrong') }
      if (fieldOf(error, 'at', 'slot')) return { when: t('callbacks.moment-past') }
      return { general: explain(error) }
    case 'unknown-reference':
      if (fieldOf(error, 'queueId')) return { queue: explain(error) }
      if (fieldOf(error, 'agentId')) return { whose: explain(error) }
      return { general: explain(error) }
    case 'too-late':
      return { general: t('callbacks.too-late') }
    case 'changed-meanwhile':
    case 'wrong-state':
      return { general: t('callbacks.gone') }
    default:
      return { general: explain(error) }
  }
}

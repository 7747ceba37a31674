import type { OverflowRule, Relaxation } from '@palabre/config/contract/routing'
import type { Values } from '@palabre/config/i18n/catalogue'
import type { WordKey } from '../../words.svelte.ts'
import type { FieldsOf } from '../records/stores.ts'
import { faultsIn } from './requirement-tree.ts'

export interface QueueFault {
  path: string
  word: WordKey
  values?: Values
}

const day = 86_400
const week = 7 * day

/** An input that was emptied holds null. */
function outside(path: string, value: number | null, most: number): QueueFault[] {
  if (value === null) return [{ path, word: 'admin.error-needed' }]
  if (value < 1) return [{ path, word: 'admin.error-minimum', values: { limit: 1 } }]
  return value > most ? [{ path, word: 'admin.error-maximum', values: { limit: most } }] : []
}

/** Steps that come before the one above them, or give way in nothing; an end that comes before the last step. */
export function relaxationFaults({ steps, ending }: Relaxation): QueueFault[] {
  const found: QueueFault[] = []
  for (const [n, step] of steps.entries()) {
    const path = `relaxation/steps/${n}`
    const before = steps[n - 1]?.afterSeconds
    if (before !== undefined && step.afterSeconds !== null && step.afterSeconds <= before)
      found.push({ path: `${path}/afterSeconds`, word: 'adminQueue.fault-step-order' })
    const gives =
      step.lowerLevelsBy + step.dropSkillIds.length + step.addQueueIds.length + step.addTeamIds.length
    if (!gives) found.push({ path, word: 'adminQueue.fault-step-empty' })
  }
  if (ending.rule === 'never') return found
  const path = 'relaxation/ending/afterSeconds'
  const wrong = outside(path, ending.afterSeconds, week)
  const last = steps.at(-1)?.afterSeconds ?? 0
  if (!wrong.length && ending.afterSeconds <= last)
    wrong.push({ path, word: 'adminQueue.fault-ending-order' })
  return [...found, ...wrong]
}

export function overflowFaults(rules: readonly OverflowRule[], queueId: string | null): QueueFault[] {
  return rules.flatMap(({ when, then }, n): QueueFault[] => {
    const found =
      when.kind === 'length'
        ? outside(`overflow/${n}/when`, when.over, 10_000)
        : 'seconds' in when
          ? outside(`overflow/${n}/when`, when.seconds, when.kind === 'waited' ? week : day)
          : []
    const path = `overflow/${n}/then`
    if (then.kind === 'queue' && !then.queueId) found.push({ path, word: 'adminQueue.fault-queue' })
    else if (then.kind === 'queue' && then.queueId === queueId)
      found.push({ path, word: 'adminQueue.fault-self' })
    else if (then.kind === 'message')
      for (const locale of ['en', 'fr'] as const)
        if (!then.text[locale].trim())
          found.push({ path: `${path}/${locale}`, word: 'adminQueue.fault-message' })
    return found
  })
}

/** What is wrong in fields that may have one of several forms; a schema complains about each of the forms. */
export const queueFaults = (
  { requirements, relaxation, overflow }: Pick<FieldsOf<'queue'>, 'requirements' | 'relaxation' | 'overflow'>,
  queueId: string | null
): QueueFault[] => [
  ...faultsIn(requirements).map(({ path, fault }): QueueFault => ({
    path: `requirements/${path}`,
    word: `adminQueue.fault-${fault}`
  })),
  ...relaxationFaults(relaxation),
  ...overflowFaults(overflow, queueId)
]

import type { ReplayChange } from '@palabre/config/contract/routing'
import type { Queue } from '@palabre/config/contract/setting'
import { differences } from '../records/differences.ts'

/** The change as the form holds it; fields may be empty while somebody types. */
export interface Draft {
  without: string[]
  more: { likeAgentId: string; count: number | null }[]
  skills: { agentId: string; levels: { skillId: string; level: number }[] }[]
  queues: QueueDraft[]
}

/** The rules of a queue that may be others. */
type Rules = Pick<Queue, 'requirements' | 'relaxation' | 'targets' | 'agentChoice' | 'order' | 'priority'>
type Known = Rules & Pick<Queue, 'id'>

export interface QueueDraft {
  queueId: string
  rules: Omit<Rules, 'priority'> & { priority: number | null }
}

export const emptyDraft = (): Draft => ({ without: [], more: [], skills: [], queues: [] })

const rulesOf = ({ requirements, relaxation, targets, agentChoice, order, priority }: Rules): Rules => ({
  requirements,
  relaxation,
  targets,
  agentChoice,
  order,
  priority
})

/** A queue as it is now, to be changed. */
export const queueDraftOf = (queue: Known): QueueDraft => ({
  queueId: queue.id,
  rules: structuredClone(rulesOf(queue))
})

/** Which rules are not as they are now. */
export const changedRules = ({ rules }: QueueDraft, queue: Rules): (keyof Rules)[] =>
  Object.keys(differences<object>(rulesOf(queue), rules)) as (keyof Rules)[]

/** What the hub is asked: only what is different from now, and nothing that is left empty. */
export function changeOf({ without, more, skills, queues }: Draft, known: readonly Known[]): ReplayChange {
  const rules = queues.flatMap((draft) => {
    const queue = known.find(({ id }) => id === draft.queueId)
    const different = queue ? differencesOf(draft, queue) : {}
    return Object.keys(different).length ? [[draft.queueId, different] as const] : []
  })
  const counted = more.flatMap(({ likeAgentId, count }) => (count ? [{ likeAgentId, count }] : []))
  return {
    ...(rules.length && { queues: Object.fromEntries(rules) }),
    ...(skills.length && {
      skills: Object.fromEntries(skills.map(({ agentId, levels }) => [agentId, levels]))
    }),
    ...(without.length && { without }),
    ...(counted.length && { more: counted })
  }
}

function differencesOf({ rules }: QueueDraft, queue: Rules): NonNullable<ReplayChange['queues']>[string] {
  const { priority, ...rest } = differences<QueueDraft['rules']>(rulesOf(queue), rules)
  return { ...rest, ...(typeof priority === 'number' && { priority }) }
}

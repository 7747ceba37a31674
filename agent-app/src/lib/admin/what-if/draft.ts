import type { AgentChoice, Order, ReplayChange } from '@palabre/config/contract/routing'
import type { Queue } from '@palabre/config/contract/setting'

/** The change as the form holds it; fields may be empty while somebody types. */
export interface Draft {
  without: string[]
  more: { likeAgentId: string; count: number | null }[]
  skills: { agentId: string; levels: { skillId: string; level: number }[] }[]
  queues: QueueDraft[]
}

export interface QueueDraft {
  queueId: string
  agentChoice: AgentChoice
  order: Order
  priority: number | null
  ending: 'never' | 'anyone'
  endingSeconds: number | null
}

export const emptyDraft = (): Draft => ({ without: [], more: [], skills: [], queues: [] })

type Rules = Pick<Queue, 'id' | 'agentChoice' | 'order' | 'priority' | 'relaxation'>

/** Where nothing was said: long enough that those with the skills had their time. */
const usualEndingSeconds = 300

/** A queue as it is now, to be changed. */
export const queueDraftOf = ({ id, agentChoice, order, priority, relaxation }: Rules): QueueDraft => ({
  queueId: id,
  agentChoice,
  order,
  priority,
  ending: relaxation.ending.rule,
  endingSeconds: relaxation.ending.rule === 'anyone' ? relaxation.ending.afterSeconds : usualEndingSeconds
})

/** What the hub is asked: only what is different from now, and nothing that is left empty. */
export function changeOf({ without, more, skills, queues }: Draft, known: readonly Rules[]): ReplayChange {
  const rules = queues.flatMap((draft) => {
    const queue = known.find(({ id }) => id === draft.queueId)
    const different = queue ? differences(draft, queue) : {}
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

function differences(draft: QueueDraft, queue: Rules): NonNullable<ReplayChange['queues']>[string] {
  const { agentChoice, order, priority } = draft
  const before = queueDraftOf(queue)
  const endsOtherwise =
    draft.ending !== before.ending ||
    (draft.ending === 'anyone' && draft.endingSeconds !== before.endingSeconds)
  return {
    ...(agentChoice !== queue.agentChoice && { agentChoice }),
    ...(order !== queue.order && { order }),
    ...(priority !== null && priority !== queue.priority && { priority }),
    ...(endsOtherwise && {
      relaxation: {
        steps: queue.relaxation.steps,
        ending:
          draft.ending === 'never'
            ? { rule: 'never' as const }
            : { rule: 'anyone' as const, afterSeconds: draft.endingSeconds || usualEndingSeconds }
      }
    })
  }
}

import { describe, expect, it } from 'vitest'
import { changeOf, changedRules, emptyDraft, queueDraftOf, type QueueDraft } from './draft.ts'

const step = { afterSeconds: 60, lowerLevelsBy: 1, dropSkillIds: [], addQueueIds: [], addTeamIds: [] }
const queue = {
  id: 'q',
  requirements: [{ skillId: 's', level: 3 }],
  targets: [{ medium: 'chat' as const, seconds: 60 }],
  agentChoice: 'longest-idle' as const,
  order: 'first-in' as const,
  priority: 5,
  relaxation: { steps: [step], ending: { rule: 'never' as const } }
}
const draftWith = (rules: Partial<QueueDraft['rules']>): QueueDraft => {
  const draft = queueDraftOf(queue)
  return { ...draft, rules: { ...draft.rules, ...rules } }
}

describe('the change that is asked for', () => {
  it('is nothing when nothing is different', () => {
    expect(changeOf(emptyDraft(), [queue])).toEqual({})
    expect(changeOf({ ...emptyDraft(), queues: [queueDraftOf(queue)] }, [queue])).toEqual({})
    expect(changedRules(queueDraftOf(queue), queue)).toEqual([])
  })

  it('names only what is different', () => {
    const ending = { rule: 'anyone' as const, afterSeconds: 90 }
    const draft = draftWith({ priority: 9, relaxation: { steps: [step], ending } })
    expect(changeOf({ ...emptyDraft(), queues: [draft] }, [queue])).toEqual({
      queues: { q: { priority: 9, relaxation: { steps: [step], ending } } }
    })
    expect(changedRules(draft, queue)).toEqual(['relaxation', 'priority'])
  })

  it('names requirements, targets and steps that are others, also when there are none left', () => {
    const later = { ...step, afterSeconds: 300 }
    const rules = {
      requirements: [],
      targets: [{ medium: 'chat' as const, seconds: 20 }],
      relaxation: { steps: [step, later], ending: { rule: 'never' as const } }
    }
    expect(changeOf({ ...emptyDraft(), queues: [draftWith(rules)] }, [queue])).toEqual({
      queues: { q: rules }
    })
  })

  it('leaves a queue as it is while its draft is written in', () => {
    const draft = queueDraftOf(queue)
    draft.rules.targets[0]!.seconds = 5
    draft.rules.relaxation.steps.pop()
    expect(queue.targets[0]!.seconds).toBe(60)
    expect(queue.relaxation.steps).toHaveLength(1)
  })

  it('leaves out what is empty while somebody types', () => {
    const draft = {
      ...emptyDraft(),
      more: [
        { likeAgentId: 'a', count: null },
        { likeAgentId: 'b', count: 2 }
      ],
      skills: [{ agentId: 'a', levels: [] }],
      queues: [draftWith({ priority: null })]
    }
    expect(changeOf(draft, [queue])).toEqual({
      more: [{ likeAgentId: 'b', count: 2 }],
      skills: { a: [] }
    })
  })
})

import { describe, expect, it } from 'vitest'
import { changeOf, emptyDraft, queueDraftOf } from './draft.ts'

const step = { afterSeconds: 60, lowerLevelsBy: 1, dropSkillIds: [], addQueueIds: [], addTeamIds: [] }
const queue = {
  id: 'q',
  agentChoice: 'longest-idle' as const,
  order: 'first-in' as const,
  priority: 5,
  relaxation: { steps: [step], ending: { rule: 'never' as const } }
}

describe('the change that is asked for', () => {
  it('is nothing when nothing is different', () => {
    expect(changeOf(emptyDraft(), [queue])).toEqual({})
    expect(changeOf({ ...emptyDraft(), queues: [queueDraftOf(queue)] }, [queue])).toEqual({})
  })

  it('names only what is different, and keeps the steps of a queue', () => {
    const draft = { ...queueDraftOf(queue), priority: 9, ending: 'anyone' as const, endingSeconds: 90 }
    expect(changeOf({ ...emptyDraft(), queues: [draft] }, [queue])).toEqual({
      queues: {
        q: { priority: 9, relaxation: { steps: [step], ending: { rule: 'anyone', afterSeconds: 90 } } }
      }
    })
  })

  it('leaves out what is empty while somebody types', () => {
    const draft = {
      ...emptyDraft(),
      more: [
        { likeAgentId: 'a', count: null },
        { likeAgentId: 'b', count: 2 }
      ],
      skills: [{ agentId: 'a', levels: [] }],
      queues: [{ ...queueDraftOf(queue), priority: null }]
    }
    expect(changeOf(draft, [queue])).toEqual({
      more: [{ likeAgentId: 'b', count: 2 }],
      skills: { a: [] }
    })
  })
})

import type { OverflowRule, RelaxationStep } from '@palabre/config/contract/routing'
import { describe, expect, it } from 'vitest'
import { overflowFaults, relaxationFaults } from './queue-faults.ts'

const step = (afterSeconds: number, change: Partial<RelaxationStep> = {}): RelaxationStep => ({
  afterSeconds,
  lowerLevelsBy: 1,
  dropSkillIds: [],
  addQueueIds: [],
  addTeamIds: [],
  ...change
})
const paths = (faults: { path: string }[]) => faults.map(({ path }) => path)

describe('what is wrong with the rules of a queue', () => {
  it('wants each step later than the one before, and something to give way in it', () =>
    expect(
      paths(
        relaxationFaults({
          steps: [step(60), step(60), step(90, { lowerLevelsBy: 0 })],
          ending: { rule: 'never' }
        })
      )
    ).toEqual(['relaxation/steps/1/afterSeconds', 'relaxation/steps/2']))
  it('wants the end after the last step', () => {
    const ending = (afterSeconds: number) =>
      paths(relaxationFaults({ steps: [step(60)], ending: { rule: 'anyone', afterSeconds } }))
    expect([ending(60), ending(61)]).toEqual([['relaxation/ending/afterSeconds'], []])
  })
  it('wants overflow to lead somewhere else, and messages in both languages', () => {
    const rule = (then: OverflowRule['then']): OverflowRule => ({ media: [], when: { kind: 'closed' }, then })
    expect(
      paths(
        overflowFaults(
          [
            rule({ kind: 'queue', queueId: '' }),
            rule({ kind: 'queue', queueId: 'own' }),
            rule({ kind: 'queue', queueId: 'other' }),
            rule({ kind: 'message', text: { en: 'Hello', fr: ' ' } })
          ],
          'own'
        )
      )
    ).toEqual(['overflow/0/then', 'overflow/1/then', 'overflow/3/then/fr'])
  })
})

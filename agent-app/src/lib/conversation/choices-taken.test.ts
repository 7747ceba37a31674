import type { Message } from '@palabre/config/contract/message'
import { describe, expect, it } from 'vitest'
import { choicesTaken } from './choices-taken.ts'

const message = (id: string, change: Partial<Message>) => ({ id, kind: 'in', text: '', ...change }) as Message
const offer = message('offer', {
  kind: 'out',
  choices: { as: 'buttons', options: [{ title: 'Yes' }, { title: 'No' }] }
})

describe('choices that were taken', () => {
  it('are told by the message that they answer, the last one counting', () => {
    const { titles, answers } = choicesTaken([
      offer,
      message('a', { text: 'Yes', answersId: 'offer' }),
      message('b', { text: 'No', answersId: 'offer' })
    ])
    expect([...titles]).toEqual([['offer', 'No']])
    expect([...answers]).toEqual(['a', 'b'])
  })
  it('are recognised with their details below', () => {
    expect(
      choicesTaken([offer, message('a', { text: 'Yes\nAt once', answersId: 'offer' })]).titles.get('offer')
    ).toBe('Yes')
  })
  it('are no words of the customer, whatever they say', () => {
    const { titles } = choicesTaken([
      offer,
      message('a', { text: 'Yes, but later', answersId: 'offer' }),
      message('b', { text: 'Yes' }),
      message('c', { kind: 'out', text: 'Yes', answersId: 'offer' })
    ])
    expect(titles.size).toBe(0)
  })
})

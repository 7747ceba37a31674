import type { Message } from '@palabre/config/contract/message'
import { describe, expect, it } from 'vitest'
import { addresseeOf, mayBeAnswered, standsInPublic } from './addressee.ts'

const message = (id: string, change: Partial<Message> = {}) =>
  ({ id, kind: 'in', automatic: null, state: 'received', ...change }) as Message
const comment = message('comment', { public: { kind: 'comment' } })
const direct = message('direct')
const nothing = { answersId: null, audience: null }
const both = { public: { privateAnswers: true } }

describe('whom an answer reaches', () => {
  it('does not arise where a channel has nothing public', () => {
    expect(addresseeOf({ answers: true }, [direct], nothing)).toEqual({
      answered: null,
      audience: null,
      canSwitch: false
    })
    expect(addresseeOf({ answers: true }, [direct], { ...nothing, answersId: 'direct' }).answered).toBe(
      direct
    )
  })
  it('is everybody where the last message is public, unless the customer alone is chosen', () => {
    const messages = [direct, comment]
    expect(addresseeOf(both, messages, nothing)).toEqual({
      answered: comment,
      audience: 'public',
      canSwitch: true
    })
    expect(addresseeOf(both, messages, { ...nothing, audience: 'private' }).audience).toBe('private')
    expect(
      addresseeOf({ public: { privateAnswers: false } }, messages, { ...nothing, audience: 'private' })
        .audience
    ).toBe('public')
  })
  it('stays with the message that was chosen, whatever comes after it', () => {
    expect(addresseeOf(both, [direct, comment], { ...nothing, answersId: 'direct' }).audience).toBe('private')
  })
  it('passes over what no person wrote, and what we wrote', () => {
    const auto = message('auto', { public: { kind: 'comment' }, automatic: 'bulk' })
    expect(addresseeOf(both, [direct, auto, message('ours', { kind: 'out' })], nothing).answered).toBe(direct)
  })
})

describe('what stands in public', () => {
  it('is a public message of the customer, and an answer of ours to one', () => {
    expect(standsInPublic(comment)).toBe(true)
    expect(standsInPublic(message('ours', { kind: 'out', audience: 'public' }))).toBe(true)
    expect(standsInPublic(message('ours', { kind: 'out', audience: 'private' }))).toBe(false)
    expect(standsInPublic(direct)).toBe(false)
    expect(standsInPublic(null)).toBe(false)
  })
})

describe('answering one message', () => {
  it('is for what the customer can still see', () => {
    const may = (change: Partial<Message>) => mayBeAnswered({ answers: true }, message('one', change))
    expect(may({})).toBe(true)
    expect(may({ amended: 'removed' })).toBe(false)
    expect(may({ kind: 'note' })).toBe(false)
    expect(may({ kind: 'out', state: 'failed' })).toBe(false)
    expect(may({ kind: 'out', state: 'sent' })).toBe(true)
  })
  it('is for the customer’s messages where the place decides who reads', () => {
    expect(mayBeAnswered(both, comment)).toBe(true)
    expect(mayBeAnswered(both, message('ours', { kind: 'out', state: 'sent' }))).toBe(false)
    expect(mayBeAnswered({}, direct)).toBe(false)
  })
})

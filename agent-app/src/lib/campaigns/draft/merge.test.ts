import { describe, expect, it } from 'vitest'
import { firstDifference, merge } from './merge.ts'

const base = {
  name: 'Spring',
  perSecond: null as number | null,
  message: { mjml: 'a', preheader: '', subjects: [{ id: 'a', subject: 'Hello' }] }
}

describe('what two wrote at once', () => {
  it('is put together where they wrote in different places, in the message too', () => {
    const mine = { ...base, message: { ...base.message, mjml: 'mine' } }
    const theirs = { ...base, name: 'Summer', message: { ...base.message, preheader: 'theirs' } }
    expect(merge(base, mine, theirs)).toEqual({
      merged: { ...theirs, message: { ...base.message, mjml: 'mine', preheader: 'theirs' } },
      clashes: []
    })
  })
  it('clashes where both wrote something else, and takes the preferred side there only', () => {
    const mine = { ...base, perSecond: 3, message: { ...base.message, mjml: 'mine' } }
    const theirs = { ...base, name: 'Summer', message: { ...base.message, mjml: 'theirs' } }
    const { merged, clashes } = merge(base, mine, theirs, 'theirs')
    expect(clashes).toEqual([{ path: 'message.mjml', mine: 'mine', theirs: 'theirs' }])
    expect(merged).toEqual({ ...theirs, perSecond: 3 })
    expect(merge(base, mine, theirs).merged.message.mjml).toBe('mine')
  })
  it('does not clash where both wrote the same', () => {
    const both = { ...base, name: 'Summer' }
    expect(merge(base, both, { ...both }).clashes).toEqual([])
  })
  it('is compared from the first line that differs', () => {
    expect(firstDifference('a\nb\nc', 'a\nx\nc', 1)).toEqual({ mine: 'b', theirs: 'x' })
    expect(firstDifference('a', 'a\nb')).toEqual({ mine: '', theirs: 'b' })
  })
})

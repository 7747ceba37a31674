import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { longestWriting } from '@palabre/config/contract/stepping'
import { cutWriting, gapMs, WritingNotice, type Written } from './writing-notice.ts'

const written = (text: string): Written => ({ mode: 'reply', text, subject: null })

describe('what is told of the writing', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('goes at once, then at most four times a second, always the newest, the last one too', () => {
    const said: string[] = []
    const notice = new WritingNotice(({ text }) => said.push(text))
    notice.tell(written('a'))
    expect(said).toEqual(['a'])
    for (let n = 0; n < 100; n++) {
      notice.tell(written(`a${String(n)}`))
      vi.advanceTimersByTime(10)
    }
    expect(said.length).toBeLessThanOrEqual(1 + 1000 / gapMs)
    vi.advanceTimersByTime(gapMs)
    expect(said.at(-1)).toBe('a99')
    vi.advanceTimersByTime(gapMs * 4)
    const before = said.length
    notice.tell(written(''))
    expect(said.slice(before)).toEqual([''])
  })

  it('says nothing more once it is stopped', () => {
    const said: string[] = []
    const notice = new WritingNotice(({ text }) => said.push(text))
    notice.tell(written('a'))
    notice.tell(written('b'))
    notice.stop()
    vi.advanceTimersByTime(gapMs * 4)
    expect(said).toEqual(['a'])
  })
})

describe('a long text', () => {
  it('is cut to what the contract allows and one frame carries, never within a letter', () => {
    expect(cutWriting('x'.repeat(longestWriting + 5))).toHaveLength(longestWriting)
    expect(cutWriting('short')).toBe('short')
    const faces = cutWriting(`a${'🙂'.repeat(longestWriting)}`)
    expect(faces.isWellFormed()).toBe(true)
    for (const letter of ['漢', '🙂', '"', '\u0001'])
      expect(
        new TextEncoder().encode(JSON.stringify(cutWriting(letter.repeat(longestWriting)))).length
      ).toBeLessThanOrEqual(60_000)
  })
})

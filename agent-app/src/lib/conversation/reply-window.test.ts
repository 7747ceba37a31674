import { describe, expect, it } from 'vitest'
import { countdown, leavesLate, replyWindow } from './reply-window.ts'

const now = Date.parse('2026-11-23T12:00:00Z')
const inMinutes = (minutes: number) => new Date(now + minutes * 60_000).toISOString()
const withWindow = { window: { seconds: 86_400 } }

describe('the window for free replies', () => {
  it('is open without end where the channel has none', () => {
    expect(replyWindow({}, { windowUntil: null }, now)).toEqual({ isOpen: true, until: null })
    expect(replyWindow(undefined, { windowUntil: null }, now)).toEqual({ isOpen: true, until: null })
  })
  it('is shut where it has one and the customer never wrote', () => {
    expect(replyWindow(withWindow, { windowUntil: null }, now)).toMatchObject({
      isOpen: false,
      why: 'unheard'
    })
  })
  it('ends at its moment, not after it', () => {
    expect(replyWindow(withWindow, { windowUntil: inMinutes(1) }, now)).toMatchObject({ isOpen: true })
    expect(replyWindow(withWindow, { windowUntil: inMinutes(0) }, now)).toMatchObject({
      isOpen: false,
      why: 'over'
    })
  })
  it('is not counted down while there is time, nor when the conversation is closed', () => {
    expect(countdown({ windowUntil: inMinutes(361), state: 'active' }, now)).toBeNull()
    expect(countdown({ windowUntil: null, state: 'active' }, now)).toBeNull()
    expect(countdown({ windowUntil: inMinutes(10), state: 'closed' }, now)).toBeNull()
  })
  it('warns under an hour and more under a quarter', () => {
    const toneAt = (minutes: number) =>
      countdown({ windowUntil: inMinutes(minutes), state: 'active' }, now)?.tone
    expect([359, 60, 59, 15, 14, 0, -5].map(toneAt)).toEqual([
      'calm',
      'calm',
      'soon',
      'soon',
      'last',
      'over',
      'over'
    ])
  })
  it('knows what would leave too late', () => {
    expect(leavesLate(now + 1, now)).toBe(true)
    expect(leavesLate(now, now)).toBe(true)
    expect(leavesLate(now - 1, now)).toBe(false)
    expect(leavesLate(now, null)).toBe(false)
  })
})

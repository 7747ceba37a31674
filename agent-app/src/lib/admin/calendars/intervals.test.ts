import { describe, expect, it } from 'vitest'
import { closed, copied, following, inOrder, opened, readTime, tidy, writeTime } from './intervals.ts'

const morning = { from: 480, to: 720 }
const afternoon = { from: 840, to: 1080 }

describe('intervals of a day', () => {
  it('joins what touches or overlaps and leaves out what is empty', () => {
    expect(tidy([afternoon, morning, { from: 700, to: 840 }, { from: 100, to: 100 }])).toEqual([
      { from: 480, to: 1080 }
    ])
  })
  it('opens a break between two intervals into one', () => {
    expect(opened([morning, afternoon], 720, 840)).toEqual([{ from: 480, to: 1080 }])
  })
  it('cuts an interval in two when its middle is closed', () => {
    expect(closed([{ from: 480, to: 1080 }], 720, 840)).toEqual([morning, afternoon])
  })
  it('does not change what it was given', () => {
    const given = [{ ...morning }, { from: 700, to: 800 }]
    tidy(given)
    expect(given).toEqual([morning, { from: 700, to: 800 }])
  })
  it('copies a day to others without sharing it', () => {
    const week = [[morning], [], [], [], [], [], []]
    const next = copied(week, 0, [1, 6])
    expect(next.map((day) => day.length)).toEqual([1, 1, 0, 0, 0, 0, 1])
    expect(next[1]?.[0]).not.toBe(morning)
  })
  it('knows intervals that overlap or end before they begin', () => {
    expect(inOrder([morning, afternoon])).toBe(true)
    expect(inOrder([afternoon, morning])).toBe(false)
    expect(inOrder([{ from: 600, to: 600 }])).toBe(false)
  })
  it('offers hours after the last ones, and none when the day is full', () => {
    expect(following([morning])).toEqual({ from: 780, to: 1020 })
    expect(following([{ from: 0, to: 1440 }])).toBeNull()
  })
})

describe('a written time', () => {
  it.each([
    ['8', 480],
    ['8h', 480],
    ['8h30', 510],
    ['08:30', 510],
    ['0830', 510],
    ['6 pm', 1080],
    ['12am', 0],
    ['24:00', 1440]
  ])('reads %s', (text, minutes) => expect(readTime(text)).toBe(minutes))
  it.each(['', 'noon', '25', '8:61', '24:01', '13 pm'])('does not read "%s"', (text) =>
    expect(readTime(text)).toBeNull()
  )
  it('writes the end of a day as 24:00', () => expect(writeTime(1440)).toBe('24:00'))
})

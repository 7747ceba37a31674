import { describe, expect, it } from 'vitest'
import type { Figures } from '@palabre/config/figures/figures'
import { firstSorting, keepPlaces, sortRows, type FigureRow } from './rows.ts'

const row = (id: string, waiting: number | null): FigureRow => ({
  id,
  name: id.toUpperCase(),
  within: {},
  figures: { waiting } as Figures
})
const rows = [row('b', 1), row('none', null), row('a', 1), row('c', 9)]
const compare = (a: string, b: string) => a.localeCompare(b)
const ids = (sorted: readonly FigureRow[]) => sorted.map(({ id }) => id)

describe('rows of figures', () => {
  it('stand in the order asked for, what has no figure last either way', () => {
    expect(ids(sortRows(rows, { key: 'waiting', descending: true }, compare))).toEqual([
      'c',
      'a',
      'b',
      'none'
    ])
    expect(ids(sortRows(rows, { key: 'waiting', descending: false }, compare))).toEqual([
      'a',
      'b',
      'c',
      'none'
    ])
    expect(ids(sortRows(rows, { key: 'name', descending: false }, compare))).toEqual(['a', 'b', 'c', 'none'])
  })

  it('are first sorted so that what needs looking at is on top', () => {
    expect(firstSorting('waiting').descending).toBe(true)
    expect(firstSorting('serviceLevel').descending).toBe(false)
    expect(firstSorting('name').descending).toBe(false)
  })

  it('keep their places while somebody points at them', () => {
    const held = keepPlaces([row('c', 9), row('a', 2), row('new', 3)], ['a', 'gone', 'c'])
    expect(ids(held)).toEqual(['a', 'c', 'new'])
    expect(held[0]?.figures.waiting).toBe(2)
  })
})

import { describe, expect, it } from 'vitest'
import { message } from '../visit/far-side.ts'
import { arrangeRuns } from './runs.ts'

const at = (day: number, minute: number) => new Date(2026, 10, day, 9, minute).toISOString()

describe('arrangeRuns', () => {
  it('gathers what one side said without a pause', () => {
    const runs = arrangeRuns(
      [
        message(1, { at: at(23, 0) }),
        message(2, { at: at(23, 1) }),
        message(3, { at: at(23, 2), mine: true }),
        message(4, { at: at(23, 3), authorName: 'Moussa' }),
        message(5, { at: at(23, 30), authorName: 'Moussa' })
      ],
      []
    )
    expect(runs.map((run) => `${run.mine ? 'me' : run.authorName} ${run.entries.length}`)).toEqual([
      'Fatou 2',
      'me 1',
      'Moussa 1',
      'Moussa 1'
    ])
  })

  it('begins each day with its date', () => {
    const runs = arrangeRuns([message(1, { at: at(22, 59) }), message(2, { at: at(23, 0) })], [])
    expect(runs.map((run) => run.day?.getDate())).toEqual([22, 23])
  })

  it('puts what is on its way after everything, under the key it will keep', () => {
    const letter = { clientId: 'c'.repeat(32), text: 'soon', attachments: [], at: 0, tab: 't' }
    const runs = arrangeRuns(
      [message(1, { at: at(23, 0) })],
      [letter, { ...letter, clientId: 'd', failure: 'x' }]
    )
    expect(runs.at(-1)!.entries).toMatchObject([
      { key: letter.clientId, state: 'sending' },
      { key: 'd', state: 'failed' }
    ])
  })
})

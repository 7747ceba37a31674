import { describe, expect, it } from 'vitest'
import type { Hub } from '../hub.ts'
import type { Heard } from '../live/stream.ts'
import { remembered } from './remembered.ts'

/** A hub of which only the event stream is there. */
function hubWithEvents() {
  const hearers: ((event: Pick<Heard, 'name' | 'payload'>) => void)[] = []
  const gaps: (() => void)[] = []
  const hub = {
    stream: {
      onEvent: (hear: (typeof hearers)[number]) => hearers.push(hear),
      onGap: (hear: () => void) => gaps.push(hear)
    }
  } as unknown as Hub
  return {
    hub,
    changed(resource: string) {
      for (const hear of hearers)
        hear({ name: 'setting.changed', payload: JSON.stringify({ resource, id: 'a' }) })
    },
    missed() {
      for (const hear of gaps) hear()
    }
  }
}

describe('a setting that is remembered', () => {
  it('is read again after one of its kind has changed, or events were missed, and not before', async () => {
    const { hub, changed, missed } = hubWithEvents()
    let reads = 0
    const read = remembered('disposition', async (id) => Promise.resolve(`${id} ${String(++reads)}`))
    expect(await read(hub, 'a')).toBe('a 1')
    expect(await read(hub, 'a')).toBe('a 1')
    changed('queue')
    expect(await read(hub, 'a')).toBe('a 1')
    changed('disposition')
    expect(await read(hub, 'a')).toBe('a 2')
    missed()
    expect(await read(hub, 'a')).toBe('a 3')
  })

  it('is not remembered when it was read before the change', async () => {
    const { hub, changed } = hubWithEvents()
    const answers: ((text: string) => void)[] = []
    const read = remembered('disposition', () => new Promise<string>((resolve) => answers.push(resolve)))
    const first = read(hub, 'a')
    changed('disposition')
    answers[0]?.('old')
    expect(await first).toBe('old')
    const second = read(hub, 'a')
    answers[1]?.('new')
    expect(await second).toBe('new')
  })

  it('is looked for each time while it is not there', async () => {
    const { hub } = hubWithEvents()
    let reads = 0
    const read = remembered('disposition', () => Promise.resolve(++reads < 2 ? null : 'there'))
    expect(await read(hub, 'a')).toBeNull()
    expect(await read(hub, 'a')).toBe('there')
  })
})

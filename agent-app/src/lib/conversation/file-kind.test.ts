import { describe, expect, it } from 'vitest'
import { fitted, kindOf } from './file-kind.ts'

const file = { id: '', name: '', size: 1, inline: false, url: '' }
const box = { width: 260, height: 220 }

describe('a file in the thread', () => {
  it.each([
    [{ type: 'image/jpeg', picture: { width: 1, height: 1 } }, 'picture'],
    [{ type: 'image/svg+xml' }, 'file'],
    [{ type: 'audio/ogg' }, 'voice'],
    [{ type: 'video/mp4' }, 'film'],
    [{ type: 'application/pdf' }, 'file'],
    [{ type: 'image/jpeg', picture: { width: 1, height: 1 }, check: 'infected' }, 'kept-out'],
    [{ type: 'audio/ogg', check: 'waiting' }, 'kept-out']
  ] as const)('%j is shown as a %s', (given, kind) => expect(kindOf({ ...file, ...given })).toBe(kind))

  it('keeps its form when it is fitted into its box, and is not made larger', () => {
    expect(fitted({ width: 1040, height: 440 }, box)).toEqual({ width: 260, height: 110 })
    expect(fitted({ width: 300, height: 2200 }, box)).toEqual({ width: 30, height: 220 })
    expect(fitted({ width: 20, height: 10 }, box)).toEqual({ width: 20, height: 10 })
    expect(fitted({ width: 9000, height: 1 }, box)).toEqual({ width: 260, height: 1 })
  })
})

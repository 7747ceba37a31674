import fc from 'fast-check'
import { Types } from 'mongoose'
import { describe, expect, it } from 'vitest'
import type { Hub } from '../hub.ts'
import { makeToken, readToken, type TokenUse } from './token.ts'

const hubWith = (key: string) => ({ vault: { signingKey: () => key } }) as unknown as Hub
const hub = hubWith('00'.repeat(32))
const uses: TokenUse[] = ['click', 'open', 'unsubscribe']
const id = fc.stringMatching(/^[0-9a-f]{24}$/).map((text) => new Types.ObjectId(text))

describe('a token', () => {
  it('names its recipient and link, for its own use only', () => {
    fc.assert(
      fc.property(
        id,
        fc.integer({ min: 0, max: 65_535 }),
        fc.constantFrom(...uses),
        (recipientId, link, use) => {
          const token = makeToken(hub, use, recipientId, link)
          expect(token).toMatch(/^[\w-]+$/)
          expect(readToken(hub, use, token)).toEqual({ recipientId, link: use === 'click' ? link : 0 })
          for (const other of uses) if (other !== use) expect(readToken(hub, other, token)).toBeNull()
          expect(readToken(hubWith('11'.repeat(32)), use, token)).toBeNull()
        }
      )
    )
  })

  it('is worth nothing when one sign of it was changed', () => {
    fc.assert(
      fc.property(id, fc.nat(), fc.constantFrom(...'AZaz09-_'), (recipientId, at, sign) => {
        const token = makeToken(hub, 'click', recipientId, 7)
        const i = at % token.length
        const changed = token.slice(0, i) + sign + token.slice(i + 1)
        if (changed !== token) expect(readToken(hub, 'click', changed)).toBeNull()
      })
    )
  })

  it('is none of anything else', () => {
    for (const text of ['', 'x', '../..', 'A'.repeat(100), '%00'])
      expect(readToken(hub, 'open', text)).toBeNull()
  })
})

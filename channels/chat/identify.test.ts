import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { VisitorClaim } from '../channel.ts'
import { chatAccount } from './fixtures/account.ts'
import { identify, signClaim } from './identify.ts'

const recorded = JSON.parse(readFileSync(new URL('fixtures/identity.json', import.meta.url), 'utf8')) as {
  secret: string
  accountId: string
  claim: VisitorClaim
}
const account = chatAccount({ identitySecret: recorded.secret })
const signedAt = recorded.claim.issuedAt
const at = (seconds: number) => new Date(seconds * 1000)
const rejected = expect.objectContaining({ reason: 'rejected' })

const signed = (claim: Omit<VisitorClaim, 'signature'>): VisitorClaim => ({
  ...claim,
  signature: signClaim(recorded.secret, account.id, claim)
})

describe('identify', () => {
  it('proves a claim that openssl signed', () => {
    expect(identify(recorded.claim, account, at(signedAt + 60))).toEqual({
      id: 'a1b2c3d4e5f6a1b2c3d4e5f6:customer-4711',
      name: 'Awa Démo',
      email: 'awa@banque-du-fleuve.example'
    })
  })

  it('proves a claim without name and address', () => {
    const claim = signed({ id: '7', issuedAt: signedAt })
    expect(identify(claim, account, at(signedAt))).toEqual({ id: `${account.id}:7` })
  })

  it.each([
    ['id', { id: 'customer-4712' }],
    ['address', { email: 'other@banque-du-fleuve.example' }],
    ['name', { name: 'Somebody else' }],
    ['date', { issuedAt: signedAt + 1 }]
  ])('rejects a claim whose %s was changed after signing', (_what, change) => {
    expect(() => identify({ ...recorded.claim, ...change }, account, at(signedAt))).toThrow(rejected)
  })

  it.each(['', 'abc', 'é'.repeat(64), '0'.repeat(64), '0'.repeat(63) + 'g', '0'.repeat(10_000)])(
    'rejects the signature %#',
    (signature) => {
      expect(() => identify({ ...recorded.claim, signature }, account, at(signedAt))).toThrow(rejected)
    }
  )

  it('takes a signature for 24 hours and no longer', () => {
    expect(identify(recorded.claim, account, at(signedAt + 86_400)).id).toContain('customer-4711')
    expect(() => identify(recorded.claim, account, at(signedAt + 86_401))).toThrow(rejected)
  })

  it('forgives a clock that runs five minutes ahead, not more', () => {
    expect(identify(recorded.claim, account, at(signedAt - 300)).id).toContain('customer-4711')
    expect(() => identify(recorded.claim, account, at(signedAt - 301))).toThrow(rejected)
  })

  it('rejects a claim that was signed for another account', () => {
    const other = { ...account, id: 'f'.repeat(24) }
    expect(() => identify(recorded.claim, other, at(signedAt))).toThrow(rejected)
  })

  it('rejects every claim while the account has no secret', () => {
    const open = chatAccount()
    const claim = { id: '1', issuedAt: signedAt }
    const signature = signClaim('', open.id, claim)
    expect(() => identify({ ...claim, signature }, open, at(signedAt))).toThrow(rejected)
  })

  it('keeps a line break from moving text between fields', () => {
    const honest = signed({ id: '1', issuedAt: signedAt, email: 'a@x.example', name: 'A' })
    const shifted = { ...honest, id: `1\n${signedAt}`, email: undefined }
    expect(() => identify(shifted, account, at(signedAt))).toThrow(rejected)
    const named = signed({ id: '1', issuedAt: signedAt, name: 'A\nB' })
    expect(() => identify(named, account, at(signedAt))).toThrow(rejected)
  })

  it('rejects values of other types without falling over', () => {
    for (const id of [null, 7, { $gt: '' }, ['1'], '  ']) {
      const claim = { ...recorded.claim, id } as unknown as VisitorClaim
      expect(() => identify(claim, account, at(signedAt))).toThrow(rejected)
    }
    for (const issuedAt of [Number.NaN, Number.POSITIVE_INFINITY, 1.5, '1790000000']) {
      const claim = { ...recorded.claim, issuedAt } as unknown as VisitorClaim
      expect(() => identify(claim, account, at(signedAt))).toThrow(rejected)
    }
  })

  it('never says what the right signature is', () => {
    try {
      identify({ ...recorded.claim, name: 'X' }, account, at(signedAt))
      expect.unreachable()
    } catch (error) {
      expect(String(error)).not.toMatch(/[0-9a-f]{32}/)
    }
  })
})

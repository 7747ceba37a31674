import type { TObject } from 'typebox'
import { expect, it } from 'vitest'
import type { Channel, VisitorClaim } from '../channel.ts'
import type { ContractCases } from './cases.ts'
import { secretsOf } from './secrets.ts'

export const holdsVisitor = <S extends TObject>(
  channel: Channel<S>,
  cases: ContractCases<S>,
  { claim, now, admitted, foreign }: NonNullable<ContractCases['visitor']>
): void => {
  const identify = (said: VisitorClaim, at = now) => channel.visitor?.identify(said, cases.account(), at)
  const rejected = expect.objectContaining({ reason: 'rejected' })

  it('admits pages of its own sites and no others', () => {
    expect(channel.visitor?.admits(admitted, cases.account())).toBe(true)
    expect(channel.visitor?.admits(foreign, cases.account())).toBe(false)
  })

  it('believes a signed claim', () => {
    expect(identify(claim)).toMatchObject({ id: expect.stringContaining(claim.id) as string })
  })

  it('rejects a claim with another id, name, address, time or signature, and an old one', () => {
    const forged: Partial<VisitorClaim>[] = [
      { id: `${claim.id}1` },
      { name: 'Somebody Else' },
      { email: 'somebody@else.example' },
      { issuedAt: claim.issuedAt + 1 },
      { signature: '' },
      { signature: claim.signature.replace(/^./, (first) => (first === '0' ? '1' : '0')) }
    ]
    for (const change of forged)
      expect(() => identify({ ...claim, ...change }), JSON.stringify(change)).toThrow(rejected)
    const year = 366 * 24 * 60 * 60_000
    expect(() => identify(claim, new Date(now.getTime() + year))).toThrow(rejected)
  })

  it('tells its client no secret', () => {
    const told = JSON.stringify(channel.visitor?.appearance(cases.account()))
    for (const secret of secretsOf(channel, cases.account())) expect(told).not.toContain(secret)
  })
}

import type { TObject } from 'typebox'
import { expect, it } from 'vitest'
import type { Channel } from '../channel.ts'
import type { ContractCases } from './cases.ts'
import { secretsOf } from './secrets.ts'

export const holdsTest = <S extends TObject>(channel: Channel<S>, cases: ContractCases<S>): void => {
  it('tries its settings and names the steps', async () => {
    const report = await channel.test?.(cases.account(), AbortSignal.timeout(20_000))
    expect(report?.steps.length).toBeGreaterThan(0)
    for (const step of report?.steps ?? []) expect(step.name).toMatch(/\S/)
    expect(report?.ok).toBe(report?.steps.every((step) => step.ok))
    const secrets = secretsOf(channel, cases.account())
    for (const secret of secrets) expect(JSON.stringify(report)).not.toContain(secret)
  })

  it('ends its test when it is no longer wanted', async () => {
    const begun = Date.now()
    await channel.test?.(cases.account(), AbortSignal.abort())
    expect(Date.now() - begun).toBeLessThan(2_000)
  })
}

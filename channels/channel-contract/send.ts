import type { TObject } from 'typebox'
import { expect, it } from 'vitest'
import type { Channel } from '../channel.ts'
import type { ContractCases } from './cases.ts'

export const holdsSend = <S extends TObject>(
  channel: Channel<S>,
  cases: ContractCases<S>,
  { message, unreachable }: NonNullable<ContractCases<S>['send']>
): void => {
  it('hands a message over and tells under which id', async () => {
    const sent = await channel.send?.(message(), cases.account())
    expect(sent?.externalId).toMatch(/\S/)
  })

  it('calls a provider that does not answer unreachable', async () => {
    await expect(channel.send?.(message(), unreachable())).rejects.toMatchObject({ reason: 'unreachable' })
  })
}

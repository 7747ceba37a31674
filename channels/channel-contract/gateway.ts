import { setTimeout as sleep } from 'node:timers/promises'
import type { TObject } from 'typebox'
import { expect, it } from 'vitest'
import type { Channel, InboundEvent } from '../channel.ts'
import type { ContractCases } from './cases.ts'
import { expectEvent, idOf } from './event.ts'

export const holdsGateway = <S extends TObject>(
  channel: Channel<S>,
  cases: ContractCases<S>,
  { port, deliver, account = cases.account }: NonNullable<ContractCases<S>['gateway']>
): void => {
  const open = async (report: () => Promise<'stored' | 'repeat'>) => {
    const events: InboundEvent[] = []
    const controller = new AbortController()
    const number = await port()
    const done = channel.gateway?.({
      host: '127.0.0.1',
      port: number,
      accounts: () => Promise.resolve([account()]),
      report: (accountId, event) => {
        expect(accountId).toBe(account().id)
        events.push(event)
        return report()
      },
      signal: controller.signal
    })
    await sleep(100)
    const close = async () => {
      const begun = Date.now()
      controller.abort()
      await done
      return Date.now() - begun
    }
    return { events, number, close }
  }

  it('takes a message for an account', async () => {
    const gateway = await open(() => Promise.resolve('stored'))
    await deliver(gateway.number)
    expect(gateway.events).toHaveLength(1)
    gateway.events.forEach(expectEvent)
    expect(await gateway.close()).toBeLessThan(2_000)
  })

  it('takes nothing that was not stored, and gives it the same id when it comes again', async () => {
    const gateway = await open(() => Promise.reject(new Error('The store is away')))
    await expect(deliver(gateway.number)).rejects.toThrow()
    await expect(deliver(gateway.number)).rejects.toThrow()
    expect(gateway.events.length).toBeGreaterThanOrEqual(2)
    expect(new Set(gateway.events.map(idOf)).size).toBe(1)
    await gateway.close()
  })
}

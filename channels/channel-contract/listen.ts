import type { TObject } from 'typebox'
import { expect, it } from 'vitest'
import type { Channel } from '../channel.ts'
import type { ContractCases } from './cases.ts'
import { expectEvent, idOf } from './event.ts'
import { standInHub, startListening, until } from './stand-in-hub.ts'

export const holdsListen = <S extends TObject>(
  channel: Channel<S>,
  cases: ContractCases<S>,
  { arrive, unreachable }: NonNullable<ContractCases<S>['listen']>
): void => {
  it('stores what arrives, and only then moves its cursor', async () => {
    const hub = standInHub()
    const listener = startListening(channel, cases.account(), hub)
    await arrive()
    await until(() => hub.events.length > 0)
    hub.events.forEach(expectEvent)
    await until(() => hub.saves.length > 0 && hub.saves.at(-1)?.afterEvents === hub.events.length)
    await listener.stop()
  })

  it('does not bring again what its cursor says was brought', async () => {
    const hub = standInHub()
    const first = startListening(channel, cases.account(), hub)
    await arrive()
    await until(() => hub.events.length > 0 && hub.saves.at(-1)?.afterEvents === hub.events.length)
    await first.stop()
    const known = new Set(hub.events.map(idOf))
    const second = startListening(channel, cases.account(), hub)
    await arrive()
    await until(() => hub.events.some((event) => !known.has(idOf(event))))
    await second.stop()
    expect(new Set(hub.events.map(idOf)).size).toBe(hub.events.length)
  })

  it('gives what it brings twice, when it was killed before its cursor was kept, the same id', async () => {
    const ids: (string | undefined)[][] = []
    const start = standInHub()
    const prelude = startListening(channel, cases.account(), start)
    await until(() => start.health.includes('up'))
    await prelude.stop()
    await arrive()
    for (let run = 0; run < 2; run++) {
      const hub = standInHub(start.position(), 'forgetful')
      const listener = startListening(channel, cases.account(), hub)
      await until(() => hub.events.length > 0)
      await listener.stop()
      ids.push(hub.events.map(idOf))
    }
    expect(ids[1]?.[0]).toBe(ids[0]?.[0])
  })

  it('ends within two seconds of the signal, also when it is given at once', async () => {
    const hub = standInHub()
    const listener = startListening(channel, cases.account(), hub)
    await until(() => hub.health.length > 0)
    expect(await listener.stop()).toBeLessThan(2_000)
    const late = startListening(channel, cases.account(), standInHub())
    expect(await late.stop()).toBeLessThan(2_000)
  })

  it('tells that the far side is away, and goes on trying', async () => {
    const hub = standInHub()
    const listener = startListening(channel, unreachable(), hub)
    await until(() => hub.health.some((state) => state !== 'up'))
    expect(listener.ended()).toBe(false)
    expect(await listener.stop()).toBeLessThan(2_000)
  })
}

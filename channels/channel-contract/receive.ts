import type { TObject } from 'typebox'
import { expect, it } from 'vitest'
import { ChannelError, type Channel, type WebhookRequest } from '../channel.ts'
import type { ContractCases } from './cases.ts'
import { expectEvent, idOf } from './event.ts'

export const holdsReceive = <S extends TObject>(
  channel: Channel<S>,
  cases: ContractCases<S>,
  { message, forged, garbage }: NonNullable<ContractCases['webhook']>
): void => {
  const receive = (request: WebhookRequest) => channel.receive?.(request, cases.account()) ?? []

  it('turns a recorded call into events', () => {
    const events = receive(message)
    expect(events.length).toBeGreaterThan(0)
    events.forEach(expectEvent)
  })

  it('gives a repeated call the same ids', () => {
    expect(receive(message).map(idOf)).toEqual(receive(message).map(idOf))
  })

  it.each(forged.map((request, i) => [i, request] as const))('rejects forged call %i', (_, request) => {
    expect(() => receive(request)).toThrow(expect.objectContaining({ reason: 'rejected' }))
  })

  it.each(garbage.map((request, i) => [i, request] as const))('survives garbage %i', (_, request) => {
    try {
      receive(request).forEach(expectEvent)
    } catch (error) {
      expect(error).toBeInstanceOf(ChannelError)
    }
  })
}

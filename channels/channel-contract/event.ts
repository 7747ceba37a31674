import { expect } from 'vitest'
import type { InboundEvent } from '../channel.ts'

export const idOf = (event: InboundEvent): string | undefined =>
  event.kind === 'delivery' ? (event.externalId ?? event.messageId) : event.externalId

export const expectEvent = (event: InboundEvent): void => {
  expect(['message', 'delivery', 'quarantined']).toContain(event.kind)
  expect(idOf(event)).toMatch(/\S/)
  if (event.kind === 'message') {
    expect(event.address).toMatch(/\S/)
    expect(event.address).toBe(event.address.trim())
    expect(typeof event.text).toBe('string')
  }
  if (event.kind === 'quarantined') {
    expect(event.reason).toMatch(/\S/)
    expect(event.raw).toBeInstanceOf(Uint8Array)
  }
}

import { expect } from 'vitest'
import type { InboundEvent } from '../channel.ts'

export const idOf = (event: InboundEvent): string | undefined => {
  switch (event.kind) {
    case 'delivery':
      return event.externalId ?? event.messageId
    case 'feedback':
      return event.messageId
    case 'reaction':
      return event.on
    case 'amendment':
      return event.of
    case 'read-until':
      return event.until.toISOString()
    case 'notice':
      return event.about
    case 'message':
    case 'quarantined':
      return event.externalId
  }
}

export const expectEvent = (event: InboundEvent): void => {
  expect(idOf(event)).toMatch(/\S/)
  if ('address' in event) {
    expect(event.address).toMatch(/\S/)
    expect(event.address).toBe(event.address.trim())
  }
  if (event.kind === 'message') expect(typeof event.text).toBe('string')
  if (event.kind === 'quarantined') {
    expect(event.reason).toMatch(/\S/)
    expect(event.raw).toBeInstanceOf(Uint8Array)
  }
}

import { describe, expect, it } from 'vitest'
import { addressOf, isReachable, webhookOf } from './addresses.ts'

const page = 'http://localhost:8080'

describe('addresses of ours', () => {
  it('stand on the public address where it is known, else on that of the page', () => {
    expect(webhookOf('https://palabre.example/hooks/{account}', 'a1', page)).toBe(
      'https://palabre.example/hooks/a1'
    )
    expect(webhookOf('/hooks/{account}', 'a1', page)).toBe('http://localhost:8080/hooks/a1')
    expect(webhookOf(null, 'a1', page)).toBeNull()
  })

  it('are filled in as a channel declares them', () => {
    const at = { hook: 'https://palabre.example/hooks/{account}', accountId: 'a1' }
    expect(addressOf('{socket}/calls/{account}#rc=5', at, page)).toBe('wss://palabre.example/calls/a1#rc=5')
    expect(addressOf('{origin}/calls/{account}', { ...at, hook: null }, page)).toBe(
      'http://localhost:8080/calls/a1'
    )
  })

  it('are no use to a provider when they are private or without TLS', () => {
    expect(isReachable('https://palabre.example/hooks/a1')).toBe(true)
    for (const address of ['http://palabre.example/', 'https://localhost/', 'https://192.168.1.4/'])
      expect(isReachable(address)).toBe(false)
  })
})

import { describe, expect, it } from 'vitest'
import { networkOf } from './limits.ts'

describe('an address of the network', () => {
  it('is itself in IPv4, also when it comes in the clothes of IPv6', () => {
    expect(networkOf('203.0.113.9')).toBe('203.0.113.9')
    expect(networkOf('::ffff:203.0.113.9')).toBe('203.0.113.9')
  })

  it('is its network of 64 bits in IPv6, however it is written', () => {
    const network = '2001:db8:0:12::/64'
    for (const address of ['2001:db8:0:12::1', '2001:0db8:0000:0012:ffff:1:2:3', '2001:DB8:0:12:0:0:0:9'])
      expect(networkOf(address)).toBe(network)
    expect(networkOf('2001:db8:0:13::1')).not.toBe(network)
    expect(networkOf('::1')).toBe('0:0:0:0::/64')
  })
})

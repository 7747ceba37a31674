import { describe, expect, it } from 'vitest'
import { isPublicAddress } from './public-address.ts'

describe('an address', () => {
  it.each([
    '8.8.8.8',
    '93.184.216.34',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700::1111',
    '2a00:1450:4007::200e'
  ])('is of the public internet: %s', (ip) => {
    expect(isPublicAddress(ip)).toBe(true)
  })

  it.each([
    ['this machine', ['127.0.0.1', '127.255.255.254', '0.0.0.0', '0.1.2.3', '::1', '::']],
    ['a private network', ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12::1']],
    ['a link', ['169.254.1.1', 'fe80::1', 'fe80::1%eth0', '2606:4700::1%eth0']],
    ['a carrier', ['100.64.0.1', '100.127.255.255']],
    ['what a cloud says of itself', ['169.254.169.254', '168.63.129.16', '100.100.100.200', 'fd00:ec2::254']],
    ['many or nobody', ['224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255', 'ff02::1']],
    ['documentation', ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1']],
    ['measurement and protocols', ['192.0.0.1', '198.18.0.1', '198.19.255.255', '192.88.99.1', '2001::1']],
    ['IPv4 in IPv6', ['::ffff:127.0.0.1', '::ffff:8.8.8.8', '::ffff:7f00:1', '::127.0.0.1']],
    ['6to4 and NAT64', ['2002:7f00:1::1', '64:ff9b::7f00:1', '64:ff9b::8.8.8.8', '64:ff9b:1::1']],
    ['nothing', ['', 'localhost', '127.1', '0x7f.0.0.1', '1.2.3.4.', '2130706433', '[::1]']]
  ])('is not, when it is of %s', (_, ips) => {
    for (const ip of ips) expect([ip, isPublicAddress(ip)]).toEqual([ip, false])
  })
})

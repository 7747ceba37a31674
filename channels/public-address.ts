import { BlockList, isIP } from 'node:net'

/**
 * IPv4 that is not of the public internet (IANA special-purpose registry, RFC 6890), and what clouds answer about
 * themselves at a public-looking address.
 */
const special4: [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4]
]

/** Parts of 2000::/3 that are not plain addresses: protocols (Teredo among them), documentation, 6to4, AS112. */
const special6: [string, number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20]
]

const block = (subnets: [string, number][], family: 'ipv4' | 'ipv6') => {
  const list = new BlockList()
  for (const [net, prefix] of subnets) list.addSubnet(net, prefix, family)
  return list
}

const specials = { 4: block(special4, 'ipv4'), 6: block(special6, 'ipv6') }

/**
 * The only part of IPv6 that is given out to the public (RFC 4291). Loopback, link-local, unique local, multicast,
 * mapped IPv4 (`::ffff:0:0/96`) and NAT64 (`64:ff9b::/96`) lie outside.
 */
const global6 = block([['2000::', 3]], 'ipv6')

/** Is this (an IP address as a resolver gives it) a machine of the public internet? */
export function isPublicAddress(ip: string): boolean {
  const family = isIP(ip)
  if (family === 4) return !specials[4].check(ip, 'ipv4')
  // What has a zone (`%eth0`) is of this machine's own network.
  if (family !== 6 || ip.includes('%')) return false
  return global6.check(ip, 'ipv6') && !specials[6].check(ip, 'ipv6')
}

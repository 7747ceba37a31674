/** Mailboxes of a server's keepers and of machines (RFC 2142 and custom): whoever reads them is no customer. */
const roles = new Set([
  'abuse',
  'bounce',
  'bounces',
  'do-not-reply',
  'donotreply',
  'hostmaster',
  'mailer-daemon',
  'no-reply',
  'noreply',
  'postmaster',
  'spam'
])

/** True for a canonical address that belongs to a role instead of a person. */
export const isRoleAddress = (address: string): boolean =>
  roles.has(address.slice(0, address.lastIndexOf('@')))

import { settingsOf, type ChatAccount } from './settings.ts'

/**
 * May a page of this origin talk to the account? Origins are compared as RFC 6454 serialises them: scheme, host and port,
 * in lower case, international names in punycode. `https://*.example.com` admits every subdomain, not example.com itself.
 *
 * Pages of the hub's own origin are the hub's to let through before it asks. A request without an origin, or with the
 * opaque origin `null` (a file, a sandboxed frame), comes from nowhere that can be allowed, so only `*` admits it.
 */
export function admits(origin: string | undefined, account: ChatAccount): boolean {
  const allowed = settingsOf(account).origins.map((line) => line.trim())
  if (allowed.includes('*')) return true
  const page = parse(origin)
  return page !== null && allowed.some((line) => matches(page, line))
}

function matches(page: URL, line: string): boolean {
  const wildcard = line.includes('://*.')
  const site = parse(line.replace('://*.', '://'))
  if (site === null || site.protocol !== page.protocol || site.port !== page.port) return false
  return wildcard ? page.hostname.endsWith(`.${site.hostname}`) : page.hostname === site.hostname
}

function parse(origin: string | undefined): URL | null {
  if (origin === undefined || !URL.canParse(origin)) return null
  const url = new URL(origin)
  return url.protocol === 'https:' || url.protocol === 'http:' ? url : null
}

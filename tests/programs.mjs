import { existsSync } from 'node:fs'

/**
 * Where the programs are that some tests drive; empty when this machine has none, and those tests are then skipped.
 * @returns {{ PALABRE_CHROMIUM: string, PALABRE_DOVECOT: string }} absolute paths, as environment variables
 */
export function programs() {
  return {
    PALABRE_CHROMIUM: process.env.PALABRE_CHROMIUM ?? first('/usr/bin/chromium', '/usr/bin/chromium-browser'),
    PALABRE_DOVECOT: process.env.PALABRE_DOVECOT ?? dovecotWithImap()
  }
}

const first = (...paths) => paths.find((path) => existsSync(path)) ?? ''

/** Debian has the server and its IMAP part in two packages. */
const dovecotWithImap = () => (existsSync('/usr/lib/dovecot/imap') ? first('/usr/sbin/dovecot') : '')

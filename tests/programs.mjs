import { existsSync, readdirSync } from 'node:fs'

/**
 * Where the programs are that some tests drive; empty when this machine has none, and those tests are then skipped.
 * @returns {Record<'PALABRE_CHROMIUM' | 'PALABRE_DOVECOT' | 'PALABRE_POSTGRES' | 'PALABRE_MARIADB', string>} absolute
 * paths, as environment variables
 */
export function programs() {
  return {
    PALABRE_CHROMIUM: process.env.PALABRE_CHROMIUM ?? first('/usr/bin/chromium', '/usr/bin/chromium-browser'),
    PALABRE_DOVECOT: process.env.PALABRE_DOVECOT ?? dovecotWithImap(),
    PALABRE_POSTGRES: process.env.PALABRE_POSTGRES ?? newestPostgres(),
    PALABRE_MARIADB: process.env.PALABRE_MARIADB ?? first('/usr/sbin/mariadbd')
  }
}

const first = (...paths) => paths.find((path) => existsSync(path)) ?? ''

/** Debian has the server and its IMAP part in two packages. */
const dovecotWithImap = () => (existsSync('/usr/lib/dovecot/imap') ? first('/usr/sbin/dovecot') : '')

/** Debian keeps each major version of PostgreSQL in a folder of its own, outside PATH. */
function newestPostgres() {
  const home = '/usr/lib/postgresql'
  const versions = existsSync(home) ? readdirSync(home).sort((a, b) => Number(b) - Number(a)) : []
  return first(...versions.map((version) => `${home}/${version}/bin/postgres`))
}

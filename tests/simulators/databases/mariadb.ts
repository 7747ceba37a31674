import { join } from 'node:path'
import { runProgram, startDatabase, type Database } from './server.ts'

export const mariadbDatabase = 'bank'

/** Starts a private MariaDB with an empty database. */
export function startMariadb(): Promise<Database> {
  const server = process.env['PALABRE_MARIADB'] ?? ''
  if (server === '') throw new Error('MariaDB is not installed (Debian: apt install mariadb-server)')
  return startDatabase({
    name: 'mariadb',
    user: 'mysql',
    async prepare(dir, owner) {
      await runProgram(
        [
          'mariadb-install-db',
          ...['--no-defaults', `--datadir=${join(dir, 'data')}`, '--skip-test-db'],
          ...['--auth-root-authentication-method=normal', '--innodb-log-file-size=8M']
        ],
        { owner }
      )
    },
    command: (dir, port) => [
      server,
      ...['--no-defaults', `--datadir=${join(dir, 'data')}`, `--port=${String(port)}`],
      ...[`--socket=${join(dir, 'socket')}`, '--bind-address=127.0.0.1', '--skip-name-resolve'],
      ...['--innodb-flush-log-at-trx-commit=0', '--innodb-buffer-pool-size=8M', '--innodb-log-file-size=8M']
    ],
    admin: (dir, _port, sql) =>
      runProgram(['mariadb', '--no-defaults', '-uroot', `--socket=${join(dir, 'socket')}`, '-N', '-B'], {
        input: `CREATE DATABASE IF NOT EXISTS ${mariadbDatabase}; USE ${mariadbDatabase};\n${sql}`
      })
  })
}

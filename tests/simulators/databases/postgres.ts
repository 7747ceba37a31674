import { dirname, join } from 'node:path'
import { runProgram, startDatabase, type Database } from './server.ts'

/** Name of the owner's login, and of the database. */
export const postgresDatabase = 'bank'
const admin = 'owner'

/** Starts a private PostgreSQL with an empty database. */
export function startPostgres(): Promise<Database> {
  const server = process.env['PALABRE_POSTGRES'] ?? ''
  if (server === '') throw new Error('PostgreSQL is not installed (Debian: apt install postgresql)')
  const bin = dirname(server)
  const psql = (dir: string, port: number, database: string, sql: string) =>
    runProgram(
      [
        join(bin, 'psql'),
        ...['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-h', dir, '-p', String(port)],
        ...['-U', admin, '-d', database, '-f', '-']
      ],
      { input: sql }
    )
  return startDatabase({
    name: 'postgres',
    user: 'postgres',
    async prepare(dir, owner) {
      // The owner comes by socket, everybody else by TCP with a password.
      await runProgram(
        [
          join(bin, 'initdb'),
          ...['-D', join(dir, 'data'), '-U', admin, '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'],
          ...['--auth-local=trust', '--auth-host=scram-sha-256']
        ],
        { owner }
      )
    },
    command: (dir, port) => [
      server,
      ...['-D', join(dir, 'data'), '-p', String(port), '-c', 'listen_addresses=127.0.0.1'],
      ...['-c', `unix_socket_directories=${dir}`, '-c', 'fsync=off', '-c', 'shared_buffers=16MB']
    ],
    async admin(dir, port, sql) {
      const known = await psql(
        dir,
        port,
        'postgres',
        `SELECT 1 FROM pg_database WHERE datname = '${postgresDatabase}'`
      )
      if (known.trim() !== '1') await psql(dir, port, 'postgres', `CREATE DATABASE ${postgresDatabase}`)
      return psql(dir, port, postgresDatabase, sql)
    }
  })
}

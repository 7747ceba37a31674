import { existsSync } from 'node:fs'
import type { Log } from './engine.ts'

interface Located {
  kind: 'mongod' | 'embedded' | 'redis'
  command: string[]
  env: Record<string, string>
}

/** `locate.mjs` is not compiled: this file runs from `engines/` and from `dist/engines/`. */
const script = ['./locate.mjs', '../../engines/locate.mjs']
  .map((path) => new URL(path, import.meta.url))
  .find((url) => existsSync(url))

/** Finds or downloads a server's program, see `locate.mjs`. */
export async function locate(name: 'mongodb' | 'redis', log?: Log): Promise<Located> {
  const { locateMongodb, locateRedis } = (await import(String(script))) as Record<
    string,
    (log?: Log) => Promise<Located>
  >
  const found = name === 'mongodb' ? locateMongodb : locateRedis
  return found!(log)
}

import type { Env } from '@palabre/config/env'
import { signed } from './aws-signature.ts'
import type { SoundStore } from './sound-store.ts'

const patienceMs = 10_000
const listedAtOnce = 1000

type S3Env = Pick<
  Env,
  | 'RECORDINGS_S3_ENDPOINT'
  | 'RECORDINGS_S3_BUCKET'
  | 'RECORDINGS_S3_REGION'
  | 'RECORDINGS_S3_ACCESS_KEY'
  | 'RECORDINGS_S3_SECRET_KEY'
  | 'RECORDINGS_S3_PREFIX'
>

/**
 * A bucket of an S3-compatible service (AWS, MinIO, Ceph, …), addressed by path. Throws when the environment names
 * the service without the rest of what it takes.
 */
export function s3Store(env: S3Env): SoundStore {
  const { RECORDINGS_S3_BUCKET: bucket, RECORDINGS_S3_PREFIX: before } = env
  if (bucket === '' || env.RECORDINGS_S3_ACCESS_KEY === '' || env.RECORDINGS_S3_SECRET_KEY === '')
    throw new Error(
      'RECORDINGS_S3_ENDPOINT needs RECORDINGS_S3_BUCKET, RECORDINGS_S3_ACCESS_KEY and RECORDINGS_S3_SECRET_KEY'
    )
  const base = new URL(env.RECORDINGS_S3_ENDPOINT)
  const keys = {
    region: env.RECORDINGS_S3_REGION,
    accessKey: env.RECORDINGS_S3_ACCESS_KEY,
    secretKey: env.RECORDINGS_S3_SECRET_KEY
  }

  async function ask(method: string, key: string, query: Record<string, string> = {}, body?: Buffer) {
    const url = new URL(base)
    url.pathname = `${base.pathname.replace(/\/$/, '')}/${bucket}${key === '' ? '' : `/${before}${key}`}`
    const request = signed({ method, url, query, body: body ?? Buffer.alloc(0) }, keys, new Date())
    const response = await fetch(request.url, {
      method,
      headers: request.headers,
      signal: AbortSignal.timeout(patienceMs),
      ...(body && { body: new Uint8Array(body) })
    })
    const bytes = Buffer.from(await response.arrayBuffer())
    if (response.ok) return bytes
    const [, code = ''] = /<Code>([^<]{1,80})</.exec(bytes.toString('utf8', 0, 2000)) ?? []
    throw new Error(`The S3 store answered ${String(response.status)} ${code} to ${method}`)
  }

  return {
    async put(name, bytes) {
      await ask('PUT', name, {}, bytes)
    },
    get: (name) => ask('GET', name),
    async clear(prefix) {
      for (let more = true; more;) {
        const list = await ask('GET', '', {
          'list-type': '2',
          'max-keys': String(listedAtOnce),
          prefix: before + prefix
        })
        const found = [...list.toString().matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key = '']) => key)
        for (const key of found) await ask('DELETE', key.slice(before.length))
        more = found.length === listedAtOnce
      }
    }
  }
}

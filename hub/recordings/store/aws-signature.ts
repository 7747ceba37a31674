import { createHash, createHmac } from 'node:crypto'

export interface Keys {
  region: string
  accessKey: string
  secretKey: string
}

interface Asked {
  method: string
  url: URL
  query: Record<string, string>
  body: Buffer
}

/**
 * A request to S3 with its signature, AWS Signature Version 4 (docs.aws.amazon.com/AmazonS3/latest/API/
 * sig-v4-header-based-auth.html). Host, date and body are signed.
 */
export function signed({ method, url, query, body }: Asked, keys: Keys, now: Date) {
  const date = now.toISOString().replace(/[-:]|\.\d{3}/g, '')
  const path = url.pathname
    .split('/')
    .map((part) => encoded(decodeURIComponent(part)))
    .join('/')
  const search = Object.entries(query)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .join('&')
  const headers = { 'x-amz-content-sha256': sha256(body), 'x-amz-date': date }
  const signature = signatureOf({ method, path, search, headers: { host: url.host, ...headers } }, keys)
  return {
    url: `${url.origin}${path}${search === '' ? '' : `?${search}`}`,
    headers: { ...headers, authorization: signature }
  }
}

interface Canonical {
  method: string
  path: string
  search: string
  /** Lower-case names, in alphabetical order; with `x-amz-date` and the hash of the body. */
  headers: Record<'host' | 'x-amz-content-sha256' | 'x-amz-date', string>
}

/** The Authorization header of a request. */
export function signatureOf({ method, path, search, headers }: Canonical, keys: Keys): string {
  const { 'x-amz-date': date, 'x-amz-content-sha256': hash } = headers
  const day = date.slice(0, 8)
  const scope = `${day}/${keys.region}/s3/aws4_request`
  const names = Object.keys(headers).join(';')
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`)
  const canonical = [method, path, search, lines.join(''), names, hash].join('\n')
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n')
  const key = [day, keys.region, 's3', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${keys.secretKey}`)
  const signature = hmac(key, text).toString('hex')
  return `AWS4-HMAC-SHA256 Credential=${keys.accessKey}/${scope}, SignedHeaders=${names}, Signature=${signature}`
}

/** RFC 3986: what encodeURIComponent leaves is encoded too. */
const encoded = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex')
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()

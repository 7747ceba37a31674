import { createHmac } from 'node:crypto'
import { equal } from './admits.ts'
import { limits } from './limits.ts'

/**
 * Is the body signed by jambonz (`Jambonz-Signature: t=<seconds>,v1=<hex>`, HMAC-SHA256 of `<t>.<body>`) and not older
 * or newer than five minutes? Over the bytes as they came: the same JSON written anew need not be the same.
 */
export function isSigned(header: string | undefined, body: Uint8Array, secret: string, now: Date): boolean {
  const parts = (header ?? '').slice(0, 1_000).split(',')
  const value = (name: string) =>
    parts.flatMap((part) => {
      const [key, text] = part.trim().split('=', 2)
      return key === name && text !== undefined ? [text] : []
    })
  const [t = ''] = value('t')
  if (secret === '' || !/^\d{1,12}$/.test(t)) return false
  if (Math.abs(now.getTime() / 1000 - Number(t)) > limits.signatureSeconds) return false
  const right = createHmac('sha256', secret).update(`${t}.`).update(body).digest('hex')
  return value('v1').some((given) => equal(Buffer.from(given.toLowerCase()), Buffer.from(right)))
}

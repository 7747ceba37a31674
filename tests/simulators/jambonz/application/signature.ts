import { createHmac } from 'node:crypto'

/** The `Jambonz-Signature` of a webhook: HMAC-SHA256 over `<unix seconds>.<raw body>`. */
export function sign(secret: string, body: string, at = Date.now()): string {
  const seconds = Math.floor(at / 1000)
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`
}

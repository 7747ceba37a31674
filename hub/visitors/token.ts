import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import type { AccountDoc } from '../accounts/account.model.ts'
import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'

/** A visit: who is at the customer's side of a client. `address` is the contact point at the account. */
export interface Visit {
  address: string
  name: string
  email: string
  /** The site vouches for name and email. */
  verified: boolean
}

const days = 180

/** The key of an account never changes and is dear to derive. */
const keys = new WeakMap<AccountDoc, string>()

function keyOf(hub: Hub, account: AccountDoc): string {
  let key = keys.get(account)
  if (key === undefined) {
    key = hub.vault.signingKey(`visitor:${account._id.toHexString()}`)
    keys.set(account, key)
  }
  return key
}

const sign = (hub: Hub, account: AccountDoc, body: string) =>
  createHmac('sha256', keyOf(hub, account)).update(body).digest('base64url')

export const newVisit = (): Visit => ({
  address: `anonymous:${randomUUID()}`,
  name: '',
  email: '',
  verified: false
})

/** A token is the visit itself, signed for this account; nothing is stored for a visitor who never writes. */
export function tokenOf(hub: Hub, account: AccountDoc, visit: Visit): string {
  const body = Buffer.from(JSON.stringify({ ...visit, at: Date.now() })).toString('base64url')
  return `${body}.${sign(hub, account, body)}`
}

/** The visit of a token. Refuses `visitor-rejected` when it is forged, of another account, or too old. */
export function visitOf(hub: Hub, account: AccountDoc, token: string | undefined): Visit {
  const [body = '', signature = ''] = token?.split('.') ?? []
  const expected = Buffer.from(sign(hub, account, body))
  const given = Buffer.from(signature)
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return refuse('visitor-rejected')
  const { at, ...visit } = JSON.parse(Buffer.from(body, 'base64url').toString()) as Visit & { at: number }
  if (Date.now() - at > days * 86_400_000) return refuse('visitor-rejected')
  return visit
}

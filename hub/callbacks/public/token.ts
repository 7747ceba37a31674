import { Types } from 'mongoose'
import type { Hub } from '../../hub.ts'
import { readSigned, signToken } from '../../record/signed-token.ts'

const purpose = 'callback:token'
const use = 'page'
const bodyBytes = 12

/** The path under which whoever asked sees, changes and cancels their callback. */
export const pagePath = (hub: Hub, id: Types.ObjectId): string =>
  `/k/${signToken(hub, purpose, use, Buffer.from(id.toHexString(), 'hex'))}`

/** The callback that a token names; null when it is none of ours. */
export function callbackNamed(hub: Hub, token: string): Types.ObjectId | null {
  const body = readSigned(hub, purpose, use, { token, bodyBytes })
  return body && new Types.ObjectId(body)
}

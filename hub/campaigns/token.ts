import { Types } from 'mongoose'
import type { Hub } from '../hub.ts'
import { readSigned, signToken } from '../record/signed-token.ts'

/** What an address of ours in a mail is for; a token of one is none of another. */
export type TokenUse = 'click' | 'open' | 'unsubscribe'

const purpose = 'campaign:token'
const idBytes = 12
const linkBytes = 2

/** An address part that names a recipient, and of a click which link. */
export function makeToken(hub: Hub, use: TokenUse, recipientId: Types.ObjectId, link = 0): string {
  const body = Buffer.alloc(idBytes + (use === 'click' ? linkBytes : 0))
  body.write(recipientId.toHexString(), 'hex')
  if (use === 'click') body.writeUInt16BE(link, idBytes)
  return signToken(hub, purpose, use, body)
}

/** What a token names, when it is one of ours for this use; null for anything else. */
export function readToken(
  hub: Hub,
  use: TokenUse,
  token: string
): { recipientId: Types.ObjectId; link: number } | null {
  const bodyBytes = idBytes + (use === 'click' ? linkBytes : 0)
  const body = readSigned(hub, purpose, use, { token, bodyBytes })
  return (
    body && {
      recipientId: new Types.ObjectId(body.subarray(0, idBytes)),
      link: use === 'click' ? body.readUInt16BE(idBytes) : 0
    }
  )
}

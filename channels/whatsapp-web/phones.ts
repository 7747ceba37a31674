import { ChannelError } from '../channel.ts'
import type { WhatsappClient } from './client.ts'
import type { Pace } from './pace.ts'
import type { People } from './people.ts'

/** A linked phone that is ready, in this process. */
export interface Phone {
  client: WhatsappClient
  people: People
  pace: Pace
}

const phones = new Map<string, Phone>()

/** Lets messages of the account leave by this phone; gives back how to take it away. */
export function offerPhone(accountId: string, phone: Phone): () => void {
  phones.set(accountId, phone)
  return () => {
    if (phones.get(accountId) === phone) phones.delete(accountId)
  }
}

/** The account's phone. Throws ChannelError('unreachable') when it is not ready, or with another process. */
export function phoneOf(accountId: string): Phone {
  const phone = phones.get(accountId)
  if (!phone) throw new ChannelError('unreachable', 'The phone is not connected.')
  return phone
}

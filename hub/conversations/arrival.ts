import type { Types } from 'mongoose'
import type { InboundMessage } from '@palabre/channels/channel'
import type { AccountDoc } from '../accounts/account.model.ts'
import type { InteractionDoc } from '../interactions/interaction.model.ts'
import type { AttachmentRef, MessageDoc } from '../messages/message.model.ts'

/** One inbound message on its way to its interaction. */
export interface Arrival {
  id: Types.ObjectId
  account: AccountDoc
  event: InboundMessage
  attachments: AttachmentRef[]
  rawId: Types.ObjectId | null
  clientId?: string | undefined
  form: Record<string, string>
  /** An address that the customer gave on a channel that knows them otherwise; a claim, not a proof. */
  email?: string | undefined
  /** The site vouches for that address. */
  emailVerified?: boolean | undefined
  customerOnline: boolean | null
}

/** An arrival with its stored message and, at the end, its interaction. */
export interface Placing extends Arrival {
  message: MessageDoc
  interaction?: InteractionDoc
}

import type { Types } from 'mongoose'
import type { Medium, Requirement } from '@palabre/config/contract/routing'
import type { InboundMessage } from '@palabre/channels/channel'
import type { AccountDoc } from '../accounts/account.model.ts'
import type { CallbackWork, InteractionDoc } from '../interactions/interaction.model.ts'
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
  into?: QueueChoice | undefined
  /** As far as their client can tell, the customer has never written: nothing needs to be looked for before it is made. */
  isFirst?: boolean | undefined
}

/** Where a new interaction is queued, when not in the account's own queue as it is. */
export interface QueueChoice {
  queueId: string
  requirements: Requirement[]
  priority: number
  /** What it takes of an agent, when not what its channel does: a message left by telephone is worked like a mail. */
  medium?: Medium | undefined
  /** The customer is called back, rather than waiting on the line; without an id it gets the interaction's own. */
  callback?: CallbackWork | undefined
  /** Whom it waits for at first. */
  keptFor?: { agentId: Types.ObjectId; until: Date } | undefined
}

/** Ids of a conversation and an interaction. */
export interface Place {
  interactionId: Types.ObjectId
  conversationId: Types.ObjectId
}

/** An arrival with its stored message and, at the end, its interaction. */
export interface Placing extends Arrival {
  message: MessageDoc
  /** The ids that its message was stored with, for what it may begin: then the message need not be written again. */
  chosen?: Place | undefined
  interaction?: InteractionDoc
}

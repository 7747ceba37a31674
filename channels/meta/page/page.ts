import type { InboundEvent, OutboundAttachment, OutboundMessage } from '../../channel.ts'
import type { Graph } from '../graph.ts'
import type { Entry } from './payload.ts'
import type { Language } from './words.ts'

/** What a file leaves as. */
export type FileKind = 'image' | 'audio' | 'video' | 'file'

/** What Messenger and Instagram differ in. */
export interface Platform {
  name: 'Messenger' | 'Instagram'
  /** What its webhook calls are about. */
  object: 'page' | 'instagram'
  /** Permissions without which the token is of no use. */
  scopes: readonly string[]
  /** Fields of the webhook that have to be subscribed to, else something is not heard. */
  fields: readonly string[]
  /** Our own id can go with a message, and comes back with its echo. */
  echoesOurId: boolean
  /** Can these words leave as one message? */
  fits(text: string): boolean
  /** What a file leaves as; null: it is not carried. */
  kindOf(file: OutboundAttachment): FileKind | null
  /** Which files are carried, for those whose file is not. */
  carried: string
  /** A file that Meta has, as content of a message. */
  attachmentOf(kind: FileKind, id: string): object
  /** An emoji as the API takes it; null: it does not. */
  reactionOf(emoji: string): string | null
  /** What a change in a feed says: comments, mentions. Changes of other fields are let be. */
  changed(change: unknown, entry: Entry, page: Page): InboundEvent[]
  /** Writes below what is answered, where everybody reads it; the id of what was written. Throws ChannelError. */
  answerInPublic(message: OutboundMessage, page: Page): Promise<string>
  /** The fields of a person's profile, and what they say. */
  profile: { fields: string; read(found: unknown): { name: string; picture?: string } }
}

/** One page, or the Instagram account behind it, as the code that both share sees it. */
export interface Page {
  platform: Platform
  graph: Graph
  pageId: string
  /** By what webhook calls name it: the page itself, or the Instagram account. */
  ownId: string
  appSecret: string
  language: Language
}

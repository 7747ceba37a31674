import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { OutboundAttachment } from '../channel.ts'
import { limits as pageLimits } from '../meta/page/limits.ts'
import type { FileKind, Platform } from '../meta/page/page.ts'
import { answerComment, feedChanged } from './comments.ts'
import { limits } from './limits.ts'

const Described = Type.Object({
  name: Type.Optional(Type.String()),
  first_name: Type.Optional(Type.String()),
  last_name: Type.Optional(Type.String()),
  profile_pic: Type.Optional(Type.String())
})

/** What a file leaves as: a picture, a sound or a film of another kind, or too large a picture, is a document. */
function kindOf({ type, content }: OutboundAttachment): FileKind | null {
  const size = content.byteLength
  if (size > pageLimits.fileBytes) return null
  if (/^image\/(png|jpeg|gif)$/.test(type) && size <= pageLimits.imageBytes) return 'image'
  if (/^audio\/(aac|mp4|mpeg|ogg|x-m4a|wav|x-wav)$/.test(type)) return 'audio'
  if (/^video\/(mp4|ogg|quicktime|webm|x-msvideo)$/.test(type)) return 'video'
  return 'file'
}

/** Messenger, and the comments below a page's posts. */
export const messengerPlatform: Platform = {
  name: 'Messenger',
  object: 'page',
  scopes: ['pages_messaging', 'pages_manage_metadata', 'pages_read_engagement', 'pages_manage_engagement'],
  fields: [
    'messages',
    'messaging_postbacks',
    'message_echoes',
    'message_deliveries',
    'message_reads',
    'message_reactions',
    'message_edits',
    'messaging_referrals',
    'feed'
  ],
  echoesOurId: true,
  fits: (text) => text.length <= limits.textChars,
  kindOf,
  carried: 'files of at most 25 MB',
  attachmentOf: (kind, id) => ({ type: kind, payload: { attachment_id: id } }),
  reactionOf: (emoji) => emoji,
  changed: feedChanged,
  answerInPublic: answerComment,
  profile: {
    fields: 'name,first_name,last_name,profile_pic',
    read(found) {
      if (!Value.Check(Described, found)) return { name: '' }
      const { name, first_name: first = '', last_name: last = '', profile_pic: picture } = found
      return { name: name ?? `${first} ${last}`, ...(picture !== undefined && { picture }) }
    }
  }
}

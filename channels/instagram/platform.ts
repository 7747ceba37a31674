import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { OutboundAttachment } from '../channel.ts'
import { limits as pageLimits } from '../meta/page/limits.ts'
import type { FileKind, Platform } from '../meta/page/page.ts'
import { answerInPublic, feedChanged } from './comments.ts'
import { limits } from './limits.ts'

const Described = Type.Object({
  name: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  username: Type.Optional(Type.String()),
  profile_pic: Type.Optional(Type.Union([Type.String(), Type.Null()]))
})

/** Instagram carries few kinds of files, and makes no document of the others. */
function kindOf({ type, content }: OutboundAttachment): FileKind | null {
  const size = content.byteLength
  if (/^image\/(png|jpeg|gif)$/.test(type)) return size <= pageLimits.imageBytes ? 'image' : null
  if (size > pageLimits.fileBytes) return null
  if (/^audio\/(aac|mp4|x-m4a|wav|x-wav)$/.test(type)) return 'audio'
  if (/^video\/(mp4|ogg|quicktime|webm|x-msvideo)$/.test(type)) return 'video'
  return type === 'application/pdf' ? 'file' : null
}

/** Instagram's direct messages, and the comments below an account's posts. */
export const instagramPlatform: Platform = {
  name: 'Instagram',
  object: 'instagram',
  scopes: [
    'instagram_basic',
    'instagram_manage_messages',
    'instagram_manage_comments',
    'pages_manage_metadata'
  ],
  fields: [
    'messages',
    'messaging_postbacks',
    'messaging_seen',
    'message_reactions',
    'messaging_referral',
    'comments',
    'mentions'
  ],
  echoesOurId: false,
  fits: (text) => Buffer.byteLength(text) <= limits.textBytes,
  kindOf,
  carried: 'pictures (PNG, JPEG, GIF) of at most 8 MB, and sounds, films and PDF of at most 25 MB',
  attachmentOf: (_kind, id) => ({ type: 'MEDIA_SHARE', payload: { id } }),
  // The only one that Meta documents for a business to give.
  reactionOf: (emoji) => (/^(❤|♥)\ufe0f?$/u.test(emoji) ? 'love' : null),
  changed: feedChanged,
  answerInPublic,
  profile: {
    fields: 'name,username,profile_pic',
    read(found) {
      if (!Value.Check(Described, found)) return { name: '' }
      const { name, username = '', profile_pic: picture } = found
      return { name: name || username, ...(picture && { picture }) }
    }
  }
}

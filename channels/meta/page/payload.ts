import { Type, type Static, type TProperties } from 'typebox'
import { Compile } from 'typebox/compile'

/** Something that Meta may leave out, and may say more of than is known here. */
export const maybe = <P extends TProperties>(properties: P) => Type.Optional(Type.Object(properties))
export const text = Type.Optional(Type.String())
/** Scoped ids of people, and ids of pages, accounts and media. */
export const numericId = Type.String({ pattern: '^\\d{1,40}$' })

const mid = Type.String({ minLength: 1, maxLength: 500 })

const Referral = maybe({
  ref: text,
  source: text,
  ad_id: text,
  ads_context_data: maybe({ ad_title: text })
})

const Attachment = Type.Object({
  type: text,
  title: text,
  url: text,
  payload: Type.Optional(
    Type.Union([
      Type.Null(),
      Type.Object({
        url: text,
        title: text,
        sticker_id: Type.Optional(Type.Union([Type.String(), Type.Number()])),
        coordinates: maybe({ lat: Type.Number(), long: Type.Number() })
      })
    ])
  )
})
export type PageAttachment = Static<typeof Attachment>

const Message = Type.Object({
  mid,
  text,
  is_echo: Type.Optional(Type.Boolean()),
  is_deleted: Type.Optional(Type.Boolean()),
  is_unsupported: Type.Optional(Type.Boolean()),
  metadata: text,
  quick_reply: maybe({ payload: text }),
  reply_to: maybe({ mid: text, story: maybe({ id: text, url: text }) }),
  referral: Referral,
  attachments: Type.Optional(Type.Array(Attachment))
})
export type PageMessage = Static<typeof Message>

/** One thing that happened between a person and the account ("Webhooks for Messenger Platform", "… Instagram Messaging"). */
const Messaging = Type.Object({
  sender: maybe({ id: numericId }),
  timestamp: Type.Optional(Type.Integer({ minimum: 0, maximum: 8.64e15 })),
  message: Type.Optional(Message),
  message_edit: maybe({ mid, text }),
  postback: maybe({ mid: Type.Optional(mid), title: text, payload: text, referral: Referral }),
  reaction: maybe({ mid, action: text, reaction: text, emoji: text }),
  delivery: maybe({
    mids: Type.Optional(Type.Array(mid)),
    watermark: Type.Optional(Type.Integer({ minimum: 0, maximum: 8.64e15 }))
  }),
  /** Of Messenger with a watermark, of Instagram with the message. */
  read: maybe({
    mid: Type.Optional(mid),
    watermark: Type.Optional(Type.Integer({ minimum: 0, maximum: 8.64e15 }))
  }),
  referral: Referral
})
export type PageMessaging = Static<typeof Messaging>
export type PageReferral = NonNullable<PageMessaging['referral']>

const Entry = Type.Object({
  id: numericId,
  /** Seconds in calls about feeds, milliseconds in those about messages. */
  time: Type.Optional(Type.Integer({ minimum: 0, maximum: 8.64e15 })),
  messaging: Type.Optional(Type.Array(Type.Unknown())),
  changes: Type.Optional(Type.Array(Type.Unknown()))
})
export type Entry = Static<typeof Entry>

/** One call: many pages, each with much that happened. */
const Call = Type.Object({ object: Type.String(), entry: Type.Array(Entry) })

export const isCall = Compile(Call)
export const isMessaging = Compile(Messaging)

/** A moment given in seconds or milliseconds. */
export const momentOf = (time: number): Date => new Date(time < 1e11 ? time * 1000 : time)

import { Type, type Static, type TProperties } from 'typebox'
import { Compile } from 'typebox/compile'

/** Something that X may leave out, and may say more of than is known here. */
const maybe = <P extends TProperties>(properties: P) => Type.Optional(Type.Object(properties))
const some = <P extends TProperties>(properties: P) => Type.Optional(Type.Array(Type.Object(properties)))
const text = Type.Optional(Type.String())
const Id = Type.String({ pattern: '^[1-9]\\d{0,18}$' })
const id = Type.Optional(Id)
const moment = Type.Optional(Type.Union([Type.String(), Type.Integer()]))

// Version 2: what is asked for, and what the X Activity API tells.

const Url = Type.Object({ url: text, expanded_url: text, media_key: text })

/** A direct message (docs.x.com, "DM event"). */
const Message = Type.Object({
  id: Id,
  event_type: text,
  text,
  sender_id: id,
  dm_conversation_id: text,
  created_at: text,
  attachments: maybe({ media_keys: Type.Optional(Type.Array(Type.String())) }),
  entities: maybe({ urls: Type.Optional(Type.Array(Url)) })
})
export type Message = Static<typeof Message>

/** A post (docs.x.com, "Post object"); `note_tweet` has the whole of a long one. */
const Post = Type.Object({
  id: Id,
  text: Type.String(),
  author_id: Id,
  created_at: text,
  edit_history_tweet_ids: Type.Optional(Type.Array(Id)),
  note_tweet: maybe({ text, entities: maybe({ urls: Type.Optional(Type.Array(Url)) }) }),
  attachments: maybe({ media_keys: Type.Optional(Type.Array(Type.String())) }),
  entities: maybe({ urls: Type.Optional(Type.Array(Url)) }),
  referenced_tweets: some({ type: Type.String(), id: Id })
})
export type Post = Static<typeof Post>

const User = Type.Object({ id: Id, name: text, username: text })

const Media = Type.Object({
  media_key: Type.String({ maxLength: 200 }),
  type: Type.String(),
  url: text,
  variants: some({ content_type: text, url: text, bit_rate: Type.Optional(Type.Number()) })
})
export type Media = Static<typeof Media>

const Includes = Type.Object({
  users: Type.Optional(Type.Array(Type.Unknown())),
  media: Type.Optional(Type.Array(Type.Unknown()))
})

/** One page of what was asked for. */
const Page = Type.Object({
  data: Type.Optional(Type.Array(Type.Unknown())),
  includes: Type.Optional(Includes),
  meta: maybe({ next_token: text })
})
export type Page = Static<typeof Page>

// Version 1.1: what the Account Activity API tells, and the messages of the X Activity API.

const OldMedia = Type.Object({
  id_str: text,
  type: Type.String(),
  url: text,
  media_url_https: text,
  video_info: maybe({
    variants: some({ content_type: text, url: text, bitrate: Type.Optional(Type.Number()) })
  })
})
export type OldMedia = Static<typeof OldMedia>

const oldEntities = maybe({
  urls: Type.Optional(Type.Array(Url)),
  user_mentions: some({ id_str: text })
})

const Event = Type.Object({
  type: Type.String(),
  id: Id,
  created_timestamp: moment,
  message_create: maybe({
    target: Type.Object({ recipient_id: Id }),
    sender_id: Id,
    message_data: Type.Object({
      text: Type.String(),
      entities: oldEntities,
      attachment: maybe({ type: text, media: Type.Optional(OldMedia) })
    })
  })
})
export type Event = Static<typeof Event>

const Status = Type.Object({
  id_str: Id,
  text,
  full_text: text,
  created_at: text,
  timestamp_ms: moment,
  user: Type.Object({ id_str: Id, name: text, screen_name: text }),
  in_reply_to_status_id_str: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  in_reply_to_user_id_str: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  retweeted_status: Type.Optional(Type.Unknown()),
  entities: oldEntities,
  extended_entities: maybe({ media: Type.Optional(Type.Array(OldMedia)) }),
  extended_tweet: maybe({
    full_text: text,
    entities: oldEntities,
    extended_entities: maybe({ media: Type.Optional(Type.Array(OldMedia)) })
  }),
  edit_history: maybe({ initial_tweet_id: id, edit_tweet_ids: Type.Optional(Type.Array(Id)) })
})
export type Status = Static<typeof Status>

const Deleted = Type.Object({
  status: Type.Object({ id: Id, user_id: Id }),
  timestamp_ms: moment
})

const Read = Type.Object({
  created_timestamp: Type.Union([Type.String({ pattern: '^\\d{1,15}$' }), Type.Integer()]),
  sender_id: Id,
  target: Type.Object({ recipient_id: Id })
})

const list = Type.Optional(Type.Array(Type.Unknown()))

const direct = {
  direct_message_events: list,
  direct_message_mark_read_events: list,
  users: Type.Optional(Type.Record(Type.String(), Type.Unknown()))
}
const Direct = Type.Object(direct)
export type Direct = Static<typeof Direct>

/** One call of the Account Activity API; what else it tells of (likes, follows) is let be. */
const Activity = Type.Object({
  for_user_id: Id,
  ...direct,
  tweet_create_events: list,
  tweet_delete_events: list
})
export type Activity = Static<typeof Activity>

/** One call of the X Activity API, which follows on it. */
const Envelope = Type.Object({
  data: Type.Object({
    event_type: Type.String(),
    filter: Type.Object({ user_id: Id }),
    payload: Type.Unknown(),
    includes: Type.Optional(Includes)
  })
})
export type Envelope = Static<typeof Envelope>

/** One who wrote, by number, in the two ways in which calls name them. */
const Named = Type.Object({ name: text, screen_name: text, username: text })

export const isMessage = Compile(Message)
export const isPost = Compile(Post)
export const isUser = Compile(User)
export const isMedia = Compile(Media)
export const isPage = Compile(Page)
export const isEvent = Compile(Event)
export const isStatus = Compile(Status)
export const isDeleted = Compile(Deleted)
export const isRead = Compile(Read)
export const isDirect = Compile(Direct)
export const isActivity = Compile(Activity)
export const isEnvelope = Compile(Envelope)
export const isNamed = Compile(Named)

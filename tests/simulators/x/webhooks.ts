import { createHmac } from 'node:crypto'
import type { XMessage, XOwner, XPost, XWorld } from './world.ts'

export interface Told {
  status: number
  body: string
}

/** JSON as X writes it in webhooks: slashes and everything beyond ASCII escaped. */
export const xJson = (value: unknown): string =>
  JSON.stringify(value)
    .replace(/\//g, '\\/')
    .replace(/[\u0080-\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)

export const signatureOf = (body: string, consumerSecret: string): string =>
  `sha256=${createHmac('sha256', consumerSecret).update(body).digest('base64')}`

const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')

const userOf = (world: XWorld, id: string) => {
  const { name = '', username = '' } = world.people.get(id) ?? {}
  return {
    id,
    created_timestamp: '1422556069340',
    name,
    screen_name: username,
    protected: false,
    verified: false,
    followers_count: 22,
    friends_count: 45,
    statuses_count: 494,
    profile_image_url_https: 'https://pbs.twimg.com/profile_images/1/normal.jpg'
  }
}

/** A direct message, as the Account Activity API tells it. */
export const messageCall = (world: XWorld, owner: Pick<XOwner, 'id'>, message: XMessage) => ({
  for_user_id: owner.id,
  direct_message_events: [eventOf(message)],
  apps: { '13090192': { id: '13090192', name: 'X for web', url: 'https://x.com' } },
  users: {
    [message.from]: userOf(world, message.from),
    [message.to]: userOf(world, message.to)
  }
})

const eventOf = ({ id, at, from, to, text, file }: XMessage) => ({
  type: 'message_create',
  id,
  created_timestamp: String(at.getTime()),
  message_create: {
    target: { recipient_id: to },
    sender_id: from,
    source_app_id: '13090192',
    message_data: {
      text: escaped(text) + (file ? ' https://t.co/file' : ''),
      entities: { hashtags: [], symbols: [], user_mentions: [], urls: [] },
      ...(file && {
        attachment: {
          type: 'media',
          media: {
            id_str: file.key.slice(2),
            type: file.type,
            url: 'https://t.co/file',
            media_url_https: file.url,
            expanded_url: `https://x.com/messages/media/${id}`
          }
        }
      })
    }
  }
})

/** The same, as the X Activity API tells it. */
export const messageEnvelope = (world: XWorld, owner: Pick<XOwner, 'id'>, message: XMessage) => ({
  data: {
    event_uuid: `-${message.id}`,
    filter: { user_id: owner.id },
    event_type: 'dm.received',
    tag: 'dm-inbound',
    payload: {
      direct_message_events: [eventOf(message)],
      users: {
        [message.from]: {
          data: {
            id: message.from,
            name: world.people.get(message.from)?.name,
            username: world.people.get(message.from)?.username
          }
        }
      }
    }
  }
})

/** A post, as the Account Activity API tells it (version 1.1 of the post object). */
export const postCall = (world: XWorld, owner: Pick<XOwner, 'id'>, post: XPost, more: object = {}) => ({
  for_user_id: owner.id,
  user_has_blocked: 'false',
  tweet_create_events: [
    {
      created_at: post.at.toUTCString().replace('GMT', '+0000'),
      id: Number(post.id),
      id_str: post.id,
      text: escaped(post.text),
      source: '<a href="https://mobile.x.com" rel="nofollow">X Web App</a>',
      truncated: false,
      in_reply_to_status_id_str: post.repliesTo?.id ?? null,
      in_reply_to_user_id_str: post.repliesTo?.author ?? null,
      user: { ...userOf(world, post.author), id: Number(post.author), id_str: post.author },
      is_quote_status: false,
      entities: {
        hashtags: [],
        urls: [],
        symbols: [],
        user_mentions: post.mentions.map((id) => ({
          screen_name: world.people.get(id)?.username,
          name: world.people.get(id)?.name,
          id: Number(id),
          id_str: id,
          indices: [0, 1]
        }))
      },
      edit_history: { initial_tweet_id: post.versions[0], edit_tweet_ids: post.versions },
      timestamp_ms: String(post.at.getTime()),
      ...more
    }
  ]
})

export const readCall = (
  world: XWorld,
  owner: Pick<XOwner, 'id'>,
  by: string,
  last: string,
  at = new Date()
) => ({
  for_user_id: owner.id,
  direct_message_mark_read_events: [
    {
      created_timestamp: String(at.getTime()),
      sender_id: by,
      target: { recipient_id: owner.id },
      last_read_event_id: last
    }
  ],
  users: { [by]: userOf(world, by), [owner.id]: userOf(world, owner.id) }
})

export const deletedCall = (owner: Pick<XOwner, 'id'>, post: Pick<XPost, 'id' | 'author'>) => ({
  for_user_id: owner.id,
  tweet_delete_events: [{ status: { id: post.id, user_id: post.author }, timestamp_ms: String(Date.now()) }]
})

/** Posts one call, signed as X does. */
export async function post(address: string, call: unknown, consumerSecret: string): Promise<Told> {
  const body = xJson(call)
  const response = await fetch(address, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-twitter-webhooks-signature': signatureOf(body, consumerSecret)
    },
    body
  })
  return { status: response.status, body: await response.text() }
}

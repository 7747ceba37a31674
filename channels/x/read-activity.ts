import type { InboundMedia } from '../channel.ts'
import { oldMediaOf } from './media-of.ts'
import { isNamed, type Direct, type Event, type OldMedia, type Status } from './payload.ts'
import { momentOf, type Post, type Said } from './said.ts'

type Users = Direct['users']

/** A direct message as the activity APIs tell it. Null for what is none. */
export function saidInEvent(
  { id, created_timestamp: at, message_create: made }: Event,
  users: Users
): Said | null {
  if (!made) return null
  const { text, entities, attachment } = made.message_data
  const file = attachment?.media
  return {
    id,
    by: made.sender_id,
    text,
    at: momentOf(at === undefined ? undefined : String(at)),
    ...namesOf(made.sender_id, users),
    ...filesOf(file ? [file] : [], entities?.urls)
  }
}

/** A post as the Account Activity API tells it: a long one has its whole text apart. */
export function saidInStatus(status: Status): Post {
  const { id_str: id, user, extended_tweet: long, edit_history: history } = status
  const media = (long?.extended_entities ?? status.extended_entities)?.media
  return {
    id,
    by: user.id_str,
    name: user.name,
    username: user.screen_name,
    text: long?.full_text ?? status.full_text ?? status.text ?? '',
    at: momentOf(status.timestamp_ms === undefined ? status.created_at : String(status.timestamp_ms)),
    versions: history?.edit_tweet_ids ?? [id],
    answers: status.in_reply_to_status_id_str ?? undefined,
    ...filesOf(media ?? [], [...(status.entities?.urls ?? []), ...(long?.entities?.urls ?? [])])
  }
}

/** Does a post speak to the account, and is it a word of somebody else's own? */
export function isMention(status: Status, own: string): boolean {
  const { user, retweeted_status: repost, in_reply_to_user_id_str: repliesTo } = status
  if (user.id_str === own || repost !== undefined) return false
  const named = [status.entities, status.extended_tweet?.entities].flatMap((one) => one?.user_mentions ?? [])
  return repliesTo === own || named.some(({ id_str: id }) => id === own)
}

function namesOf(id: string, users: Users = {}): Pick<Said, 'name' | 'username'> {
  const given = Object.hasOwn(users, id) ? users[id] : undefined
  // The X Activity API wraps each of them.
  const user = (given as { data?: unknown } | null | undefined)?.data ?? given
  return isNamed.Check(user)
    ? { name: user.name, username: user.screen_name ?? user.username }
    : { name: undefined, username: undefined }
}

function filesOf(
  files: OldMedia[],
  urls: { url?: string | undefined; expanded_url?: string | undefined }[] = []
): Pick<Said, 'links' | 'media'> {
  const shown = new Set(files.map(({ url }) => url))
  return {
    media: files.map(oldMediaOf).filter((one): one is InboundMedia => one !== null),
    links: [
      ...files.map(({ url: short = '' }) => ({ short, long: null })),
      ...urls
        .filter(({ url }) => !shown.has(url))
        .map(({ url: short = '', expanded_url: long }) => ({ short, long: long ?? null }))
    ]
  }
}

import type { InboundMedia } from '../channel.ts'
import { mediaOf } from './media-of.ts'
import { isMedia, isUser, type Message, type Page, type Post } from './payload.ts'
import { momentOf, type Post as SaidPost, type Said } from './said.ts'

type Includes = Page['includes']

/** A direct message as version 2 of the API has it. */
export function saidInMessage(message: Message, includes: Includes): Said | null {
  const { id, sender_id: by, text = '', created_at: at, attachments, entities } = message
  if (by === undefined) return null
  return {
    id,
    by,
    text,
    at: momentOf(at),
    ...namesOf(by, includes),
    ...filesOf(attachments?.media_keys, entities?.urls, includes)
  }
}

/** A post as version 2 of the API and the X Activity API have it. */
export function saidInPost(post: Post, includes: Includes): SaidPost {
  const { id, author_id: by, created_at: at, attachments, entities, note_tweet: note } = post
  return {
    id,
    by,
    text: note?.text ?? post.text,
    at: momentOf(at),
    versions: post.edit_history_tweet_ids ?? [id],
    answers: post.referenced_tweets?.find(({ type }) => type === 'replied_to')?.id,
    ...namesOf(by, includes),
    ...filesOf(
      attachments?.media_keys,
      [...(entities?.urls ?? []), ...(note?.entities?.urls ?? [])],
      includes
    )
  }
}

function namesOf(id: string, includes: Includes): Pick<Said, 'name' | 'username'> {
  const user = includes?.users?.find((one) => isUser.Check(one) && one.id === id)
  return isUser.Check(user)
    ? { name: user.name, username: user.username }
    : { name: undefined, username: undefined }
}

function filesOf(
  keys: string[] = [],
  urls: NonNullable<NonNullable<Message['entities']>['urls']> = [],
  includes: Includes
): Pick<Said, 'links' | 'media'> {
  const media = keys
    .map((key) => includes?.media?.find((one) => isMedia.Check(one) && one.media_key === key))
    .map((one) => (isMedia.Check(one) ? mediaOf(one) : null))
    .filter((one): one is InboundMedia => one !== null)
  return {
    media,
    links: urls.map(({ url: short = '', expanded_url: long, media_key: key }) => ({
      short,
      long: isPicture(key, long) && media.length > 0 ? null : (long ?? null)
    }))
  }
}

/** The address of a picture beside the text; messages say it without its key. */
const isPicture = (key: string | undefined, long = '') =>
  key !== undefined ||
  /^https:\/\/(twitter|x)\.com\/(messages\/media\/\d+|\w+\/status\/\d+\/(photo|video)\/\d)$/.test(long)

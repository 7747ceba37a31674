import { ChannelError, type InboundEvent } from '../channel.ts'
import { limits } from './limits.ts'
import { isMessage, isPage, isPost, type Page } from './payload.ts'
import type { Question, XPort } from './port.ts'
import { saidInMessage, saidInPost } from './read-page.ts'
import { messageFrom, postFrom } from './said.ts'
import { ownId, settingsOf, type XAccount, type XSettings } from './settings.ts'
import { portOf } from './twit-port.ts'

/** One thing of a feed; what is not for us (our own words, a group) has no events and only moves the position. */
export interface Found {
  id: string
  events: InboundEvent[]
}

interface Asked {
  /** The last id that was taken. */
  since: string
  size: number
  token: string | undefined
  signal: AbortSignal
}

/** What X can be asked for again and again, newest first. */
export interface Feed {
  name: 'messages' | 'mentions'
  /** Throws ChannelError. */
  page(asked: Asked): Promise<{ items: Found[]; next: string | undefined }>
}

/** The feeds that an account is to be asked for. */
export function feedsOf(account: XAccount): Feed[] {
  const settings = settingsOf(account)
  const port = portOf(account)
  const own = ownId(settings)
  return feedNames(settings).map((name) => (name === 'messages' ? messages(port, own) : mentions(port, own)))
}

export const feedNames = ({ takeMessages, takeMentions }: XSettings): Feed['name'][] => [
  ...(takeMessages ? (['messages'] as const) : []),
  ...(takeMentions ? (['mentions'] as const) : [])
]

const pictures = 'media_key,type,url,variants'
const people = 'name,username'

/** Direct messages of the last 30 days; X knows no "since" for them. */
const messages = (port: XPort, own: string): Feed => ({
  name: 'messages',
  async page({ size, token, signal }) {
    const page = await ask(port, {
      method: 'GET',
      endpoint: '/2/dm_events',
      query: {
        event_types: 'MessageCreate',
        'dm_event.fields': 'attachments,created_at,dm_conversation_id,entities,event_type,id,sender_id,text',
        expansions: 'attachments.media_keys,sender_id',
        'media.fields': pictures,
        'user.fields': people,
        max_results: String(size),
        ...(token !== undefined && { pagination_token: token })
      },
      signal
    })
    return read(page, (one) => {
      if (!isMessage.Check(one)) return null
      const said = saidInMessage(one, page.includes)
      const isOurs = said?.by === own || one.event_type !== 'MessageCreate'
      const isPrivate = said !== null && isBetween(one.dm_conversation_id, own, said.by)
      return { id: one.id, events: said && isPrivate && !isOurs ? [messageFrom(said)] : [] }
    })
  }
})

/** The last 800 posts in which the account is mentioned. */
const mentions = (port: XPort, own: string): Feed => ({
  name: 'mentions',
  async page({ since, size, token, signal }) {
    const page = await ask(port, {
      method: 'GET',
      endpoint: '/2/users/:id/mentions',
      params: { id: own },
      query: {
        'tweet.fields':
          'attachments,author_id,created_at,edit_history_tweet_ids,entities,note_tweet,referenced_tweets',
        expansions: 'attachments.media_keys,author_id',
        'media.fields': pictures,
        'user.fields': people,
        since_id: since,
        max_results: String(Math.max(5, size)),
        ...(token !== undefined && { pagination_token: token })
      },
      signal
    })
    return read(page, (one) => {
      if (!isPost.Check(one)) return null
      const isOurs = one.author_id === own || one.referenced_tweets?.some(({ type }) => type === 'retweeted')
      return { id: one.id, events: isOurs ? [] : postFrom(saidInPost(one, page.includes)) }
    })
  }
})

/** Between two, a conversation is named after both; one of a group has a number of its own. */
const isBetween = (conversation: string | undefined, one: string, other: string) =>
  conversation === undefined || conversation === `${one}-${other}` || conversation === `${other}-${one}`

async function ask(port: XPort, question: Question): Promise<Page> {
  const answer = await port.ask({ ...question, ms: limits.callMs })
  if (!isPage.Check(answer)) throw new ChannelError('unreachable', 'The answer of X is no list.')
  return answer
}

/** What has not the form of what was asked for is kept whole, as far as it says its number. */
function read(
  { data = [], meta }: Page,
  readOne: (one: unknown) => Found | null
): { items: Found[]; next: string | undefined } {
  const items = data.flatMap((one) => readOne(one) ?? unread(one) ?? [])
  return { items, next: meta?.next_token }
}

function unread(one: unknown): Found | null {
  const id = (one as { id?: unknown } | null)?.id
  if (typeof id !== 'string' || !/^[1-9]\d{0,18}$/.test(id)) return null
  const raw = Buffer.from(JSON.stringify(one))
  return {
    id,
    events: [
      { kind: 'quarantined', externalId: `unread:${id}`, reason: 'It has not the form that X describes', raw }
    ]
  }
}

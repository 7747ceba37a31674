import { problem, type XAnswer } from './faults.ts'
import { newId, type XMessage, type XOwner, type XPost, type XWorld } from './world.ts'

interface XQuestion {
  method: string
  path: string
  query: URLSearchParams
  json: Record<string, unknown>
}

/** What our side has handed over, in order. */
export interface XSent {
  id: string
  kind: 'message' | 'post'
  to: string
  text: string
  mediaIds: string[]
  at: Date
}

interface Upload {
  owner: string
  type: string
  category: string
  size: number
  pieces: Buffer[]
  isWhole: boolean
  /** Questions until a film is ready. */
  looks: number
}

const ok = (data: unknown, more: object = {}): XAnswer => ({ status: 200, body: { data, ...more } })
const created = (data: unknown): XAnswer => ({ status: 201, body: { data } })
const invalid = (detail: string) =>
  problem(400, 'Invalid Request', detail, 'https://api.x.com/2/problems/invalid-request')
const forbidden = (detail: string) => problem(403, 'Forbidden', detail)
const notFound = (detail: string) =>
  problem(404, 'Not Found Error', detail, 'https://api.x.com/2/problems/resource-not-found')

/** Version 2 of the API, as far as the channel uses it. */
export class XApi {
  readonly sent: XSent[] = []
  readonly uploads = new Map<string, Upload>()
  private readonly world: XWorld

  constructor(world: XWorld) {
    this.world = world
  }

  /** The endpoint as X documents it, for its limits; null for what there is not. */
  static endpointOf({ method, path }: Pick<XQuestion, 'method' | 'path'>): string | null {
    const known: [string, RegExp][] = [
      ['GET /2/users/me', /^\/2\/users\/me$/],
      ['GET /2/users/:id', /^\/2\/users\/\d+$/],
      ['GET /2/users/:id/mentions', /^\/2\/users\/\d+\/mentions$/],
      ['GET /2/dm_events', /^\/2\/dm_events$/],
      [
        'POST /2/dm_conversations/with/:participant_id/messages',
        /^\/2\/dm_conversations\/with\/\d+\/messages$/
      ],
      ['POST /2/tweets', /^\/2\/tweets$/],
      ['POST /2/media/upload/initialize', /^\/2\/media\/upload\/initialize$/],
      ['POST /2/media/upload/:id/append', /^\/2\/media\/upload\/\d+\/append$/],
      ['POST /2/media/upload/:id/finalize', /^\/2\/media\/upload\/\d+\/finalize$/],
      ['GET /2/media/upload', /^\/2\/media\/upload$/],
      [
        'GET /2/account_activity/webhooks/:webhook_id/subscriptions/all',
        /^\/2\/account_activity\/webhooks\/\d+\/subscriptions\/all$/
      ]
    ]
    return known.find(([name, pattern]) => name.startsWith(`${method} `) && pattern.test(path))?.[0] ?? null
  }

  answer(endpoint: string, owner: XOwner, asked: XQuestion): XAnswer {
    const [, , , id = '', last = ''] = asked.path.split('/')
    switch (endpoint) {
      case 'GET /2/users/me':
        return ok(this.userOf(owner.id, asked.query))
      case 'GET /2/users/:id':
        return this.world.people.has(id)
          ? ok(this.userOf(id, asked.query))
          : { status: 200, body: { errors: [{ ...(notFound('Could not find user').body as object) }] } }
      case 'GET /2/users/:id/mentions':
        return id === owner.id ? this.mentions(owner, asked.query) : forbidden('Not your own')
      case 'GET /2/dm_events':
        return this.events(owner, asked.query)
      case 'POST /2/dm_conversations/with/:participant_id/messages':
        return this.takeMessage(owner, last, asked.json)
      case 'POST /2/tweets':
        return this.takePost(owner, asked.json)
      case 'GET /2/account_activity/webhooks/:webhook_id/subscriptions/all':
        return ok({ subscribed: true })
      default:
        return this.media(endpoint, owner, asked)
    }
  }

  private userOf(id: string, query: URLSearchParams) {
    const person = this.world.people.get(id)
    const fields = (query.get('user.fields') ?? '').split(',')
    return {
      id,
      name: person?.name,
      username: person?.username,
      ...(fields.includes('profile_image_url') && {
        profile_image_url: `${this.base}/pictures/${id}_normal.png`
      })
    }
  }
  /** Where this server is; set once it listens. */
  base = ''

  /** What was asked for beyond the standard fields, and nothing else. */
  private pick(whole: Record<string, unknown>, standard: string[], fields: string | null) {
    const wanted = new Set([...standard, ...(fields ?? '').split(',')])
    return Object.fromEntries(
      Object.entries(whole).filter(([name, value]) => wanted.has(name) && value !== undefined)
    )
  }

  private events(owner: XOwner, query: URLSearchParams): XAnswer {
    const theirs = this.world.messages.filter(({ from, to }) => from === owner.id || to === owner.id)
    const expansions = (query.get('expansions') ?? '').split(',')
    return this.pageOf(theirs, query, 1, (message: XMessage) => ({
      data: this.pick(
        {
          id: message.id,
          event_type: 'MessageCreate',
          text: message.text,
          sender_id: message.from,
          dm_conversation_id: message.conversation,
          created_at: message.at.toISOString(),
          attachments: message.file && { media_keys: [message.file.key] }
        },
        ['id', 'event_type', 'text'],
        query.get('dm_event.fields')
      ),
      users: expansions.includes('sender_id') ? [message.from] : [],
      media: message.file && expansions.includes('attachments.media_keys') ? [message.file] : []
    }))
  }

  private mentions(owner: XOwner, query: URLSearchParams): XAnswer {
    const since = query.get('since_id')
    const theirs = this.world.posts.filter(
      ({ id, mentions, author }) =>
        mentions.includes(owner.id) && author !== owner.id && (since === null || BigInt(id) > BigInt(since))
    )
    const expansions = (query.get('expansions') ?? '').split(',')
    return this.pageOf(theirs, query, 5, (post: XPost) => ({
      data: this.pick(
        {
          id: post.id,
          text: post.text,
          author_id: post.author,
          created_at: post.at.toISOString(),
          edit_history_tweet_ids: post.versions,
          referenced_tweets: post.repliesTo && [{ type: 'replied_to', id: post.repliesTo.id }]
        },
        ['id', 'text', 'edit_history_tweet_ids'],
        query.get('tweet.fields')
      ),
      users: expansions.includes('author_id') ? [post.author] : [],
      media: []
    }))
  }

  /** Newest first; the token says where the next page begins. */
  private pageOf<T extends { id: string }>(
    all: T[],
    query: URLSearchParams,
    least: number,
    show: (one: T) => {
      data: object
      users: string[]
      media: { key: string; type: string; url: string }[]
    }
  ): XAnswer {
    const size = Number(query.get('max_results') ?? 100)
    if (!(size >= least && size <= 100))
      return invalid('The `max_results` query parameter value is not valid')
    const token = query.get('pagination_token')
    const sorted = [...all].sort((a, b) => (BigInt(a.id) > BigInt(b.id) ? -1 : 1))
    const rest =
      token === null
        ? sorted
        : sorted.filter(({ id }) => BigInt(id) < BigInt(token.replace('after-message-', '')))
    const page = rest.slice(0, size)
    const shown = page.map(show)
    const last = page.at(-1)
    const users = [...new Set(shown.flatMap((one) => one.users))]
    const media = shown.flatMap((one) => one.media)
    return {
      status: 200,
      body: {
        ...(shown.length > 0 && { data: shown.map(({ data }) => data) }),
        ...((users.length > 0 || media.length > 0) && {
          includes: {
            ...(users.length > 0 && { users: users.map((id) => this.userOf(id, query)) }),
            ...(media.length > 0 && {
              media: media.map(({ key, type, url }) => ({ media_key: key, type, url }))
            })
          }
        }),
        meta: {
          result_count: shown.length,
          ...(rest.length > size && last && { next_token: `after-message-${last.id}` })
        }
      }
    }
  }

  private takeMessage(owner: XOwner, to: string, json: Record<string, unknown>): XAnswer {
    const { text, attachments = [] } = json as { text?: string; attachments?: { media_id: string }[] }
    const person = this.world.people.get(to)
    if (!person) return invalid('One or more participants do not exist')
    if (person.isClosed) return forbidden('You do not have permission to DM one or more participants.')
    if ((text ?? '') === '' && attachments.length === 0)
      return invalid('One of text or attachments is needed')
    if ((text ?? '').length > 10_000) return invalid('The text is too long')
    if (attachments.length > 1) return invalid('One attachment at most')
    const ids = attachments.map(({ media_id: id }) => id)
    if (!this.mayUse(owner, ids, 'dm_')) return invalid('Media ids are not valid')
    const message = this.world.message(owner, person, text ?? '')
    this.sent.push({ id: message.id, kind: 'message', to, text: text ?? '', mediaIds: ids, at: new Date() })
    return created({ dm_conversation_id: message.conversation, dm_event_id: message.id })
  }

  private takePost(owner: XOwner, json: Record<string, unknown>): XAnswer {
    const {
      text = '',
      reply,
      media
    } = json as {
      text?: string
      reply?: { in_reply_to_tweet_id?: string }
      media?: { media_ids: string[] }
    }
    const answered = this.world.posts.find(({ versions }) =>
      versions.includes(reply?.in_reply_to_tweet_id ?? '')
    )
    if ([...text].length > 280) return forbidden('Your Tweet text is too long.')
    if (!answered)
      return forbidden('You attempted to reply to a Tweet that is deleted or not visible to you.')
    if (!answered.mentions.includes(owner.id))
      return forbidden(
        'Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author of the post you are replying to.'
      )
    if (this.world.posts.some((one) => one.author === owner.id && one.text === text))
      return forbidden('You are not allowed to create a Tweet with duplicate content.')
    const ids = media?.media_ids ?? []
    if (!this.mayUse(owner, ids, 'tweet_')) return invalid('Your media IDs are invalid.')
    const post = this.world.post(owner, text, { repliesTo: answered, mediaIds: ids })
    this.sent.push({ id: post.id, kind: 'post', to: answered.id, text, mediaIds: ids, at: new Date() })
    return created({ id: post.id, text, edit_history_tweet_ids: [post.id] })
  }

  private mayUse(owner: XOwner, ids: string[], category: string): boolean {
    return ids.every((id) => {
      const upload = this.uploads.get(id)
      return (
        upload?.owner === owner.id &&
        upload.isWhole &&
        upload.looks <= 0 &&
        upload.category.startsWith(category)
      )
    })
  }

  private media(endpoint: string, owner: XOwner, { path, query, json }: XQuestion): XAnswer {
    if (endpoint === 'POST /2/media/upload/initialize') {
      const { media_type: type, total_bytes: size, media_category: category } = json
      if (typeof type !== 'string' || typeof size !== 'number' || typeof category !== 'string')
        return invalid('media_type, total_bytes and media_category are needed')
      const id = newId()
      const looks = category.endsWith('video') ? 2 : 0
      this.uploads.set(id, { owner: owner.id, type, category, size, pieces: [], isWhole: false, looks })
      return ok({ id, media_key: `3_${id}`, expires_after_secs: 86_400 })
    }
    const id = endpoint === 'GET /2/media/upload' ? (query.get('media_id') ?? '') : (path.split('/')[4] ?? '')
    const upload = this.uploads.get(id)
    if (upload?.owner !== owner.id) return notFound('No such upload')
    if (endpoint.endsWith('/append')) {
      const { media, segment_index: index } = json
      if (typeof media !== 'string' || index !== upload.pieces.length) return invalid('A piece is missing')
      upload.pieces.push(Buffer.from(media, 'base64'))
      return ok({ expires_at: Math.floor(Date.now() / 1000) + 86_400 })
    }
    if (endpoint.endsWith('/finalize')) {
      if (Buffer.concat(upload.pieces).length !== upload.size) return invalid('The size is another one')
      upload.isWhole = true
      return ok({ id, media_key: `3_${id}`, size: upload.size, ...this.processing(upload) })
    }
    upload.looks--
    return ok({ id, media_key: `3_${id}`, ...this.processing(upload) })
  }

  private processing({ looks, category }: Upload): object {
    if (!category.endsWith('video')) return {}
    return {
      processing_info:
        looks > 0
          ? { state: 'in_progress', check_after_secs: 0.2 }
          : { state: 'succeeded', progress_percent: 100 }
    }
  }
}

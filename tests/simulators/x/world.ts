/** An account of ours on X, with the app that it is connected by. */
export interface XOwner {
  id: string
  name: string
  username: string
  consumerKey: string
  consumerSecret: string
  accessToken: string
  accessTokenSecret: string
  bearerToken: string
}

export interface XPerson {
  id: string
  name: string
  username: string
  /** Takes no direct messages from who they do not follow. */
  isClosed?: boolean
}

interface XFile {
  key: string
  type: 'photo' | 'video' | 'animated_gif'
  url: string
}

/** A direct message, either way. */
export interface XMessage {
  id: string
  from: string
  to: string
  text: string
  at: Date
  conversation: string
  file?: XFile
}

export interface XPost {
  id: string
  author: string
  text: string
  at: Date
  mentions: string[]
  repliesTo?: XPost
  /** Its versions, oldest first. */
  versions: string[]
  mediaIds?: string[]
}

const epoch = 1_288_834_974_657
let counter = 0

/** An id as X makes them: 41 bits of time, then a number of its own. */
export const newId = (at = new Date()): string =>
  String((BigInt(at.getTime() - epoch) << 22n) + BigInt(++counter % 4_194_304))

/** What there is on X. */
export class XWorld {
  readonly owners: XOwner[]
  readonly people = new Map<string, XPerson>()
  readonly messages: XMessage[] = []
  readonly posts: XPost[] = []
  readonly files = new Map<string, { type: string; content: Buffer }>()

  constructor(owners: XOwner[]) {
    this.owners = owners
    for (const { id, name, username } of owners) this.people.set(id, { id, name, username })
  }

  person(name = 'A customer', more: Partial<XPerson> = {}): XPerson {
    const person = { id: newId(), name, username: `person${String(++counter)}`, ...more }
    this.people.set(person.id, person)
    return person
  }

  message(from: { id: string }, to: { id: string }, text: string, more: Partial<XMessage> = {}): XMessage {
    const at = more.at ?? new Date()
    const message = {
      id: newId(at),
      from: from.id,
      to: to.id,
      text,
      at,
      conversation: [from.id, to.id].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1)).join('-'),
      ...more
    }
    this.messages.push(message)
    return message
  }

  post(author: { id: string }, text: string, more: Partial<XPost> = {}): XPost {
    const at = more.at ?? new Date()
    const id = newId(at)
    const named = [...text.matchAll(/@(\w+)/g)].flatMap(([, name]) => {
      const found = [...this.people.values()].find(({ username }) => username === name)
      return found ? [found.id] : []
    })
    const post = { id, author: author.id, text, at, mentions: named, versions: [id], ...more }
    this.posts.push(post)
    return post
  }

  /** A new version of a post, under an id of its own. */
  edit(post: XPost, text: string): XPost {
    const changed = this.post({ id: post.author }, text)
    changed.versions = [...post.versions, changed.id]
    this.posts.splice(this.posts.indexOf(post), 1)
    return changed
  }

  /** A file of a direct message, which only those in the conversation may fetch. */
  file(base: string, type: string, content: Buffer): XFile {
    const key = `3_${newId()}`
    const path = `/1.1/ton/data/dm/${newId()}/${newId()}/file`
    this.files.set(path, { type, content })
    return { key, type: type.startsWith('image/') ? 'photo' : 'video', url: base + path }
  }
}

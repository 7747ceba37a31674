import { createHmac } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { GraphAsked } from './asked.ts'
import { errorAnswer, ok, type GraphAnswer } from './faults.ts'
import { GraphFiles } from './files.ts'
import { startGraph, type Graph } from './graph.ts'
import {
  changesCall,
  messageItem,
  messagingCall,
  newMid,
  newNodeId,
  type PageSaid,
  type SimulatedPage
} from './page-webhooks.ts'
import { post, type Told } from './webhooks.ts'

/** Something that the business has handed over: a message, an action, an answer to a comment. */
export interface Handed {
  /** The id that Meta gave it; none for actions. */
  id: string
  /** `<page>/messages`, `<comment>/comments`, `<comment>/replies`, `<account>/mentions`. */
  path: string
  body: Record<string, unknown>
}

interface SimulatedPerson {
  name: string
  picture?: string
}

/** Meta's side of Messenger and Instagram, for the pages given. */
export interface Pages {
  url: string
  readonly handed: readonly Handed[]
  files: GraphFiles
  /** What is known of people, by their scoped id; of others nothing is told. */
  people: Map<string, SimulatedPerson>
  /** Fields that the pages' app is subscribed to; all that are asked for, when null. */
  subscribe(fields: string[] | null): void
  answer: Graph['answer']
  /** Where a customer's file is for some days. */
  serve(content: Uint8Array, type: string, name?: string): string
  waitFor(pleases: (handed: Handed) => boolean, ms?: number): Promise<Handed>
  /** Where calls of the webhook go. */
  hook(address: string): void
  write(page: SimulatedPage, from: string, said: PageSaid, more?: { mid?: string; at?: Date }): Promise<Told>
  /** Something else that happened between a person and the account (`messagingOf`, `echoItem`). */
  happen(page: SimulatedPage, item: object): Promise<Told>
  change(page: SimulatedPage, change: object): Promise<Told>
  stop(): Promise<void>
}

const dayMs = 86_400_000
const scopes = [
  'pages_messaging',
  'pages_manage_metadata',
  'pages_read_engagement',
  'pages_manage_engagement',
  'instagram_basic',
  'instagram_manage_messages',
  'instagram_manage_comments'
]
const everyField =
  'messages messaging_postbacks message_echoes message_deliveries message_reads message_reactions message_edits messaging_referrals feed messaging_seen messaging_referral comments mentions'.split(
    ' '
  )

const invalid = (words: string) => errorAnswer(400, 100, `(#100) ${words}`)
const gone = () =>
  errorAnswer(400, 100, 'Unsupported get request. Object does not exist', { error_subcode: 33 })

export async function startPages(pages: SimulatedPage[]): Promise<Pages> {
  const files = new GraphFiles()
  const handed: Handed[] = []
  const people = new Map<string, SimulatedPerson>()
  /** When people wrote last, by page and person. */
  const heard = new Map<string, number>()
  const answeredInPrivate = new Set<string>()
  let fields = everyField
  let address = ''
  let arrived = () => {}

  const graph = await startGraph([], [product])

  async function product(asked: GraphAsked): Promise<GraphAnswer | null> {
    if (asked.first === 'cdn') return fileAt(asked)
    const { accessToken, id, part, method, url } = asked
    const app = pages.find(({ appId, appSecret }) => accessToken === `${appId}|${appSecret}`)
    if (app && id === app.appId && part === 'subscriptions') return subscriptions()
    const page = pages.find((one) => one.accessToken === accessToken)
    if (!page) return null
    const proof = url.searchParams.get('appsecret_proof')
    const right = createHmac('sha256', page.appSecret).update(page.accessToken).digest('hex')
    if (proof !== null && proof !== right)
      return errorAnswer(400, 100, 'Invalid appsecret_proof provided in the API argument')
    if (id === 'debug_token') return debugged(page)
    if (method === 'POST') return posted(page, asked)
    if (part === 'subscribed_apps') return ok({ data: [{ id: page.appId, subscribed_fields: fields }] })
    if (id === page.pageId) return described(page)
    if (id === page.ownId) return mentioned(url)
    return profile(id, asked)
  }

  function fileAt({ id }: GraphAsked): GraphAnswer {
    const file = files.get(id)
    if (!file) return { status: 403, body: 'URL signature expired' }
    return { status: 200, body: file.content, headers: { 'content-type': file.type } }
  }

  const subscriptions = () =>
    ok({
      data: ['page', 'instagram'].map((object) => ({
        object,
        active: true,
        fields: fields.map((name) => ({ name, version: 'v24.0' }))
      }))
    })

  const debugged = ({ appId, expiresAt, tokenType = 'PAGE' }: SimulatedPage) =>
    ok({
      data: {
        app_id: appId,
        type: tokenType,
        is_valid: true,
        expires_at: expiresAt ? Math.floor(+expiresAt / 1000) : 0,
        data_access_expires_at: 0,
        scopes
      }
    })

  function described({ pageId, ownId, platform }: SimulatedPage): GraphAnswer {
    const account = { id: ownId, username: 'banquedufleuve' }
    return ok({
      id: pageId,
      name: 'Banque du Fleuve',
      ...(platform === 'instagram' && { instagram_business_account: account })
    })
  }

  function mentioned(url: URL): GraphAnswer {
    const asked = url.searchParams.get('fields') ?? ''
    const comment = /^mentioned_comment\.comment_id\((\d+)\)/.exec(asked)?.[1]
    const media = /^mentioned_media\.media_id\((\d+)\)/.exec(asked)?.[1]
    if (comment !== undefined)
      return ok({ mentioned_comment: { id: comment, username: 'a_customer', text: 'Ask @banquedufleuve' } })
    if (media !== undefined)
      return ok({ mentioned_media: { id: media, username: 'a_customer', caption: 'At @banquedufleuve' } })
    return invalid('Tried accessing nonexisting field')
  }

  function profile(id: string, { url }: GraphAsked): GraphAnswer {
    const person = people.get(id)
    if (!person) return errorAnswer(400, 230, '(#230) User consent is required to access user profile')
    const asked = new Set((url.searchParams.get('fields') ?? '').split(','))
    return ok({
      id,
      ...(asked.has('name') && { name: person.name }),
      ...(asked.has('profile_pic') && person.picture !== undefined && { profile_pic: person.picture })
    })
  }

  async function posted(page: SimulatedPage, asked: GraphAsked): Promise<GraphAnswer> {
    const { id, part } = asked
    if (id === page.pageId && part === 'message_attachments') return uploaded(page, await asked.form())
    const body = await asked.json()
    const isComment =
      page.platform === 'messenger' ? part === 'comments' : part === 'replies' || part === 'mentions'
    if (isComment) {
      if (typeof body['message'] !== 'string') return invalid('The parameter message is required')
      const written = { id: newNodeId(), path: `${id}/${part}`, body }
      take(written)
      return ok({ id: written.id })
    }
    if (id !== page.pageId || part !== 'messages') return gone()
    return 'sender_action' in body ? acted(page, body) : messaged(page, body)
  }

  async function uploaded(page: SimulatedPage, form: FormData): Promise<GraphAnswer> {
    const file = form.get('filedata')
    const { attachment } = JSON.parse(String(form.get('message'))) as { attachment?: { type?: string } }
    if (!(file instanceof File) || attachment?.type === undefined)
      return errorAnswer(400, 100, '(#100) Upload attachment failure.', { error_subcode: 2018047 })
    if ((page.platform === 'instagram') !== (form.get('platform') === 'instagram'))
      return invalid('Param platform must match the account')
    if (/[^\x20-\x7e]/.test(file.name)) return invalid('File name is not supported')
    return ok({ attachment_id: files.keep(new Uint8Array(await file.arrayBuffer()), file.type) })
  }

  function acted(page: SimulatedPage, body: Record<string, unknown>): GraphAnswer {
    const { reaction } = (body['payload'] ?? {}) as { reaction?: string }
    if (page.platform === 'instagram' && body['sender_action'] === 'react' && reaction !== 'love')
      return invalid('Param payload[reaction] must be one of {LOVE}')
    take({ id: '', path: `${page.pageId}/messages`, body })
    return ok({ recipient_id: (body['recipient'] as { id: string }).id })
  }

  function messaged(page: SimulatedPage, body: Record<string, unknown>): GraphAnswer {
    const { id = '', comment_id: comment } = (body['recipient'] ?? {}) as { id?: string; comment_id?: string }
    const fault = faultOf(page, body) ?? (comment === undefined ? windowFault(page, id, body) : null)
    if (fault) return fault
    if (comment !== undefined) {
      if (answeredInPrivate.has(comment))
        return errorAnswer(400, 10900, '(#10900) Activity already replied to')
      answeredInPrivate.add(comment)
    }
    const message = { id: newMid(), path: `${page.pageId}/messages`, body }
    take(message)
    return ok({ recipient_id: id || '1', message_id: message.id })
  }

  /** What is wrong with the message itself. */
  function faultOf(page: SimulatedPage, body: Record<string, unknown>): GraphAnswer | null {
    const { text, quick_replies: choices = [] } = (body['message'] ?? {}) as {
      text?: string
      quick_replies?: { title: string }[]
    }
    if (text !== undefined && page.platform === 'messenger' && text.length > 2000)
      return invalid('Length of param message[text] must be less than or equal to 2000')
    if (text !== undefined && page.platform === 'instagram' && Buffer.byteLength(text) > 1000)
      return invalid('Length of param message[text] must be less than or equal to 1000')
    if (choices.length > 13 || choices.some(({ title }) => title.length > 20))
      return invalid('Too many or too long quick replies')
    return null
  }

  /** Whether somebody may be written to now, under what the business says that it writes for. */
  function windowFault(page: SimulatedPage, id: string, body: Record<string, unknown>): GraphAnswer | null {
    const last = heard.get(`${page.ownId}:${id}`)
    if (last === undefined)
      return errorAnswer(400, 100, '(#100) No matching user found', { error_subcode: 2018001 })
    const passed = Date.now() - last
    const isTagged = body['messaging_type'] === 'MESSAGE_TAG' && body['tag'] === 'HUMAN_AGENT'
    return passed < (isTagged ? 7 * dayMs : dayMs)
      ? null
      : errorAnswer(403, 10, '(#10) This message is sent outside of allowed window.', {
          error_subcode: page.platform === 'messenger' ? 2018278 : 2534022
        })
  }

  function take(one: Handed) {
    handed.push(one)
    arrived()
  }

  return {
    url: graph.url,
    handed,
    files,
    people,
    subscribe(given) {
      fields = given ?? everyField
    },
    answer: graph.answer,
    serve: (content, type, name = 'file') => `${graph.url}/cdn/${files.keep(content, type)}/${name}`,
    async waitFor(pleases, ms = 8000) {
      const until = Date.now() + ms
      for (;;) {
        const found = handed.find(pleases)
        if (found) return found
        const left = until - Date.now()
        if (left <= 0) throw new Error('No such thing was handed over')
        await Promise.race([new Promise<void>((resolve) => (arrived = resolve)), sleep(Math.min(left, 200))])
      }
    },
    hook(given) {
      address = given
    },
    write(page, from, said, more = {}) {
      heard.set(`${page.ownId}:${from}`, +(more.at ?? new Date()))
      return post(address, messagingCall(page, [messageItem(page, from, said, more)]), page.appSecret)
    },
    happen: (page, item) => post(address, messagingCall(page, [item]), page.appSecret),
    change: (page, change) => post(address, changesCall(page, [change]), page.appSecret),
    stop: () => graph.stop()
  }
}

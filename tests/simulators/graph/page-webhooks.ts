import { metaJson, signatureOf } from './webhooks.ts'

/** A page of a business or its Instagram account, with the app that it is connected by. */
export interface SimulatedPage {
  platform: 'messenger' | 'instagram'
  pageId: string
  /** By what webhook calls name it: the page, or the Instagram account. */
  ownId: string
  appId: string
  accessToken: string
  appSecret: string
  /** When the token ends; never, when absent. */
  expiresAt?: Date
  /** Whose token it is; the page's, when absent. */
  tokenType?: string
}

/** What a customer's message holds beside its id. */
export type PageSaid = Record<string, unknown>

let mids = 0
export const newMid = () =>
  `m_${Buffer.from(`simulated-${String(process.pid)}-${String(++mids)}`).toString('base64url')}`
export const newNodeId = () => `178${String(process.pid)}${String(1_000_000 + ++mids)}`

/** What a customer did: a message, a reaction, a read receipt … as one item of a call. */
export const messagingOf = (page: SimulatedPage, from: string, what: object, at = new Date()) => ({
  sender: { id: from },
  recipient: { id: page.ownId },
  timestamp: +at,
  ...what
})

export const messageItem = (
  page: SimulatedPage,
  from: string,
  said: PageSaid,
  { mid = newMid(), at = new Date() } = {}
) => messagingOf(page, from, { message: { mid, ...said } }, at)

/** A message of the account, as it comes back: ours with our metadata, or one written elsewhere. */
export const echoItem = (page: SimulatedPage, to: string, message: object) => ({
  sender: { id: page.ownId },
  recipient: { id: to },
  timestamp: Date.now(),
  message: { is_echo: true, app_id: Number(page.appId), ...message }
})

/** A comment below a post of the page, or what became of one. */
export const commentChange = (
  page: SimulatedPage,
  from: { id: string; name: string },
  message: string,
  { id = newNodeId(), verb = 'add', at = new Date(), more = {} as object } = {}
) =>
  page.platform === 'messenger'
    ? {
        field: 'feed',
        value: {
          item: 'comment',
          verb,
          from,
          message,
          comment_id: `${page.pageId}_${id}`,
          post_id: `${page.pageId}_1000`,
          parent_id: `${page.pageId}_1000`,
          created_time: Math.floor(+at / 1000),
          post: { id: `${page.pageId}_1000`, permalink_url: 'https://www.facebook.com/bank/posts/1000' },
          ...more
        }
      }
    : {
        field: 'comments',
        value: {
          id,
          from: { id: from.id, username: from.name },
          text: message,
          media: { id: '17900000000000001', media_product_type: 'FEED' },
          ...more
        }
      }

const callOf = (page: SimulatedPage, entry: object) => ({
  object: page.platform === 'messenger' ? 'page' : 'instagram',
  entry: [{ id: page.ownId, ...entry }]
})

export const messagingCall = (page: SimulatedPage, messaging: object[]) =>
  callOf(page, { time: Date.now(), messaging })

export const changesCall = (page: SimulatedPage, changes: object[]) =>
  callOf(page, { time: Math.floor(Date.now() / 1000), changes })

/** A call as the webhook's server sees it. */
export const signedCall = (call: unknown, appSecret: string) => {
  const body = metaJson(call)
  return {
    headers: { 'x-hub-signature-256': signatureOf(body, appSecret) } as Record<string, string | undefined>,
    query: {},
    rawBody: Buffer.from(body)
  }
}

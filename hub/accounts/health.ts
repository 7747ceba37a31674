import type { Hub } from '../hub.ts'
import { ChannelAccountModel, accountTold, type AccountDoc } from './account.model.ts'
import { followAccount } from './concerns.ts'
import { countSends } from './traffic.ts'

/** What a few seconds brought of one account. */
interface Marks {
  lastInAt?: Date
  lastOutAt?: Date
  hookSeenAt?: Date
  sent: number
  failed: number
}

const marks = new WeakMap<Hub, Map<string, Marks>>()
const markMs = 5000
const dayMs = 86_400_000
/** Enough to tell whether a week had calls on each of its days. */
const daysKept = 9

/** Notes something of an account in memory; written once every few seconds for all of them. */
function mark(hub: Hub, account: AccountDoc, note: (known: Marks) => void) {
  let waiting = marks.get(hub)
  if (!waiting) {
    waiting = new Map()
    marks.set(hub, waiting)
    setTimeout(() => {
      flush(hub).catch((error: unknown) => {
        hub.log.warn({ err: error }, 'channel health could not be noted')
      })
    }, markMs).unref()
  }
  const id = account._id.toHexString()
  const known = waiting.get(id) ?? { sent: 0, failed: 0 }
  note(known)
  waiting.set(id, known)
}

async function flush(hub: Hub) {
  const waiting = marks.get(hub)
  marks.delete(hub)
  for (const [id, known] of waiting ?? []) {
    const doc = (await ChannelAccountModel.findByIdAndUpdate(id, [{ $set: written(known, new Date()) }], {
      returnDocument: 'after',
      updatePipeline: true
    }).lean()) as AccountDoc | null
    tell(hub, doc)
  }
}

function written({ sent, failed, ...moments }: Marks, now: Date): Record<string, unknown> {
  const day = Math.floor(now.getTime() / dayMs)
  const days = { $ifNull: ['$hookDays', []] }
  return {
    ...moments,
    ...(sent > 0 && countSends(now, { sent, failed })),
    ...(moments.hookSeenAt && {
      hookDays: {
        $cond: [{ $in: [day, days] }, days, { $slice: [{ $concatArrays: [days, [day]] }, -daysKept] }]
      }
    })
  }
}

function tell(hub: Hub, doc: AccountDoc | null) {
  const [health] = doc ? accountTold.tell(doc) : []
  if (health) hub.stream.publish(health)
}

export const noteArrival = (hub: Hub, account: AccountDoc) =>
  mark(hub, account, (known) => {
    known.lastInAt = new Date()
  })

export const noteDeparture = (hub: Hub, account: AccountDoc, failed = false) =>
  mark(hub, account, (known) => {
    known.sent++
    if (failed) known.failed++
    else known.lastOutAt = new Date()
  })

/** The provider has called the account's webhook, whatever it said. */
export const noteHook = (hub: Hub, account: AccountDoc) =>
  mark(hub, account, (known) => {
    known.hookSeenAt = new Date()
  })

const knownUp = new WeakMap<Hub, Map<string, number>>()
const knownUpMs = 30_000

/** The provider has just taken something with our credentials; written when that is news, asked twice a minute. */
export async function noteUp(hub: Hub, account: AccountDoc): Promise<void> {
  const known = knownUp.get(hub) ?? new Map<string, number>()
  knownUp.set(hub, known)
  const id = account._id.toHexString()
  if ((known.get(id) ?? 0) > Date.now()) return
  known.set(id, Date.now() + knownUpMs)
  // What is said of a connection that is up (a token that ends soon) stays.
  const isNews = await ChannelAccountModel.exists({ _id: account._id, 'health.state': { $ne: 'up' } })
  if (isNews) await setHealth(hub, account, 'up')
}

/** Writes how a connection fares, when that is news, and has administrators told of what is wrong with it. */
export async function setHealth(
  hub: Hub,
  account: AccountDoc,
  state: 'up' | 'down' | 'refused',
  detail = ''
): Promise<void> {
  if (state !== 'up') knownUp.get(hub)?.delete(account._id.toHexString())
  const before = (await ChannelAccountModel.findOneAndUpdate(
    { _id: account._id, $or: [{ 'health.state': { $ne: state } }, { 'health.detail': { $ne: detail } }] },
    // Other words for the same state do not make it newer.
    [
      {
        $set: {
          health: {
            state,
            detail: { $literal: detail },
            since: { $cond: [{ $eq: ['$health.state', state] }, '$health.since', new Date()] }
          }
        }
      }
    ],
    { returnDocument: 'before', updatePipeline: true }
  ).lean()) as AccountDoc | null
  if (!before) return
  const doc = (await ChannelAccountModel.findById(account._id).lean()) as AccountDoc | null
  tell(hub, doc)
  if (doc && before.health.state !== doc.health.state) await followAccount(hub, doc)
}

/** Writes when the credentials end, when that is news. */
export async function setExpiry(hub: Hub, account: AccountDoc, expiresAt: Date | null): Promise<void> {
  const doc = (await ChannelAccountModel.findOneAndUpdate(
    { _id: account._id, expiresAt: { $ne: expiresAt } },
    { $set: { expiresAt } },
    { returnDocument: 'after' }
  ).lean()) as AccountDoc | null
  tell(hub, doc)
}

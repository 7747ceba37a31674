import type { Hub } from '../hub.ts'
import { ChannelAccountModel, accountTold, type AccountDoc } from './account.model.ts'

const marks = new WeakMap<Hub, Map<string, Record<string, unknown>>>()
const markMs = 5000

/** Notes a moment of an account in memory; written once every few seconds for all of them. */
function mark(hub: Hub, account: AccountDoc, set: Record<string, unknown>, failed = false) {
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
  const known = waiting.get(id) ?? { $set: {}, $inc: {} }
  waiting.set(id, {
    $set: { ...(known['$set'] as object), ...set },
    $inc: { failures: ((known['$inc'] as { failures?: number }).failures ?? 0) + (failed ? 1 : 0) }
  })
}

async function flush(hub: Hub) {
  const waiting = marks.get(hub)
  marks.delete(hub)
  for (const [id, update] of waiting ?? []) {
    const doc = (await ChannelAccountModel.findByIdAndUpdate(id, update, {
      returnDocument: 'after'
    }).lean()) as AccountDoc | null
    const [health] = doc ? accountTold.tell(doc) : []
    if (health) hub.stream.publish(health)
  }
}

export const noteArrival = (hub: Hub, account: AccountDoc) => mark(hub, account, { lastInAt: new Date() })

export const noteDeparture = (hub: Hub, account: AccountDoc, failed = false) =>
  mark(hub, account, failed ? {} : { lastOutAt: new Date() }, failed)

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

/** Writes how a connection fares, when that is news. */
export async function setHealth(
  hub: Hub,
  account: AccountDoc,
  state: 'up' | 'down' | 'refused',
  detail = ''
): Promise<void> {
  if (state !== 'up') knownUp.get(hub)?.delete(account._id.toHexString())
  const doc = (await ChannelAccountModel.findOneAndUpdate(
    { _id: account._id, $or: [{ 'health.state': { $ne: state } }, { 'health.detail': { $ne: detail } }] },
    { $set: { health: { state, detail, since: new Date() } } },
    { returnDocument: 'after' }
  ).lean()) as AccountDoc | null
  const [health] = doc ? accountTold.tell(doc) : []
  if (health) hub.stream.publish(health)
}

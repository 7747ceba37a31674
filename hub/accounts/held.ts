import { createHash } from 'node:crypto'
import { Schema, model, type Types } from 'mongoose'
import type { InboundEvent } from '@palabre/channels/channel'
import { receive } from '../conversations/receive.ts'
import type { Hub } from '../hub.ts'
import { ChannelAccountModel, type AccountDoc } from './account.model.ts'
import { noteArrival } from './health.ts'

/** What a customer said while the account was paused; it becomes work when the account goes on. */
interface HeldDoc {
  /** `<account>:<hash of the event>`: a repeat is the same. */
  _id: string
  accountId: Types.ObjectId
  event: InboundEvent
  at: Date
  /** Order within one moment. */
  n: number
}

const schema = new Schema<HeldDoc>(
  { _id: String, accountId: 'ObjectId', event: Object, at: Date, n: Number },
  { collection: 'heldEvents', versionKey: false, minimize: false, strict: 'throw' }
)
schema.index({ accountId: 1, at: 1, n: 1 })

export const Held = model<HeldDoc>('HeldEvent', schema)

const atOnce = 200
/** What a customer does. What became of messages of ours is taken at once: a pause does not change the past. */
const ofCustomers = new Set<InboundEvent['kind']>(['message', 'reaction', 'amendment'])
let count = 0

/** Takes an event for an account: into work, or aside for later while the account is paused. */
export async function receiveOrHold(
  hub: Hub,
  account: AccountDoc,
  event: InboundEvent
): Promise<'stored' | 'repeat'> {
  const id = account._id.toHexString()
  if (!account.paused || !ofCustomers.has(event.kind)) return receive(hub, id, event)
  const hash = createHash('sha256').update(JSON.stringify(event)).digest('hex')
  const { upsertedCount } = await Held.collection.updateOne(
    { _id: `${id}:${hash}` as never },
    { $setOnInsert: { accountId: account._id, event, at: new Date(), n: ++count } } as never,
    { upsert: true, ignoreUndefined: true, writeConcern: { w: 'majority', journal: true } }
  )
  noteArrival(hub, account)
  // It may have gone on since it was read: then whoever let it go on has not seen this one.
  const isPaused = await ChannelAccountModel.exists({ _id: account._id, paused: true })
  if (!isPaused) await releaseHeld(hub, account._id)
  return upsertedCount > 0 ? 'stored' : 'repeat'
}

/**
 * Makes work of what was held for an account, each customer's in its order. Safe to run twice at once. What cannot be
 * taken now stays, and what the same customer said after it, until accounts are checked next.
 */
export async function releaseHeld(hub: Hub, accountId: Types.ObjectId): Promise<void> {
  const stuck = new Set<string>()
  for (;;) {
    const batch = (await Held.collection
      .find({ accountId, _id: { $nin: [...stuck] as never[] } } as never, {
        sort: { at: 1, n: 1 },
        limit: atOnce,
        promoteBuffers: true
      })
      .toArray()) as unknown as HeldDoc[]
    if (batch.length === 0) return
    const chains = new Map<string, HeldDoc[]>()
    for (const held of batch) {
      const from = 'address' in held.event ? held.event.address : ''
      chains.set(from, [...(chains.get(from) ?? []), held])
    }
    await Promise.all([...chains.values()].map((chain) => releaseChain(hub, accountId, chain, stuck)))
  }
}

async function releaseChain(hub: Hub, accountId: Types.ObjectId, chain: HeldDoc[], stuck: Set<string>) {
  try {
    for (const { _id, event } of chain) {
      await receive(hub, accountId.toHexString(), event)
      await Held.deleteOne({ _id })
    }
  } catch (error) {
    for (const { _id } of chain) stuck.add(_id)
    hub.log.error({ err: error, accountId }, 'what was held of a customer could not be taken')
  }
}

/** How much is held, by account. */
export async function countHeld(accounts: AccountDoc[]): Promise<Map<string, number>> {
  const paused = accounts.filter(({ paused: is }) => is)
  const counts = await Promise.all(
    paused.map(async ({ _id }) => [_id.toHexString(), await Held.countDocuments({ accountId: _id })] as const)
  )
  return new Map(counts)
}

/** Releases what a crash left behind an account that goes on. */
export async function releaseLeft(hub: Hub, accounts: AccountDoc[]): Promise<void> {
  for (const { _id, paused, archived } of accounts) if (!paused && !archived) await releaseHeld(hub, _id)
}

import { Queue } from 'bullmq'
import type { Types } from 'mongoose'
import { channels } from '@palabre/channels/registry'
import { ChannelAccountModel, type AccountDoc } from '../accounts/account.model.ts'
import type { Hub } from '../hub.ts'

/** What has to be done by the one process that holds an account's connection. */
export type HeldJob = 'message.send' | 'message.errand'

const heldChannels = channels.filter((one) => one.sendsWhereItListens).map(({ name }) => name)

const known = new WeakMap<Hub, { ids: Promise<Types.ObjectId[]> | null }>()

/**
 * Accounts whose messages leave by the process that listens to them, from memory; read again when an account changes.
 * A list that is a moment old does no harm: who has not got the connection cannot send, and it is tried again.
 */
export async function heldAccounts(hub: Hub): Promise<Types.ObjectId[]> {
  if (heldChannels.length === 0) return []
  let memory = known.get(hub)
  if (!memory) {
    const fresh: { ids: Promise<Types.ObjectId[]> | null } = { ids: null }
    memory = fresh
    known.set(hub, fresh)
    hub.stream.onEvent(({ name, payload }) => {
      if (name === 'setting.changed' && payload.includes('"resource":"account"')) fresh.ids = null
    })
    hub.stream.onGap(() => (fresh.ids = null))
  }
  memory.ids ??= readHeld()
  try {
    return await memory.ids
  } catch (error) {
    memory.ids = null
    throw error
  }
}

async function readHeld(): Promise<Types.ObjectId[]> {
  const docs = (await ChannelAccountModel.find(
    { channel: { $in: heldChannels }, archived: false },
    { _id: 1 }
  ).lean()) as Pick<AccountDoc, '_id'>[]
  return docs.map(({ _id }) => _id)
}

/** The queue of the process that holds the connection of this account. */
export const heldQueueName = (accountId: string) => `held.${accountId}`

const queues = new WeakMap<Hub, Map<string, Queue>>()

function heldQueue(hub: Hub, accountId: string): Queue {
  const open = queues.get(hub) ?? new Map<string, Queue>()
  queues.set(hub, open)
  let queue = open.get(accountId)
  if (!queue) {
    queue = new Queue(heldQueueName(accountId), {
      connection: hub.redis as never,
      prefix: `${hub.env.REDIS_PREFIX}:jobs`,
      defaultJobOptions: { removeOnComplete: true, removeOnFail: true }
    })
    queue.on('error', (error) => {
      hub.log.debug({ err: error }, 'job queue')
    })
    open.set(accountId, queue)
  }
  return queue
}

/**
 * Hands what is due of a message to whoever holds the account's connection. It is one job however often it is handed
 * over, and waits there while nobody holds the connection.
 */
export async function handToHolder(
  hub: Hub,
  name: HeldJob,
  accountId: string,
  messageId: string
): Promise<void> {
  await heldQueue(hub, accountId).add(name, { messageId }, { jobId: `${name}-${messageId}` })
}

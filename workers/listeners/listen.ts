import type { Channel, Report } from '@palabre/channels/channel'
import { channels, channelNamed } from '@palabre/channels/registry'
import { ChannelAccountModel, openAccount, type AccountDoc } from '@palabre/hub/accounts/account.model'
import { setHealth } from '@palabre/hub/accounts/health'
import { keptSession } from '@palabre/hub/accounts/kept-session'
import { setPairing } from '@palabre/hub/accounts/pairing'
import { receive } from '@palabre/hub/conversations/receive'
import type { Hub } from '@palabre/hub/hub'
import { competeForLease, type Lease } from '@palabre/hub/routing/lease'
import { runHeldJobs } from '../jobs/held.ts'

const lookMs = 5000
const watchMs = 500
/** Who did not run for so long was frozen: somebody else has listened since, and has kept a newer session. */
const frozenMs = 3000

interface Running {
  version: number
  lease: Lease
  abort: AbortController
  ended: Promise<void>
}

/**
 * Keeps a listener running for each account whose channel listens: one worker of many per account, by a lease. Two at
 * once (a frozen one that wakes) would only report repeats. A changed account is listened to anew.
 */
export function listenToAccounts(hub: Hub): { stop(): Promise<void> } {
  const running = new Map<string, Running>()
  let stopped = false

  const end = async (id: string) => {
    const one = running.get(id)
    if (!one) return
    running.delete(id)
    one.abort.abort()
    await one.ended
    await one.lease.release()
  }

  function begin(doc: AccountDoc) {
    const id = doc._id.toHexString()
    const abort = new AbortController()
    const one: Running = { version: doc.version, abort, ended: Promise.resolve(), lease: null as never }
    one.lease = competeForLease(hub, `listen:${id}`, () => {
      one.ended = one.ended.then(() => listen(hub, channelNamed(doc.channel), doc, one))
    })
    running.set(id, one)
  }

  async function look() {
    const listening = channels.filter(({ listen: listens }) => listens).map(({ name }) => name)
    const docs = (await ChannelAccountModel.find({
      channel: { $in: listening },
      archived: false,
      paused: false
    }).lean()) as AccountDoc[]
    const byId = new Map(docs.map((doc) => [doc._id.toHexString(), doc]))
    for (const [id, { version }] of running) if (byId.get(id)?.version !== version) await end(id)
    if (stopped) return
    for (const [id, doc] of byId) if (!running.has(id)) begin(doc)
  }

  let looking = Promise.resolve()
  const lookSoon = () => {
    looking = looking.then(look).catch((error: unknown) => {
      hub.log.warn({ err: error }, 'accounts could not be looked at')
    })
  }
  lookSoon()
  const timer = setInterval(lookSoon, lookMs)
  hub.stream.onEvent(({ name, payload }) => {
    if (name === 'setting.changed' && payload.includes('"resource":"account"')) lookSoon()
  })

  return {
    async stop() {
      stopped = true
      clearInterval(timer)
      await looking
      await Promise.all([...running.keys()].map(end))
    }
  }
}

/**
 * Listens while the lease is held; a lost lease ends it. What only the process with the connection can do is done here,
 * while the connection is up.
 */
async function listen(hub: Hub, channel: Channel, doc: AccountDoc, one: Running): Promise<void> {
  const { lease, abort } = one
  const turn = new AbortController()
  let seen = performance.now()
  let wasFrozen = false
  const watch = setInterval(() => {
    const now = performance.now()
    wasFrozen ||= now - seen > frozenMs
    seen = now
    if (!lease.held()) turn.abort()
  }, watchMs)
  const signal = AbortSignal.any([abort.signal, turn.signal])
  const id = doc._id.toHexString()
  const report: Report = (event) => receive(hub, id, event)
  const keep = keptSession(hub, doc._id)
  const held = channel.sendsWhereItListens ? runHeldJobs(hub, id) : null
  try {
    await channel.listen?.({
      account: openAccount(hub, doc),
      report,
      cursor: {
        load: async () =>
          ((await ChannelAccountModel.findById(id, { cursor: 1 }).lean()) as AccountDoc | null)?.cursor,
        save: async (cursor) => {
          await ChannelAccountModel.updateOne({ _id: id }, { $set: { cursor } })
        }
      },
      health(state, detail) {
        held?.take(state === 'up')
        setHealth(hub, doc, state, detail).catch((error: unknown) => {
          hub.log.warn({ err: error }, 'channel health could not be written')
        })
      },
      pairing(pairing) {
        setPairing(hub, doc, pairing).catch((error: unknown) => {
          hub.log.warn({ err: error }, 'what is to be scanned could not be shown')
        })
      },
      keep: {
        load: () => keep.load(),
        async save(bytes) {
          wasFrozen ||= performance.now() - seen > frozenMs
          if (!wasFrozen || lease.held()) await keep.save(bytes)
        }
      },
      signal
    })
  } catch (error) {
    hub.log.error({ err: error, accountId: id }, 'a listener ended')
    await setHealth(hub, doc, 'down', (error as Error).message)
  } finally {
    clearInterval(watch)
    held?.take(false)
    await held?.stop()
  }
}

import { parkIdle } from '@palabre/hub/agents/park'
import { accountOf } from '@palabre/hub/accounts/accounts'
import { sweepNotices } from '@palabre/hub/callbacks/notices/sweep-notices'
import { sweepCallbacks } from '@palabre/hub/callbacks/sweep'
import { reapCalls } from '@palabre/hub/calls/reap'
import { placeStray } from '@palabre/hub/conversations/place'
import { expireWrapUp } from '@palabre/hub/interactions/close'
import { expireOffer } from '@palabre/hub/interactions/decline'
import { Interaction } from '@palabre/hub/interactions/interaction.model'
import { wakeSnoozed } from '@palabre/hub/interactions/snooze'
import { heldAccounts } from '@palabre/hub/jobs/held'
import { filesDue } from '@palabre/hub/attachments/store'
import { settleEarly } from '@palabre/hub/messages/about'
import { retellOwn } from '@palabre/hub/messages/append'
import { sweepHeld } from '@palabre/hub/messages/holder'
import { Message, type MessageDoc } from '@palabre/hub/messages/message.model'
import { sweepRecordings } from '@palabre/hub/recordings/sweep'
import type { RunJob } from './job.ts'

/** Jobs have this long to do it themselves. */
const graceMs = 2000
/** A stored message has this long to find its place. */
const strayMs = 5000
const clockSlackMs = 60_000
const atOnce = 200
/** A job that failed keeps its key for a while; after this time another one is set. */
const jobMs = 10_000

/** Finds in MongoDB everything that is due and was not done: after a flush of Redis, or a crash. */
export const sweepDue: RunJob<'due.sweep'> = async (hub) => {
  const overdue = new Date(Date.now() - graceMs)
  const held = await heldAccounts(hub)
  const notHeld = held.length > 0 && { accountId: { $nin: held } }
  const [offered, wrapUps, snoozed, outgoing, unfetched, untold] = await Promise.all([
    // An offer from the future is left of a clock that was set back.
    Interaction.find(
      {
        state: 'offered',
        $or: [
          { 'offer.expiresAt': { $lt: overdue } },
          { 'offer.at': { $gt: new Date(Date.now() + clockSlackMs) } }
        ]
      },
      { offer: 1 }
    )
      .limit(atOnce)
      .lean(),
    Interaction.find({ state: 'wrapup', 'wrapUp.until': { $lt: overdue } }, { _id: 1 })
      .limit(atOnce)
      .lean(),
    Interaction.find({ snoozedUntil: { $lt: overdue, $type: 'date' } }, { _id: 1 })
      .limit(atOnce)
      .lean(),
    Message.find(
      { sendAt: { $lt: overdue, $type: 'date' }, kind: 'out', ...notHeld },
      { state: 1, claim: 1, attempts: 1 }
    )
      .limit(atOnce)
      .lean(),
    Message.find({ mediaAt: { $lt: overdue, $type: 'date' } }, { mediaAttempts: 1 })
      .limit(atOnce)
      .lean(),
    Message.find({ errandAt: { $lt: overdue, $type: 'date' }, ...notHeld }, { errandAttempts: 1 })
      .limit(atOnce)
      .lean()
  ])
  for (const { _id, offer } of offered) if (offer) await expireOffer(hub, String(_id), String(offer.id))
  for (const { _id } of wrapUps) await expireWrapUp(hub, String(_id))
  for (const { _id } of snoozed) await wakeSnoozed(hub, String(_id))
  for (const { _id, state, claim, attempts } of outgoing as Pick<
    MessageDoc,
    '_id' | 'state' | 'claim' | 'attempts'
  >[]) {
    if (state === 'sending' && claim && claim.until > new Date()) continue
    const messageId = _id.toHexString()
    hub.schedule(
      'message.send',
      { messageId },
      { key: `${messageId}-sweep-${String(attempts)}-${String(Math.floor(Date.now() / jobMs))}` }
    )
  }
  for (const { _id, mediaAttempts } of unfetched) {
    const messageId = String(_id)
    const turn = Math.floor(Date.now() / jobMs)
    hub.schedule(
      'media.fetch',
      { messageId },
      { key: `${messageId}-sweep-${String(mediaAttempts)}-${String(turn)}` }
    )
  }
  for (const { _id, errandAttempts = 0 } of untold) {
    const messageId = String(_id)
    const turn = Math.floor(Date.now() / jobMs)
    hub.schedule(
      'message.errand',
      { messageId },
      { key: `${messageId}-sweep-${String(errandAttempts)}-${String(turn)}` }
    )
  }
  await sweepHeld(hub, overdue)
  for (const { _id, metadata } of await filesDue(overdue, atOnce)) {
    const fileId = String(_id)
    const turn = Math.floor(Date.now() / jobMs)
    hub.schedule(
      'file.prepare',
      { fileId },
      { key: `${fileId}-sweep-${String(metadata.attempts)}-${String(turn)}` }
    )
  }
  await settleEarly(hub, new Date())
  await parkIdle(hub, new Date())
  await sweepStray(hub)
  await sweepCallbacks(hub, new Date())
  await sweepNotices(hub, new Date())
  await sweepRecordings(hub, new Date())
  const reaped = await reapCalls(hub, new Date())
  if (reaped > 0) hub.log.info({ reaped }, 'calls without an end found')
}

async function sweepStray(hub: Parameters<typeof sweepDue>[0]) {
  const before = new Date(Date.now() - strayMs)
  const placed = await placeStray(hub, before, (id) => accountOf(hub, id.toHexString()))
  const own = (await Message.find({ pendingAt: { $lt: before, $type: 'date' }, kind: { $ne: 'in' } })
    .limit(atOnce)
    .lean()) as MessageDoc[]
  for (const message of own) await retellOwn(hub, message)
  if (placed + own.length > 0) hub.log.info({ placed, told: own.length }, 'strays found')
}

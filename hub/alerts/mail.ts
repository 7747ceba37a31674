import { ChannelError, type OutboundMessage } from '@palabre/channels/channel'
import { channelNamed, channels } from '@palabre/channels/registry'
import { alertKinds } from '@palabre/config/contract/alert'
import { ChannelAccountModel, openAccount, type AccountDoc } from '../accounts/account.model.ts'
import type { Hub } from '../hub.ts'
import type { Change } from '../record/change.ts'
import { repeatMsOf, thresholdLetters } from '../thresholds/letters.ts'
import { accountLetters } from './account-letters.ts'
import { Alert, type AlertDoc } from './alert.model.ts'
import { changeAlert, notBefore } from './change-alert.ts'

/** How long one attempt may take before another process may try. */
const claimMs = 120_000
/** Pauses after failed attempts; the last one repeats. */
const pausesMs = [60_000, 120_000, 300_000, 600_000]
const attemptsAllowed = 12

type Outcome = 'sent' | 'none' | 'failed'

/** Writes in the background; what fails is tried again later, by whoever looks next. */
export async function mailSoon(hub: Hub): Promise<void> {
  if (!(await Alert.exists({ mailDueAt: { $lte: new Date(), $type: 'date' } }))) return
  sendAlertMails(hub).catch((error: unknown) => {
    hub.log.warn({ err: error }, 'alerts could not be mailed')
  })
}

/** Writes what is due: that a trouble began, that it lasts where that is wanted, and once that it is over. */
export async function sendAlertMails(hub: Hub): Promise<void> {
  for (;;) {
    const now = new Date()
    const due = (await Alert.findOneAndUpdate(
      { mailDueAt: { $lte: now, $type: 'date' } },
      { $set: { mailDueAt: new Date(now.getTime() + claimMs) }, $inc: { mailAttempts: 1 } },
      { returnDocument: 'after' }
    ).lean()) as AlertDoc | null
    if (!due) return
    const outcome = await write(hub, due)
    const repeatMs = alertKinds[due.kind] === 'threshold' ? await repeatMsOf(due) : null
    await changeAlert(hub, due._id, (alert) => afterMail(alert, due, outcome, repeatMs))
  }
}

/** What is to be noted after `due` was mailed, or was not; the alert may have moved on meanwhile. */
function afterMail(alert: AlertDoc, due: AlertDoc, outcome: Outcome, repeatMs: number | null): Change | null {
  const now = new Date()
  const later = (ms: number) => notBefore(new Date(now.getTime() + ms), alert.silentUntil)
  const isMine = alert.mailDueAt?.getTime() === due.mailDueAt?.getTime()
  const isOver = due.endedAt !== null
  if (outcome === 'failed') {
    if (!isMine) return null
    const pauseMs = pausesMs[Math.min(due.mailAttempts, pausesMs.length) - 1] ?? 0
    const mailDueAt = due.mailAttempts >= attemptsAllowed ? null : later(pauseMs)
    return { set: { mailDueAt }, entries: [] }
  }
  const done = { mailDueAt: null, mailAttempts: 0, mailTold: [] }
  if (outcome === 'none' || isOver) return isMine ? { set: done, entries: [] } : null
  const again = alert.acknowledgedBy || repeatMs === null ? null : later(repeatMs)
  return {
    set: {
      mailedAt: now,
      mailRound: (alert.mailRound ?? 0) + 1,
      mailTold: [],
      ...(isMine && { ...done, mailDueAt: again }),
      // It ended while the mail was on its way: whoever got it is told so.
      ...(alert.endedAt && { ...done, mailDueAt: later(0) })
    },
    entries: []
  }
}

/**
 * Writes one alert to all who were not told yet, each through the first mail account that takes it. Who is refused for
 * good does not keep the others from being told once. `none`: there is nobody, or no way.
 */
async function write(hub: Hub, alert: AlertDoc): Promise<Outcome> {
  const isAccount = alertKinds[alert.kind] === 'account'
  const [letters, senders] = await Promise.all([
    isAccount ? accountLetters(hub, alert) : thresholdLetters(hub, alert),
    mailAccounts(alert)
  ])
  if (letters.length === 0 || senders.length === 0) return 'none'
  const told = new Set(alert.mailTold ?? [])
  const left = letters.filter(({ address }) => !told.has(address))
  const refused: string[] = []
  for (const letter of left) {
    const outcome = await sendLetter(hub, senders, letter)
    if (outcome === 'refused') refused.push(letter.address)
    if (outcome !== 'sent') continue
    told.add(letter.address)
    await Alert.updateOne({ _id: alert._id }, { $addToSet: { mailTold: letter.address } })
  }
  if (told.size === 0) return 'failed'
  const waiting = letters.filter(({ address }) => !told.has(address) && !refused.includes(address))
  return waiting.length === 0 || alert.mailAttempts >= attemptsAllowed ? 'sent' : 'failed'
}

/** Hands one letter to the first account that takes it. */
export async function sendLetter(
  hub: Hub,
  senders: readonly AccountDoc[],
  letter: OutboundMessage
): Promise<'sent' | 'refused' | 'failed'> {
  let outcome: 'refused' | 'failed' = 'refused'
  for (const account of senders) {
    try {
      await channelNamed(account.channel).send?.(letter, openAccount(hub, account))
      return 'sent'
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error
      if (error.reason !== 'refused') outcome = 'failed'
      hub.log.warn({ err: error, accountId: account._id }, 'an alert could not be mailed through an account')
    }
  }
  return outcome
}

/** Accounts that send mail, those that work first; never the one that the alert is about. */
export async function mailAccounts({ subject }: Pick<AlertDoc, 'subject'>): Promise<AccountDoc[]> {
  const names = channels.filter(({ point, send }) => point === 'email' && send).map(({ name }) => name)
  const docs = (await ChannelAccountModel.find({
    channel: { $in: names },
    archived: false,
    paused: false,
    _id: { $ne: subject.id },
    'health.state': { $ne: 'refused' }
  }).lean()) as AccountDoc[]
  return docs.sort((a, b) => Number(b.health.state === 'up') - Number(a.health.state === 'up'))
}

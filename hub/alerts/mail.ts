import { createHash } from 'node:crypto'
import { ChannelError, type OutboundMessage } from '@palabre/channels/channel'
import { channelNamed, channels } from '@palabre/channels/registry'
import { say, type Locale, type Values } from '@palabre/config/i18n/catalogue'
import { alert as words } from '@palabre/config/i18n/words/alert'
import { ChannelAccountModel, openAccount, type AccountDoc } from '../accounts/account.model.ts'
import type { Hub } from '../hub.ts'
import { User, type UserDoc } from '../users/user.model.ts'
import { Alert, type AlertDoc } from './alert.model.ts'

/** How long one attempt may take before another process may try. */
const claimMs = 120_000
const againMs = 600_000
const attemptsAllowed = 12

/** Writes to administrators in the background; what fails is tried again when accounts are checked next. */
export async function mailSoon(hub: Hub): Promise<void> {
  if (!(await Alert.exists({ mailDueAt: { $lte: new Date(), $type: 'date' } }))) return
  sendAlertMails(hub).catch((error: unknown) => {
    hub.log.warn({ err: error }, 'administrators could not be written to')
  })
}

/** Writes to every administrator of what is due: once that a trouble began, once that it is over. */
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
    const isOver = outcome !== 'failed' || due.mailAttempts >= attemptsAllowed
    const isNews = outcome === 'sent' && due.endedAt === null
    const mine = { _id: due._id, mailDueAt: due.mailDueAt }
    await Alert.updateOne(mine, {
      $set: {
        mailDueAt: isOver ? null : new Date(now.getTime() + againMs),
        ...(isNews && { mailedAt: new Date() })
      }
    })
    // It ended while the mail was on its way: whoever got it is told so.
    if (isNews)
      await Alert.updateOne(
        { _id: due._id, endedAt: { $ne: null }, mailedAt: null },
        { $set: { mailedAt: new Date(), mailDueAt: new Date(), mailAttempts: 0 } }
      )
  }
}

/** Writes one alert to all, through the first mail account that takes it. `none`: there is nobody, or no way. */
async function write(hub: Hub, alert: AlertDoc): Promise<'sent' | 'none' | 'failed'> {
  const [readers, senders] = await Promise.all([administrators(), mailAccounts(alert)])
  if (readers.length === 0 || senders.length === 0) return 'none'
  for (const account of senders) {
    const { send } = channelNamed(account.channel)
    try {
      for (const reader of readers) await send?.(mailOf(hub, alert, reader), openAccount(hub, account))
      return 'sent'
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error
      hub.log.warn({ err: error, accountId: account._id }, 'an alert could not be mailed through an account')
    }
  }
  return 'failed'
}

const administrators = async () =>
  (await User.find({ roles: 'administrator', archived: false }).lean()) as UserDoc[]

/** Accounts that send mail, those that work first; never the one that the alert is about. */
async function mailAccounts({ subject }: AlertDoc): Promise<AccountDoc[]> {
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

function mailOf({ env }: Hub, alert: AlertDoc, { email, preferences }: UserDoc): OutboundMessage {
  const { _id, kind, subject, figures, raisedAt, endedAt } = alert
  const { locale } = preferences
  const tell = (key: keyof (typeof words)['en'], values: Values = {}) =>
    say(locale, words[locale][key], values)
  const what = tell(kind, {
    name: subject.name,
    when: dayOf(figures['expiresAt'] ?? figures['lastAt'], locale)
  })
  const lines = [
    what,
    ...(endedAt
      ? [tell('mail-ended', { when: momentOf(endedAt, locale) })]
      : [
          ...(figures['detail'] ? [tell('mail-said', { detail: figures['detail'] })] : []),
          tell(`${kind}-help`),
          tell('mail-began', { when: momentOf(raisedAt, locale) })
        ]),
    ...(env.PUBLIC_URL
      ? [
          tell('mail-link', {
            address: new URL(`/admin/accounts/${subject.id.toHexString()}`, env.PUBLIC_URL).href
          })
        ]
      : []),
    tell('mail-why')
  ]
  return {
    id: stableId(`${_id.toHexString()} ${endedAt ? 'ended' : 'raised'} ${email}`),
    address: email,
    fromName: 'Palabre',
    subject: tell(endedAt ? 'mail-ended-subject' : 'mail-subject', { what }),
    to: [email],
    text: lines.join('\n\n'),
    attachments: [],
    references: [],
    automatic: true
  }
}

const momentOf = (at: Date, locale: Locale) =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(at)

function dayOf(at: string | number | null | undefined, locale: Locale): string {
  if (typeof at !== 'string') return ''
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(at))
}

/** The same mail has the same id, so that a repeat after a crash can be told by the far side. */
const stableId = (of: string) => createHash('sha256').update(of).digest('hex').slice(0, 24)

import { isDeepStrictEqual } from 'node:util'
import { Types } from 'mongoose'
import { alertKinds, type AlertKind, type AlertNoun } from '@palabre/config/contract/alert'
import type { Hub } from '../hub.ts'
import { relayGraceMs } from '../record/change.ts'
import { linesAfter } from '../record/logged.ts'
import { Alert, alertTold, kindsOf, type AlertDoc } from './alert.model.ts'
import { changeAlert, notBefore, withNews } from './change-alert.ts'
import { mailSoon } from './mail.ts'

/** One thing that is wrong with a subject now. */
export type Concern = Pick<AlertDoc, 'kind' | 'tone' | 'figures'>

/** How a new alert is told, beside the app. */
export interface Telling extends Pick<AlertDoc, 'within' | 'about' | 'silentUntil'> {
  /** Somebody is written to. */
  mails: boolean
  /** A webhook is called. */
  calls: boolean
}

const duplicateKey = 11000
/** The same trouble is written of once in this time, however often it comes and goes. */
const mailPauseMs: Record<AlertNoun, number> = { account: 3_600_000, threshold: 300_000 }

const toAdministrators: Telling = { within: null, about: '', mails: true, calls: false, silentUntil: null }

const keyOf = (kind: AlertKind, id: Types.ObjectId) => `${kind}:${id.toHexString()}`

/**
 * Has the open alerts of a subject be what is wrong with it now: what is new is raised, what is over is ended. Safe to
 * say twice, and at once in two processes.
 */
export async function setAlerts(
  hub: Hub,
  subject: AlertDoc['subject'],
  concerns: readonly Concern[]
): Promise<void> {
  const keys = kindsOf(subject.noun).map((kind) => keyOf(kind, subject.id))
  const open = (await Alert.find({ openKey: { $in: keys, $type: 'string' } }).lean()) as AlertDoc[]
  for (const concern of concerns) {
    const known = open.find(({ kind }) => kind === concern.kind)
    if (known) await refreshAlert(hub, known._id, concern)
    else await raiseAlert(hub, subject, concern, toAdministrators)
  }
  for (const alert of open)
    if (!concerns.some(({ kind }) => kind === alert.kind)) await endAlert(hub, alert._id, alert.figures)
  await mailSoon(hub)
}

/** Raises an alert; null when another process has just done it. */
export async function raiseAlert(
  hub: Hub,
  subject: AlertDoc['subject'],
  { kind, tone, figures }: Concern,
  { within, about, mails, calls, silentUntil }: Telling
): Promise<AlertDoc | null> {
  const now = new Date()
  const key = keyOf(kind, subject.id)
  const pauseMs = mailPauseMs[alertKinds[kind]]
  const last = (await Alert.findOne({ key, mailedAt: { $gt: new Date(now.getTime() - pauseMs) } })
    .sort({ mailedAt: -1 })
    .lean()) as AlertDoc | null
  const mailAt = last?.mailedAt ? new Date(last.mailedAt.getTime() + pauseMs) : now
  const callAt = notBefore(now, silentUntil)
  const doc: AlertDoc = {
    _id: new Types.ObjectId(),
    version: 1,
    log: linesAfter(0, [{ name: 'raised' }], now),
    logged: 1,
    relayed: 0,
    relayAt: new Date(now.getTime() + relayGraceMs),
    updatedAt: now,
    kind,
    tone,
    subject,
    figures,
    key,
    openKey: key,
    raisedAt: now,
    endedAt: null,
    acknowledgedBy: null,
    within,
    about,
    mailDueAt: mails ? notBefore(mailAt, silentUntil) : null,
    mailAttempts: 0,
    mailTold: [],
    mailRound: 0,
    mailedAt: null,
    silentUntil,
    news: calls ? { raised: { state: 'queued', attempts: 0, dueAt: now, detail: '', at: now } } : null,
    newsDueAt: calls ? callAt : null
  }
  try {
    await Alert.create(doc)
  } catch (error) {
    if ((error as { code?: number }).code === duplicateKey) return null
    throw error
  }
  hub.relay.pass(alertTold, doc)
  return doc
}

/** Has an open alert say what is wrong now. One that gets worse is told again, unless somebody looks after it. */
export const refreshAlert = (hub: Hub, id: Types.ObjectId, { tone, figures }: Omit<Concern, 'kind'>) =>
  changeAlert(hub, id, (alert) => {
    if (alert.openKey === null || (alert.tone === tone && isDeepStrictEqual(alert.figures, figures)))
      return null
    const now = new Date()
    const isWorse = alert.tone === 'warn' && tone === 'danger' && alertKinds[alert.kind] === 'threshold'
    const isMailed = isWorse && !alert.acknowledgedBy && alert.mailedAt !== null
    return {
      set: {
        tone,
        figures,
        ...(isMailed && { mailDueAt: notBefore(now, alert.silentUntil), mailAttempts: 0 }),
        ...(isWorse && withNews(alert, 'worse', now))
      },
      entries: [{ name: 'refreshed' }]
    }
  })

/** Did anybody get a mail of it, also where the process that sent it died before it was done? */
const isTold = ({ mailedAt, mailTold }: AlertDoc) => mailedAt !== null || (mailTold ?? []).length > 0

/** Ends an alert, with the figures that it is remembered by. */
export const endAlert = (hub: Hub, id: Types.ObjectId, figures: AlertDoc['figures']) =>
  changeAlert(hub, id, (alert) => {
    if (alert.openKey === null) return null
    const now = new Date()
    return {
      set: {
        openKey: null,
        endedAt: now,
        figures,
        // Whoever was told that it began is told that it is over; nobody else.
        mailDueAt: isTold(alert) ? notBefore(now, alert.silentUntil) : null,
        mailAttempts: 0,
        mailTold: [],
        ...withNews(alert, 'ended', now)
      },
      entries: [{ name: 'ended' }]
    }
  })

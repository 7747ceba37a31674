import { isDeepStrictEqual } from 'node:util'
import { Types } from 'mongoose'
import { alertKinds, type AlertKind } from '@palabre/config/contract/alert'
import type { Hub } from '../hub.ts'
import { change, relayGraceMs } from '../record/change.ts'
import { linesAfter } from '../record/logged.ts'
import { Alert, alertTold, type AlertDoc } from './alert.model.ts'
import { mailSoon } from './mail.ts'

/** One thing that is wrong with a subject now. */
export type Concern = Pick<AlertDoc, 'kind' | 'tone' | 'figures'>

const duplicateKey = 11000
/** The same trouble is written of once in this time, however often it comes and goes. */
const mailPauseMs = 3_600_000

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
  const keys = alertKinds.map((kind) => keyOf(kind, subject.id))
  const open = (await Alert.find({ openKey: { $in: keys, $type: 'string' } }).lean()) as AlertDoc[]
  for (const concern of concerns) {
    const known = open.find(({ kind }) => kind === concern.kind)
    if (known) await refresh(hub, known, concern)
    else await raise(hub, subject, concern)
  }
  for (const alert of open) if (!concerns.some(({ kind }) => kind === alert.kind)) await endAlert(hub, alert)
  await mailSoon(hub)
}

async function raise(hub: Hub, subject: AlertDoc['subject'], { kind, tone, figures }: Concern) {
  const now = new Date()
  const key = keyOf(kind, subject.id)
  const last = (await Alert.findOne({ key, mailedAt: { $gt: new Date(now.getTime() - mailPauseMs) } })
    .sort({ mailedAt: -1 })
    .lean()) as AlertDoc | null
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
    mailDueAt: last?.mailedAt ? new Date(last.mailedAt.getTime() + mailPauseMs) : now,
    mailAttempts: 0,
    mailedAt: null
  }
  try {
    await Alert.create(doc)
  } catch (error) {
    // Another process has just raised it.
    if ((error as { code?: number }).code === duplicateKey) return
    throw error
  }
  hub.relay.pass(alertTold, doc)
}

async function refresh(hub: Hub, { _id }: AlertDoc, { tone, figures }: Concern) {
  const written = await change(Alert, _id, (alert) =>
    alert.openKey === null || (alert.tone === tone && isDeepStrictEqual(alert.figures, figures))
      ? null
      : { set: { tone, figures }, entries: [{ name: 'refreshed' }] }
  )
  if (written?.changed) hub.relay.pass(alertTold, written.doc)
}

async function endAlert(hub: Hub, { _id }: AlertDoc) {
  const now = new Date()
  const written = await change(Alert, _id, (alert) =>
    alert.openKey === null
      ? null
      : {
          // Whoever was told that it began is told that it is over; nobody else.
          set: { openKey: null, endedAt: now, mailDueAt: alert.mailedAt ? now : null, mailAttempts: 0 },
          entries: [{ name: 'ended' }]
        }
  )
  if (written?.changed) hub.relay.pass(alertTold, written.doc)
}

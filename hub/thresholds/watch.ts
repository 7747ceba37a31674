import type { Types } from 'mongoose'
import type { AlertDoc } from '../alerts/alert.model.ts'
import { Alert, kindsOf } from '../alerts/alert.model.ts'
import { changeAlert, notBefore } from '../alerts/change-alert.ts'
import { sendAlertMails } from '../alerts/mail.ts'
import { endAlert, raiseAlert, refreshAlert } from '../alerts/raise.ts'
import type { Hub } from '../hub.ts'
import { competeForLease } from '../routing/lease.ts'
import type { Picture, Pictures } from '../supervision/pictures.ts'
import { calm, isWorse, levelOf, look, watchAt, type Level, type Watch } from './hysteresis.ts'
import { measure } from './measure.ts'
import { tellWebhooks } from './tell-webhooks.ts'
import { ThresholdModel, type ThresholdDoc } from './threshold.model.ts'

const tickMs = 1000
/** An alert that lasts shows its newest figures at most so often. */
const refreshMs = 10_000
/** What is raised is compared with the database this often: a node that was frozen may have written too late. */
const compareMs = 15_000

/** One threshold as this node follows it. */
interface Followed {
  doc: ThresholdDoc
  about: string
  watch: Watch
  open: Pick<AlertDoc, '_id' | 'tone' | 'figures'> | null
  worst: number | null
  writtenAt: number
}

type Ending = 'back' | 'hours' | 'changed' | 'quiet'

/** What a threshold watches, as text: when it changes, what was raised is over. */
const aboutOf = ({ figure, filter, comparison }: ThresholdDoc) => JSON.stringify([figure, comparison, filter])

const silenceOf = ({ snooze }: ThresholdDoc, now = new Date()) =>
  snooze && snooze.until > now ? snooze.until : null

/** The worst that an alert remembers. */
const worstOf = ({ figures }: Pick<AlertDoc, 'figures'>) =>
  typeof figures['worst'] === 'number' ? figures['worst'] : null

/**
 * Looks at all thresholds each second, on whichever hub node holds the lease: that node's board is the truth already.
 * What is raised stands in the database, once for each threshold whoever writes, so another node goes on from there
 * when this one is killed; only the time that something was pending begins anew.
 */
export function watchThresholds(hub: Hub, pictures: Pictures): { stop(): Promise<void> } {
  const followed = new Map<string, Followed>()
  let stale = true
  let comparedAt = 0
  let work: Promise<void> | null = null
  let telling: Promise<void> | null = null

  const lease = competeForLease(hub, 'thresholds', () => {
    followed.clear()
    stale = true
  })

  const stopEvents = hub.stream.onEvent(({ name, payload }) => {
    if (name === 'setting.changed' && payload.includes('"resource":"threshold"')) stale = true
  })
  const stopGaps = hub.stream.onGap(() => {
    stale = true
  })

  /** Thresholds as they are kept, and what is raised. */
  async function read() {
    stale = false
    comparedAt = performance.now()
    const [docs, alerts] = await Promise.all([
      ThresholdModel.find({ archived: false }).lean(),
      Alert.find({ kind: { $in: kindsOf('threshold') }, openKey: { $gt: '', $type: 'string' } }).lean()
    ])
    const open = new Map((alerts as AlertDoc[]).map((alert) => [alert.subject.id.toHexString(), alert]))
    const used = new Set<string>()
    for (const doc of docs as unknown as ThresholdDoc[]) {
      const id = doc._id.toHexString()
      const about = aboutOf(doc)
      const alert = open.get(id)
      // Of another figure: what was raised is over.
      if (alert && alert.about !== about) await end(alert, 'changed', null)
      const mine = alert?.about === about ? alert : null
      used.add(id)
      followed.set(id, follow(followed.get(id), doc, about, mine))
      if (mine) await silence(mine, doc)
      open.delete(id)
    }
    for (const id of [...followed.keys()]) if (!used.has(id)) followed.delete(id)
    for (const alert of open.values()) await end(alert, 'changed', null)
  }

  function follow(
    known: Followed | undefined,
    doc: ThresholdDoc,
    about: string,
    alert: AlertDoc | null
  ): Followed {
    const isSame = known?.about === about && known.open?._id.toHexString() === alert?._id.toHexString()
    if (isSame) return { ...known, doc, open: alert && { ...alert, tone: known.open?.tone ?? alert.tone } }
    return {
      doc,
      about,
      watch: alert ? watchAt(alert.tone) : known?.about === about && !known.open ? known.watch : calm,
      open: alert,
      worst: alert && worstOf(alert),
      writtenAt: performance.now()
    }
  }

  async function tick() {
    if (stale || performance.now() - comparedAt > compareMs) await read()
    if (followed.size > 0) {
      const picture = await pictures.now()
      for (const one of followed.values()) if (lease.held()) await evaluate(one, picture, Date.now())
    }
    telling ??= tell().finally(() => (telling = null))
  }

  async function evaluate(one: Followed, picture: Picture, now: number) {
    const { doc } = one
    const { value, open } = measure(picture, doc, now)
    const before = one.watch
    one.watch = open ? look(doc, before, value, now) : calm
    const level = levelOf(one.watch)
    if (value !== null && (one.worst === null || isWorse(doc, value, one.worst))) one.worst = value
    if (level === 'ok') {
      if (one.open) {
        const ending = !open ? 'hours' : value === null ? 'quiet' : 'back'
        await end({ ...one.open, figures: figuresOf(one, value, one.open.tone) }, ending, value)
        one.open = null
      }
      one.worst = null
      return
    }
    if (one.open) await refresh(one, one.open, level, value)
    else await raise(one, level, value)
  }

  async function raise(one: Followed, tone: Exclude<Level, 'ok'>, value: number | null) {
    const { doc } = one
    const { queueIds, teamIds } = doc.filter
    const alert = await raiseAlert(
      hub,
      { noun: 'threshold', id: doc._id, name: doc.name },
      { kind: 'threshold', tone, figures: figuresOf(one, value, tone) },
      {
        within: { queueIds, teamIds },
        about: one.about,
        mails: doc.mail.userIds.length + doc.mail.addresses.length > 0,
        calls: doc.webhook !== null,
        silentUntil: silenceOf(doc)
      }
    )
    // Somebody else has just raised it: then it is read.
    if (alert) one.open = alert
    else stale = true
    one.writtenAt = performance.now()
  }

  async function refresh(
    one: Followed,
    known: NonNullable<Followed['open']>,
    tone: Exclude<Level, 'ok'>,
    value: number | null
  ) {
    const figures = figuresOf(one, value, tone)
    const isNews = known.tone !== tone
    const isDue = performance.now() - one.writtenAt > refreshMs && figures['worst'] !== known.figures['worst']
    if (!isNews && !isDue) return
    await refreshAlert(hub, known._id, { tone, figures })
    one.open = { ...known, tone, figures }
    one.writtenAt = performance.now()
  }

  const end = (alert: Pick<AlertDoc, '_id' | 'figures'>, ending: Ending, value: number | null) =>
    endAlert(hub, alert._id, { ...alert.figures, ...(value !== null && { value }), ending })

  /** What waits to be told, in the background: far sides are slow. */
  async function tell() {
    try {
      await sendAlertMails(hub)
      await tellWebhooks(hub)
    } catch (error) {
      hub.log.warn({ err: error }, 'alerts could not be told')
    }
  }

  /** A silence of the threshold is one of its alert. */
  const silence = (alert: AlertDoc, doc: ThresholdDoc) => setSilence(hub, alert, silenceOf(doc))

  const timer = setInterval(() => {
    if (!lease.held()) return
    work ??= tick()
      .catch((error: unknown) => {
        stale = true
        hub.log.warn({ err: error }, 'thresholds could not be looked at')
      })
      .finally(() => (work = null))
  }, tickMs)

  return {
    async stop() {
      clearInterval(timer)
      stopEvents()
      stopGaps()
      await work
      await telling
      await lease.release()
    }
  }
}

function figuresOf(
  { doc, worst }: Followed,
  value: number | null,
  tone: Exclude<Level, 'ok'>
): AlertDoc['figures'] {
  const { figure, comparison, warn, danger } = doc
  return { figure, comparison, level: (tone === 'danger' ? danger : warn) ?? warn ?? danger, value, worst }
}

/** Has an alert keep quiet until then, or speak again. Safe to say twice. */
export const setSilence = (hub: Hub, { _id }: { _id: Types.ObjectId }, until: Date | null) =>
  changeAlert(hub, _id, (alert) => {
    const before = alert.silentUntil ?? null
    if (before?.getTime() === until?.getTime() || (until === null && before! <= new Date())) return null
    const now = new Date()
    /** What waited for the old end of the silence waits for the new one, or for nothing. */
    const moved = (at: Date | null) => {
      if (at === null) return null
      const waited = before !== null && at.getTime() === before.getTime()
      return notBefore(waited ? now : at, until)
    }
    return {
      set: { silentUntil: until, mailDueAt: moved(alert.mailDueAt), newsDueAt: moved(alert.newsDueAt) },
      entries: []
    }
  })

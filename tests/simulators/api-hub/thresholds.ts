import type { Alert } from '@palabre/config/contract/alert'
import {
  threshold,
  type Threshold,
  type ThresholdFields,
  type ThresholdState
} from '@palabre/config/contract/threshold'
import { Refuse, type Answers, type Asked } from './asked.ts'
import { ago, newId } from './world.ts'

const level = ({ comparison, warn, danger }: ThresholdFields, value: number): ThresholdState['level'] => {
  const beyond = (limit: number | null) =>
    limit !== null && (comparison === 'above' ? value > limit : value < limit)
  return beyond(danger) ? 'danger' : beyond(warn) ? 'warn' : 'ok'
}

/** The thresholds of a floor on which every figure has the same value. */
export interface ThresholdWorld {
  items: Threshold[]
  value: number
  /** Alerts that are over, the newest first. */
  past: Alert[]
  snoozed: Map<string, string>
  /** Ways that were tried, and what came of them. */
  tried: string[]
  /** Why a test of a webhook fails; empty: it does not. */
  refusal: string
}

export const thresholdWorld = (): ThresholdWorld => ({
  items: [],
  value: 12,
  past: [],
  snoozed: new Map(),
  tried: [],
  refusal: ''
})

export const thresholdOf = (change: Partial<Threshold> = {}): Threshold => ({
  id: newId(),
  version: 1,
  archived: false,
  updatedAt: ago(9000),
  name: 'Cards: ask for help',
  figure: 'waiting',
  filter: { queueIds: [], channels: [], accountIds: [], media: [], teamIds: [], siteIds: [] },
  comparison: 'above',
  warn: 10,
  danger: 20,
  margin: 2,
  forSeconds: 60,
  calendarId: null,
  minCases: 0,
  mail: { userIds: [], addresses: [], locale: 'en', repeatMinutes: 60 },
  webhook: null,
  ...change
})

/** What a threshold has raised. */
export const raisedBy = ({ id, name, figure, warn }: Threshold, change: Partial<Alert> = {}): Alert => ({
  id: newId(),
  version: 1,
  kind: 'threshold',
  tone: 'warn',
  subject: { noun: 'threshold', id, name },
  figures: { figure, comparison: 'above', level: warn, value: 12, worst: 14 },
  raisedAt: ago(750),
  endedAt: null,
  acknowledgedBy: null,
  mailedAt: ago(749),
  silentUntil: null,
  deliveries: [],
  ...change
})

/** The routes of thresholds, and of the history of alerts. */
export function thresholdAnswers(far: ThresholdWorld): Answers {
  const one = ({ params }: Asked): Threshold => {
    const found = far.items.find(({ id }) => id === params['id'])
    if (!found) throw new Refuse('not-found')
    return found
  }
  const tell = ({ push }: Asked, record: Threshold) => {
    push('setting.changed', { resource: 'threshold', id: record.id })
    return record
  }
  const stateOf = (record: Threshold, { world }: Asked): ThresholdState => {
    const alert = world.alerts.find(({ subject, endedAt }) => subject.id === record.id && !endedAt)
    const until = far.snoozed.get(record.id)
    return {
      thresholdId: record.id,
      value: far.value,
      cases: null,
      open: true,
      reaches: level(record, far.value),
      level: alert?.tone ?? 'ok',
      alertId: alert?.id ?? null,
      snoozed: until === undefined ? null : { until, by: { id: newId(), name: 'Someone' } }
    }
  }
  const archive = (archived: boolean) => (asked: Asked) =>
    tell(asked, Object.assign(one(asked), { archived, version: one(asked).version + 1 }))
  const hidden = (given: ThresholdFields['webhook']) => given && { ...given, secret: '•••' }
  return {
    'threshold.list': ({ query }) => ({
      items: far.items.filter(({ archived }) => !archived || query['archived'] === 'true')
    }),
    'threshold.create': (asked) => {
      const fields = { ...threshold.defaults, ...asked.body } as ThresholdFields
      if (far.items.some(({ name }) => name === fields.name)) throw new Refuse('already-exists')
      const record = thresholdOf({ ...fields, webhook: hidden(fields.webhook) })
      far.items.push(record)
      return tell(asked, record)
    },
    'threshold.update': (asked) => {
      const record = one(asked)
      if (record.version !== asked.body.version) throw new Refuse('changed-meanwhile')
      const change = asked.body.change as Partial<ThresholdFields>
      Object.assign(record, change, { version: record.version + 1 })
      if (change.webhook !== undefined) record.webhook = hidden(change.webhook)
      return tell(asked, record)
    },
    'threshold.archive': archive(true),
    'threshold.restore': archive(false),
    'threshold.states': (asked) => ({
      items: far.items.filter(({ archived }) => !archived).map((record) => stateOf(record, asked))
    }),
    'threshold.preview': ({ body }) => ({
      value: far.value,
      cases: null,
      open: true,
      reaches: level(body as ThresholdFields, far.value)
    }),
    'threshold.snooze': (asked) => {
      const record = one(asked)
      const until = asked.body.until as string | null
      if (until === null) far.snoozed.delete(record.id)
      else far.snoozed.set(record.id, until)
      for (const alert of asked.world.alerts)
        if (alert.subject.id === record.id) Object.assign(alert, { silentUntil: until })
      asked.push('setting.changed', { resource: 'alert', id: record.id })
      return stateOf(record, asked)
    },
    'threshold.test': (asked) => {
      const { way } = asked.body as { way: string }
      far.tried.push(`${way} ${one(asked).name}`)
      return way === 'webhook' && far.refusal ? { ok: false, detail: far.refusal } : { ok: true, detail: '' }
    },
    'alert.history': ({ query }) => {
      const found = far.past.filter(
        (alert) =>
          (!query['kind'] || alert.kind === query['kind']) &&
          (!query['tone'] || alert.tone === query['tone']) &&
          (!query['subjectId'] || alert.subject.id === query['subjectId'])
      )
      const from = Number(query['after'] ?? 0)
      const until = from + Number(query['limit'] ?? 50)
      return {
        items: found.slice(from, until),
        ...(found.length > until && { next: String(until) })
      }
    }
  }
}

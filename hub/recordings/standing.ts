import type { Change } from '../record/change.ts'
import type { RecordingDoc } from './recording.model.ts'

/** No stream that was ordered until now counts any more. */
const withoutStream = (doc: RecordingDoc, now: Date) => ({
  ordered: doc.ordered + 1,
  stream: doc.ordered + 1,
  streams: doc.streams.map((one) => (one.to ? one : { ...one, to: now })),
  heardAt: null
})

/** Nothing that is said from now on is kept; null when it is so. */
export const paused = (doc: RecordingDoc, now: Date): Change | null =>
  doc.endedAt || doc.pauses.at(-1)?.to === null
    ? null
    : {
        set: { ...withoutStream(doc, now), pauses: [...doc.pauses, { from: now, to: null }] },
        entries: [{ name: 'paused', figures: {} }]
      }

/** What is said is kept again, as soon as its sound comes; null when it is so. */
export const resumed = (doc: RecordingDoc, now: Date): Change | null =>
  doc.endedAt || doc.pauses.at(-1)?.to !== null
    ? null
    : {
        set: { pauses: pausesUntil(doc, now), orderedAt: now },
        entries: [{ name: 'resumed', figures: {} }]
      }

/** It is over; null when it is already. What has come until now may still be kept a moment later. */
export const ended = (doc: RecordingDoc, now: Date, settleMs: number): Change | null =>
  doc.endedAt
    ? null
    : {
        set: {
          ...withoutStream(doc, now),
          pauses: pausesUntil(doc, now),
          endedAt: now,
          dueAt: new Date(now.getTime() + settleMs)
        },
        unset: ['openKey'],
        entries: [{ name: 'ended', figures: {} }]
      }

/** The stream of this order counts from now on; null when a later one does, or it was ordered before a pause. */
export function letIn(doc: RecordingDoc, n: number, now: Date): Change | null {
  if (doc.endedAt || doc.pauses.at(-1)?.to === null || n <= doc.stream) return null
  return {
    set: {
      ordered: Math.max(doc.ordered, n),
      stream: n,
      streams: [
        ...doc.streams.map((one) => (one.to ? one : { ...one, to: now })),
        { n, from: now, to: null }
      ],
      heardAt: now,
      // Its time begins with its first sound.
      ...(doc.streams.length === 0 && { startedAt: now })
    },
    entries: [{ name: 'streamed', figures: { stream: n } }]
  }
}

const pausesUntil = ({ pauses }: RecordingDoc, now: Date) =>
  pauses.map((one) => (one.to ? one : { ...one, to: now }))

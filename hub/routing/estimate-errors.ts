import type { EstimateError } from '@palabre/config/contract/routing'
import type { Types } from 'mongoose'
import { Fact } from '../record/fact.model.ts'

/** How many customers of a queue waited by so much more (or less) than they were told. */
export interface Missed {
  queueId: string
  /** Waited less estimated, in seconds. */
  errorS: number
  times: number
  /** What they waited, together. */
  waitedS: number
}

/** So many answers of a period are looked at, the newest: what a large centre answers in some days. */
const looked = 100_000

const tenths = (seconds: number) => Math.round(seconds * 10) / 10
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

/** The error that a share of the customers was not above, by the nearest rank: one that somebody had. */
function rankOf(byError: readonly Missed[], share: number): number {
  const rank = Math.ceil(sum(byError.map(({ times }) => times)) * share)
  let passed = 0
  const found = byError.find(({ times }) => (passed += times) >= rank)
  return found ? Math.abs(found.errorS) : 0
}

/** The figures of one queue of which somebody was told an estimate. */
function errorOf(queueId: string, missed: readonly Missed[]): EstimateError {
  const byError = [...missed].sort((a, b) => Math.abs(a.errorS) - Math.abs(b.errorS))
  const told = sum(missed.map(({ times }) => times))
  const mean = (of: (one: Missed) => number) => tenths(sum(missed.map(of)) / told)
  return {
    queueId,
    told,
    meanErrorS: mean(({ errorS, times }) => errorS * times),
    meanAbsoluteErrorS: mean(({ errorS, times }) => Math.abs(errorS) * times),
    medianAbsoluteErrorS: rankOf(byError, 0.5),
    p90AbsoluteErrorS: rankOf(byError, 0.9),
    withinMinute: sum(missed.filter(({ errorS }) => Math.abs(errorS) <= 60).map(({ times }) => times)) / told,
    meanWaitS: mean(({ waitedS }) => waitedS)
  }
}

/** What was missed by how much, as the figures of each queue. */
export function errorsOf(missed: readonly Missed[]): EstimateError[] {
  const queueIds = [...new Set(missed.map(({ queueId }) => queueId))]
  return queueIds.map((id) =>
    errorOf(
      id,
      missed.filter(({ queueId }) => queueId === id)
    )
  )
}

/**
 * Compares what was told at the beginning of a wait with how long it was, from the facts of a period, by queue. Both
 * are whole seconds, so there are as many groups as there are differences, however many were told.
 */
export async function estimateErrors(from: Date, to: Date): Promise<EstimateError[]> {
  const groups = (await Fact.aggregate([
    { $match: { noun: 'interaction', name: 'accepted', at: { $gte: from, $lt: to } } },
    { $sort: { at: -1 } },
    { $limit: looked },
    { $match: { 'figures.estimatedSeconds': { $type: 'number' } } },
    {
      $group: {
        _id: {
          queueId: '$queueId',
          errorS: { $subtract: ['$figures.waitedSeconds', '$figures.estimatedSeconds'] }
        },
        times: { $sum: 1 },
        waitedS: { $sum: '$figures.waitedSeconds' }
      }
    }
  ])) as { _id: { queueId: Types.ObjectId; errorS: number }; times: number; waitedS: number }[]
  return errorsOf(
    groups.map(({ _id, times, waitedS }) => ({
      queueId: _id.queueId.toHexString(),
      errorS: _id.errorS,
      times,
      waitedS
    }))
  )
}

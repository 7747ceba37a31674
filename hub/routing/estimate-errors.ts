import type { Static } from 'typebox'
import type { EstimateError } from '@palabre/config/contract/routing'
import type { Types } from 'mongoose'
import { Fact } from '../record/fact.model.ts'

interface Sum {
  _id: Types.ObjectId
  told: number
  error: number
  absolute: number
  waited: number
}

const tenths = (seconds: number) => Math.round(seconds * 10) / 10

/** Compares what was told at the beginning of a wait with how long it was, from the facts of a period, by queue. */
export async function estimateErrors(from: Date, to: Date): Promise<Static<typeof EstimateError>[]> {
  const error = { $subtract: ['$figures.waitedSeconds', '$figures.estimatedSeconds'] }
  const sums = (await Fact.aggregate([
    {
      $match: {
        noun: 'interaction',
        name: 'accepted',
        at: { $gte: from, $lt: to },
        'figures.estimatedSeconds': { $type: 'number' }
      }
    },
    {
      $group: {
        _id: '$queueId',
        told: { $sum: 1 },
        error: { $avg: error },
        absolute: { $avg: { $abs: error } },
        waited: { $avg: '$figures.waitedSeconds' }
      }
    }
  ])) as Sum[]
  return sums.map((sum) => ({
    queueId: sum._id.toHexString(),
    told: sum.told,
    meanErrorS: tenths(sum.error),
    meanAbsoluteErrorS: tenths(sum.absolute),
    meanWaitS: tenths(sum.waited)
  }))
}

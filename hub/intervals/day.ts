import { Types } from 'mongoose'
import type { DayPart } from '@palabre/config/contract/figures'
import { IntervalRecord, type IntervalDoc } from './interval.model.ts'

/** A day has fewer states than this; only the newest are read. */
const mostParts = 1000

/** The states of an agent from a moment on, in order; the first one began before it. */
export async function dayOfAgent(agentId: string, from: Date): Promise<DayPart[]> {
  const docs = (await IntervalRecord.find({ recordId: new Types.ObjectId(agentId) })
    .sort({ n: -1 })
    .limit(mostParts)
    .lean()) as IntervalDoc[]
  return docs
    .filter(({ to }) => to === null || to > from)
    .reverse()
    .map((doc) => ({
      state: doc.state as DayPart['state'],
      pauseReasonId: doc.detail,
      from: new Date(Math.max(doc.from.getTime(), from.getTime())).toISOString(),
      to: doc.to?.toISOString() ?? null
    }))
}

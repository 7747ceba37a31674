import { Schema, model } from 'mongoose'
import type { BoardQuarter } from '@palabre/config/contract/board'

/** What a quarter of an hour brought: sums by queue and channel, and by agent. Made of facts, and can be made again. */
export interface RollupDoc {
  /** `<slot>|queue|<queue>|<account>|<channel>|<medium>` or `<slot>|agent|<agent>`. */
  _id: string
  slot: Date
  kind: 'queue' | 'agent'
  queueId: string | null
  accountId: string | null
  channel: string | null
  medium: string | null
  agentId: string | null
  teamId: string | null
  /** By name: how many, or how many milliseconds (`…Ms`). */
  sums: Record<string, number>
  /** The last batch of facts that is in it; batches come one after the other. */
  batch: number
}

const schema = new Schema<RollupDoc>(
  {
    _id: String,
    slot: Date,
    kind: String,
    queueId: { type: String, default: null },
    accountId: { type: String, default: null },
    channel: { type: String, default: null },
    medium: { type: String, default: null },
    agentId: { type: String, default: null },
    teamId: { type: String, default: null },
    sums: { type: Object, default: {} },
    batch: Number
  },
  { collection: 'rollups', versionKey: false, minimize: false, strict: 'throw' }
)
schema.index({ slot: 1, kind: 1 })

export const Rollup = model<RollupDoc>('Rollup', schema)

export const presentRollup = ({ _id, slot, kind, sums, batch, ...of }: RollupDoc): BoardQuarter => ({
  id: _id,
  slot: slot.toISOString(),
  kind,
  queueId: of.queueId,
  accountId: of.accountId,
  channel: of.channel,
  medium: of.medium as BoardQuarter['medium'],
  agentId: of.agentId,
  sums,
  version: batch
})

import { Schema, model } from 'mongoose'
import type { Input } from '@palabre/config/contract/define'
import type { WatchRule as WatchRuleWire, writeWatchRule } from '@palabre/config/contract/stepping'
import { traceAction } from '../audit/trace.ts'
import { refuse } from '../refuse.ts'
import { actorOf, type Who } from '../sessions/who.ts'

/** One record for the whole house; without it agents see when somebody looks on, which many labour laws want. */
interface WatchRuleDoc {
  _id: 'house'
  version: number
  shownToAgents: boolean
}

const schema = new Schema<WatchRuleDoc>(
  { _id: String, version: Number, shownToAgents: Boolean },
  { collection: 'watchRules', versionKey: false, strict: 'throw' }
)
const WatchRule = model<WatchRuleDoc>('WatchRule', schema)

export async function readWatchRuleOf(): Promise<WatchRuleWire> {
  const doc = await WatchRule.findById('house').lean()
  return { version: doc?.version ?? 0, shownToAgents: doc?.shownToAgents ?? true }
}

/** Refuses `changed-meanwhile` for an old version. */
export async function writeWatchRuleOf(
  who: Who,
  { version, shownToAgents }: Input<typeof writeWatchRule>['body']
): Promise<WatchRuleWire> {
  const now = await readWatchRuleOf()
  if (now.version !== version) return refuse('changed-meanwhile')
  const next = { version: version + 1, shownToAgents }
  const written =
    version === 0
      ? await WatchRule.updateOne({ _id: 'house' }, { $setOnInsert: next }, { upsert: true })
      : await WatchRule.updateOne({ _id: 'house', version }, { $set: next })
  if (written.modifiedCount + written.upsertedCount === 0) return refuse('changed-meanwhile')
  await traceAction(actorOf(who), shownToAgents ? 'watchRule.show' : 'watchRule.hide', 'watchRule', null)
  return next
}

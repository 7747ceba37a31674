import type { Hub } from '../hub.ts'
import { SourceModel, sourceTold, type SourceDoc } from './source.model.ts'

/** Writes how a source fares, when that is news. */
export async function setSourceHealth(
  hub: Hub,
  source: SourceDoc,
  state: 'up' | 'down',
  detail = ''
): Promise<void> {
  const doc = (await SourceModel.findOneAndUpdate(
    {
      _id: source._id,
      // Nobody is told again and again why it is down: the first reason stands until it is up.
      'health.state': { $ne: state }
    },
    { $set: { health: { state, detail, since: new Date() } } },
    { returnDocument: 'after' }
  ).lean()) as SourceDoc | null
  if (!doc) return
  for (const event of sourceTold.tell(doc)) hub.stream.publish(event)
}

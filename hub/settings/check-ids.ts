import type { ResourceName } from '@palabre/config/contract/setting'
import { Agent } from '../agents/agent.model.ts'
import { refuse } from '../refuse.ts'
import { settings } from './setting.model.ts'

interface Countable {
  countDocuments(filter: object): Promise<number>
}

/** Refuses `unknown-reference` when one of the ids names nothing (or something archived). */
export async function checkIds(resource: ResourceName, path: string, ids: string[]) {
  const unique = [...new Set(ids)]
  if (unique.length === 0) return
  const known = await (settings[resource].model as unknown as Countable).countDocuments({
    _id: { $in: unique },
    archived: false
  })
  if (known !== unique.length)
    refuse('unknown-reference', path, [{ path, message: `names a ${resource} that does not exist` }])
}

/** Refuses `unknown-reference` when one of the ids names no agent (or one who has gone). */
export async function checkAgents(path: string, ids: string[]) {
  const unique = [...new Set(ids)]
  if (unique.length === 0) return
  const known = await Agent.countDocuments({ _id: { $in: unique }, archived: false })
  if (known !== unique.length)
    refuse('unknown-reference', path, [{ path, message: 'names an agent who does not exist' }])
}

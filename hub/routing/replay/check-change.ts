import type { ReplayChange } from '@palabre/config/contract/routing'
import { refuse } from '../../refuse.ts'
import type { Catalog } from '../../settings/catalog.ts'
import { checkQueue } from '../../settings/check-queue.ts'
import { checkIds } from '../../settings/check-ids.ts'

/**
 * Refuses `unknown-reference` when a change names a queue, agent, skill or team that there is not, and `invalid-input`
 * for rules that a queue could not be given.
 */
export async function checkChange(
  catalog: Catalog,
  agentIds: ReadonlySet<string>,
  { queues = {}, skills = {}, without = [], more = [] }: ReplayChange
): Promise<void> {
  const unknown = (path: string, message: string) => refuse('unknown-reference', path, [{ path, message }])
  const checkAgent = (path: string, id: string) => {
    if (!agentIds.has(id)) unknown(path, 'names an agent who does not exist')
  }
  for (const [id, rules] of Object.entries(queues)) {
    if (!catalog.queue(id)) unknown(`change/queues/${id}`, 'names a queue that does not exist')
    await checkQueue(id, rules)
  }
  for (const [id, levels] of Object.entries(skills)) {
    const path = `change/skills/${id}`
    checkAgent(path, id)
    await checkIds(
      'skill',
      path,
      levels.map(({ skillId }) => skillId)
    )
  }
  without.forEach((id, i) => checkAgent(`change/without/${String(i)}`, id))
  more.forEach(({ likeAgentId }, i) => checkAgent(`change/more/${String(i)}/likeAgentId`, likeAgentId))
}

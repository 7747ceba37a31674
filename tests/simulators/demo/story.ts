import type { Interaction } from '@palabre/config/contract/interaction'
import type { HubClient } from './hub-client.ts'

interface Named {
  id: string
  name: string
}

/**
 * Tells what becomes of an account's work at the hub: in which queue, offered to whom, answered by whom, ended. Gives what
 * ends it.
 */
export async function followWork(
  hub: HubClient,
  accountId: string,
  tell: (sign: string, text: string) => void
): Promise<() => void> {
  const [queues, agents] = await Promise.all([
    hub.get<{ items: Named[] }>('/api/queues'),
    hub.get<{ items: Named[] }>('/api/agents')
  ])
  const nameIn = ({ items }: { items: Named[] }, id: string | null | undefined) =>
    items.find((one) => one.id === id)?.name ?? '?'
  const told = new Map<string, string>()
  const topics = queues.items.map(({ id }) => `queue:${id}`)
  const { close } = hub.follow('interaction.changed', topics, ({ interaction }) => {
    if (interaction.accountId !== accountId) return
    const [sign, text] = lineOf(interaction)
    if (text === undefined || told.get(interaction.id) === text) return
    told.set(interaction.id, text)
    tell(sign, text)
  })
  return close

  function lineOf({ state, queueId, offer, agentId }: Interaction): [string, string | undefined] {
    switch (state) {
      case 'queued':
        return ['⋯', `in the queue “${nameIn(queues, queueId)}”: somebody has to be ready`]
      case 'offered':
        return ['☎', `offered to ${nameIn(agents, offer?.agentId)}`]
      case 'active':
        return ['✓', `taken by ${nameIn(agents, agentId)}`]
      case 'wrapup':
        return ['✓', `${nameIn(agents, agentId)} wraps up`]
      case 'closed':
        return ['✓', 'closed']
    }
  }
}

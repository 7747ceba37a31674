import { randomBytes } from 'node:crypto'
import type { ChannelAccount } from '@palabre/config/contract/account'
import type { HubClient } from '../demo/hub-client.ts'
import { startGraph, type Graph } from '../graph/graph.ts'
import type { GraphNumber } from '../graph/webhooks.ts'

const accountName = 'WhatsApp (demo)'
const channel = 'whatsapp'

/** The demo's WhatsApp number: Meta's side of it, known to an account of the hub. */
export interface DemoNumber {
  graph: Graph
  number: GraphNumber
  account: ChannelAccount
  close(): Promise<void>
}

/**
 * Plays Meta for the demo's account, which is made when there is none. Its secrets are made here, each time, and told to
 * the hub as an administrator would.
 * @throws Error for people
 */
export async function openDemoNumber(hub: HubClient): Promise<DemoNumber> {
  const secret = () => randomBytes(24).toString('hex')
  const number: GraphNumber = {
    phoneNumberId: '106540352242922',
    wabaId: '102290129340398',
    display: '221338000001',
    accessToken: secret(),
    appSecret: secret()
  }
  const graph = await startGraph([number])
  try {
    const { phoneNumberId, wabaId, accessToken, appSecret } = number
    const settings = {
      phoneNumberId,
      wabaId,
      accessToken,
      appSecret,
      verifyToken: secret(),
      graphUrl: graph.url
    }
    const account = await connect(hub, settings)
    graph.hook(`${hub.url}/hooks/${account.id}`)
    return { graph, number, account, close: () => graph.stop() }
  } catch (error) {
    await graph.stop()
    throw error
  }
}

async function connect(hub: HubClient, settings: Record<string, unknown>): Promise<ChannelAccount> {
  const { items } = await hub.get<{ items: ChannelAccount[] }>('/api/accounts')
  const known = items.find(({ name }) => name === accountName)
  if (known)
    return hub.patch<ChannelAccount>(`/api/accounts/${known.id}`, {
      version: known.version,
      change: { settings, paused: false }
    })
  const queues = await hub.get<{ items: { id: string; name: string }[] }>('/api/queues')
  const queue = queues.items.find(({ name }) => name === 'Customer care') ?? queues.items[0]
  if (!queue) throw new Error(`${hub.url} has no queue: is it the demo?`)
  return hub.post<ChannelAccount>('/api/accounts', {
    channel,
    name: accountName,
    queueId: queue.id,
    settings
  })
}

import type { LineCommand } from '@palabre/channels/call'
import type { Hub } from '../hub.ts'
import { linesOf } from './lines.ts'

interface Order {
  callId: string
  tag: string
  command: LineCommand
}

const channelOf = (hub: Hub) => `${hub.env.REDIS_PREFIX}:lines`

/**
 * Tells a party's line something of the moment (keys), wherever the line is. What a party *is* to do stands in the
 * call and does not come this way: this may be lost while Redis is away.
 */
export async function tellLine(hub: Hub, callId: string, tag: string, command: LineCommand): Promise<void> {
  const line = linesOf(hub).lineOf(callId, tag)
  if (line) line.tell(command)
  else await hub.redis.publish(channelOf(hub), JSON.stringify({ callId, tag, command } satisfies Order))
}

/** Takes orders of other nodes for lines of this one. Returns how to stop. */
export async function hearOrders(hub: Hub): Promise<() => void> {
  const subscriber = hub.redis.duplicate({ maxRetriesPerRequest: null })
  subscriber.on('error', (error: Error) => {
    hub.log.debug({ err: error }, 'redis of the orders to lines')
  })
  subscriber.on('message', (_channel: string, text: string) => {
    const { callId, tag, command } = JSON.parse(text) as Order
    try {
      linesOf(hub).lineOf(callId, tag)?.tell(command)
    } catch (error) {
      hub.log.warn({ err: error }, 'an order could not be told')
    }
  })
  await subscriber.subscribe(channelOf(hub))
  return () => {
    subscriber.disconnect()
  }
}

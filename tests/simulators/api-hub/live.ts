import type { Server } from 'node:http'
import {
  ClientFrame,
  type EventName,
  type EventPayload,
  type ServerFrame
} from '@palabre/config/contract/event'
import { Value } from 'typebox/value'
import { WebSocketServer, type WebSocket } from 'ws'

const notKept: EventName[] = ['typing.changed', 'writing.changed', 'visitor.pushed']

/**
 * The socket of /api/live: greets, answers pings, checks every frame, and pushes events to all.
 * @param isElsewhere addresses whose upgrades somebody else takes
 */
export function openLive(server: Server, signedIn: () => boolean, isElsewhere: (url: string) => boolean) {
  const sockets = new Set<WebSocket>()
  const upgrades = new WebSocketServer({ noServer: true })
  const frames: ClientFrame[] = []
  let seq = 1
  let accepting = true

  server.on('upgrade', (request, socket, head) => {
    if (isElsewhere(request.url ?? '')) return
    if (!accepting || !signedIn() || !request.url?.startsWith('/api/live')) {
      socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\n\r\n')
      return
    }
    upgrades.handleUpgrade(request, socket, head, (client) => {
      sockets.add(client)
      client.on('close', () => sockets.delete(client))
      client.on('message', (text) => hear(client, String(text)))
    })
  })

  const tell = (client: WebSocket, frame: ServerFrame) => client.send(JSON.stringify(frame))

  function hear(client: WebSocket, text: string) {
    const frame: unknown = JSON.parse(text)
    if (!Value.Check(ClientFrame, frame))
      throw new Error(`The app sent a frame that is not declared: ${text}`)
    frames.push(frame)
    if (frame.type === 'hello') tell(client, { type: 'ready', seq: String(seq) })
    if (frame.type === 'ping') tell(client, { type: 'pong' })
  }

  return {
    /** What clients sent, oldest first. */
    frames,
    push<N extends EventName>(name: N, payload: EventPayload<N>) {
      const kept = notKept.includes(name) ? null : String(++seq)
      for (const client of sockets) tell(client, { type: 'event', seq: kept, name, payload } as ServerFrame)
    },
    /** Says that events may be missing: clients read again. */
    resync() {
      for (const client of sockets) tell(client, { type: 'resync', seq: String(++seq) })
    },
    refuse(topics: string[]) {
      for (const client of sockets) tell(client, { type: 'refused', topics })
    },
    drop(code = 1012) {
      for (const client of sockets) client.close(code)
    },
    setAccepting(on: boolean) {
      accepting = on
    }
  }
}

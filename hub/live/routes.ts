import type { FastifyInstance } from 'fastify'
import { noteSeen, seenEveryMs } from '../agents/presence.ts'
import type { Hub } from '../hub.ts'
import { sessionCookie } from '../plugins/serve.ts'
import { isOwnOrigin } from '../plugins/origin.ts'
import { refuse } from '../refuse.ts'
import { forgetSessions, identify } from '../sessions/identify.ts'
import { Board } from './board.ts'
import { attachSocket, closeCodes, type AgentSocket } from './socket.ts'

export interface Live {
  board: Board
  sockets: Set<AgentSocket>
  /** Tells every client to come back to another node. */
  drain(): void
}

/** The app's WebSocket, /api/live: events out, a few frames in. */
export function liveRoutes(app: FastifyInstance, hub: Hub): Live {
  const board = new Board()
  const sockets = new Set<AgentSocket>()
  const recheck = (socket: AgentSocket) => {
    socket.recheck().catch((error: unknown) => {
      hub.log.warn({ err: error }, 'a socket could not be checked again')
      socket.close(closeCodes.restart, 'come back')
    })
  }

  hub.stream.onEvent((event) => {
    board.tell(event)
    if (event.name === 'setting.changed') for (const socket of sockets) recheck(socket)
    if (event.name === 'user.changed' || event.name === 'session.revoked') {
      const { userId } = JSON.parse(event.payload) as { userId: string }
      // What another node changed is still remembered here as it was.
      forgetSessions(hub)
      for (const socket of sockets) if (socket.who.userId.toHexString() === userId) recheck(socket)
    }
  })
  hub.stream.onGap(() => {
    const text = JSON.stringify({ type: 'resync', seq: hub.stream.head() })
    const event = { seq: null, name: 'setting.changed' as const, payload: '', topics: [], hints: null }
    for (const socket of sockets) socket.send(text, event)
  })
  const agentsHere = () => [
    ...new Set([...sockets].flatMap(({ who }) => (who.agentId ? [who.agentId.toHexString()] : [])))
  ]
  const seen = setInterval(() => {
    noteSeen(agentsHere()).catch((error: unknown) => {
      hub.log.warn({ err: error }, 'presence could not be noted')
    })
  }, seenEveryMs)
  app.addHook('onClose', () => {
    clearInterval(seen)
  })

  app.route({
    method: 'GET',
    url: '/api/live',
    schema: { hide: true },
    preValidation: async (request) => {
      if (!isOwnOrigin(hub.env, request)) return refuse('wrong-origin')
      const token = request.cookies[sessionCookie]
      request.who = token ? await identify(hub, token) : null
      if (!request.who) return refuse('not-signed-in')
      if (request.who.passwordChangeRequired) return refuse('password-change-required')
    },
    handler: () => refuse('not-found'),
    wsHandler: (socket, request) => {
      const { who } = request
      if (!who) return
      const one = attachSocket(
        hub,
        board,
        socket,
        request.raw.socket,
        who,
        request.cookies[sessionCookie] ?? ''
      )
      sockets.add(one)
      if (who.agentId) void noteSeen([who.agentId.toHexString()])
      socket.on('close', () => sockets.delete(one))
    }
  })

  return {
    board,
    sockets,
    drain() {
      for (const socket of sockets) socket.close(closeCodes.restart, 'restarting')
    }
  }
}

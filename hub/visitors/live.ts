import { listenToWaits } from './wait.ts'
import type { FastifyInstance } from 'fastify'
import type { Hub } from '../hub.ts'
import { Board } from '../live/board.ts'
import { closeCodes } from '../live/socket.ts'
import { refuse } from '../refuse.ts'
import { checkOrigin, doorOf } from './door.ts'
import { attachVisitor, type VisitorSocket } from './socket.ts'

/** The customer's WebSocket, /api/visitor/:accountId/live. */
export function visitorLive(app: FastifyInstance, hub: Hub): { drain(): void } {
  const board = new Board()
  const sockets = new Set<VisitorSocket>()
  // Before the sockets hear of it, so that what they tell is what was told.
  listenToWaits(hub)
  hub.stream.onEvent((event) => {
    board.tell(event)
  })
  hub.stream.onGap(() => {
    for (const socket of sockets) socket.refresh()
  })

  app.route<{ Params: { accountId: string } }>({
    method: 'GET',
    url: '/api/visitor/:accountId/live',
    schema: { hide: true },
    preValidation: async (request) => {
      checkOrigin(hub, await doorOf(hub, request.params.accountId), request)
    },
    handler: () => refuse('not-found'),
    wsHandler: (socket, request) => {
      // Frames may come before the account is read; they wait for it.
      const early: Buffer[] = []
      const keep = (data: Buffer) => early.push(data)
      socket.on('message', keep)
      doorOf(hub, request.params.accountId)
        .then(({ account }) => {
          socket.off('message', keep)
          const one = attachVisitor(hub, board, socket, request.raw.socket, account)
          sockets.add(one)
          socket.on('close', () => sockets.delete(one))
          for (const data of early) socket.emit('message', data)
        })
        .catch(() => {
          socket.close(closeCodes.policy, 'no such account')
        })
    }
  })

  return {
    drain() {
      for (const socket of sockets) socket.close(closeCodes.restart, 'restarting')
    }
  }
}

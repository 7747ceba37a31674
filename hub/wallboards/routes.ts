import type { FastifyInstance, FastifyRequest } from 'fastify'
import * as route from '@palabre/config/contract/wallboard'
import type { Hub } from '../hub.ts'
import { closeCodes } from '../live/socket.ts'
import { isOwnOrigin } from '../plugins/origin.ts'
import { serve } from '../plugins/serve.ts'
import { Refusal, refuse } from '../refuse.ts'
import { checkStranger, noteStranger } from '../sessions/strangers.ts'
import { hashToken } from '../sessions/identify.ts'
import { scopeOf } from '../sessions/who.ts'
import { momentOf } from '../wire.ts'
import type { Pictures } from '../supervision/pictures.ts'
import { checkWallboard } from './check.ts'
import { archiveWallboard, createWallboard, listWallboards, updateWallboard } from './keep.ts'
import { scopeOfKeeper } from './keeper.ts'
import { makeLink, noteSeen, openLink, revokeLink } from './link.ts'
import { attachWall, type WallSocket } from './socket.ts'
import { look, wallOf } from './wall.ts'
import { presentLink, presentWallboard } from './wallboard.model.ts'
import { openWalls, type Walls } from './walls.ts'

const { wallboard } = route

const refused: Record<route.WallRefusal, string> = {
  unknown: 'The link was revoked, or never existed',
  expired: 'The link is over',
  'too-many': 'Too many links that lead nowhere'
}

/** Big screens: what supervisors keep, and what the screens are shown. */
export function wallboardRoutes(app: FastifyInstance, hub: Hub, pictures: Pictures): Walls {
  serve(app, hub, wallboard.list, async ({ input, who }) => ({
    items: (await listWallboards(hub, who, input.query.archived ?? false)).map(presentWallboard)
  }))
  serve(app, hub, wallboard.create, async ({ input, who }) =>
    presentWallboard(await createWallboard(hub, who, input.body))
  )
  serve(app, hub, wallboard.update, async ({ input, who }) =>
    presentWallboard(await updateWallboard(hub, who, input.params.id, input.body))
  )
  serve(app, hub, wallboard.archive, async ({ input, who }) =>
    presentWallboard(await archiveWallboard(hub, who, input.params.id, true))
  )
  serve(app, hub, wallboard.restore, async ({ input, who }) =>
    presentWallboard(await archiveWallboard(hub, who, input.params.id, false))
  )
  serve(app, hub, route.listWallLinks, async ({ who }) => ({
    items: (await listWallboards(hub, who, false)).map(presentLink)
  }))
  serve(app, hub, route.makeWallLink, async ({ input, who }) => {
    const { expiresAt } = input.body
    const until = expiresAt === null ? null : momentOf(expiresAt, 'expiresAt')
    const { token, doc } = await makeLink(hub, who, input.params.id, until)
    return { token, link: presentLink(doc) }
  })
  serve(app, hub, route.revokeWallLink, async ({ input, who }) =>
    presentLink(await revokeLink(hub, who, input.params.id))
  )
  serve(app, hub, route.previewWallboard, async ({ input, who }) => {
    const { fields } = input.body
    const scope = await scopeOf(hub, who)
    await checkWallboard(scope, fields)
    return wallOf(fields, { ...(await look(hub, pictures)), scope })
  })

  const bearer = (request: FastifyRequest) => /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1]

  serve(app, hub, route.readWall, async ({ request }) => {
    const token = bearer(request)
    if (token === undefined) return refuse('not-signed-in', 'There is no bearer token')
    if (app.isLimited) checkStranger(request.ip)
    const doc = await openLink(token)
    if (typeof doc === 'string') {
      if (app.isLimited) noteStranger(request.ip)
      return refuse('not-signed-in', refused[doc])
    }
    await noteSeen([{ tokenHash: hashToken(token), address: request.ip }])
    const scope = await scopeOfKeeper(hub, doc.keeper.id)
    return wallOf(doc, { ...(await look(hub, pictures)), scope })
  })

  const walls = openWalls(hub, pictures)
  app.addHook('onClose', () => {
    walls.stop()
  })

  async function hello(socket: WallSocket, token: string) {
    try {
      if (app.isLimited) checkStranger(socket.address)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      socket.refuse('too-many')
      return
    }
    await walls.enter(socket, token)
    if (socket.tokenHash === '' && app.isLimited) noteStranger(socket.address)
  }

  app.route({
    method: 'GET',
    url: '/api/wall/live',
    schema: { hide: true },
    preValidation: (request, _reply, done) => {
      if (!isOwnOrigin(hub.env, request)) return refuse('wrong-origin')
      done()
    },
    handler: () => refuse('not-found'),
    wsHandler: (socket, request) => {
      const one = attachWall(socket, request.ip, (self, token) => {
        hello(self, token).catch((error: unknown) => {
          hub.log.warn({ err: error }, 'a wallboard could not be shown')
          self.close(closeCodes.restart, 'come back')
        })
      })
      socket.on('close', () => {
        walls.leave(one)
      })
    }
  })
  return walls
}

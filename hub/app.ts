import compress from '@fastify/compress'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import multipart from '@fastify/multipart'
import rateLimit from '@fastify/rate-limit'
import websocket from '@fastify/websocket'
import Fastify, { LogController, type FastifyInstance } from 'fastify'
import { accountHooks } from './accounts/hooks.ts'
import { accountRoutes } from './accounts/routes.ts'
import { agentRoutes } from './agents/routes.ts'
import { alertRoutes } from './alerts/routes.ts'
import { audienceRoutes } from './audiences/routes.ts'
import { auditRoutes } from './audit/routes.ts'
import { callLive } from './calls/live.ts'
import { callbackPublicRoutes } from './callbacks/public/public-routes.ts'
import { callbackVisitRoutes } from './callbacks/public/visit-routes.ts'
import { callbackRoutes } from './callbacks/routes.ts'
import { callRoutes } from './calls/routes.ts'
import { campaignPublicRoutes } from './campaigns/public-routes.ts'
import { campaignRoutes } from './campaigns/routes.ts'
import { contactRoutes } from './contacts/routes.ts'
import { demoRoutes } from './demo/routes.ts'
import { figureRoutes } from './figures/routes.ts'
import { floorMessageRoutes } from './floor-messages/routes.ts'
import { flowRoutes } from './flows/routes.ts'
import type { Hub } from './hub.ts'
import { interactionRoutes } from './interactions/routes.ts'
import { liveRoutes } from './live/routes.ts'
import { messageRoutes } from './messages/routes.ts'
import { readJsonBodies } from './plugins/depth.ts'
import { docsPlugin } from './plugins/docs.ts'
import { operations } from './plugins/operations.ts'
import { pages } from './plugins/pages.ts'
import { answerRefusal, refusalsPlugin } from './plugins/refusals.ts'
import { validateStrictly } from './plugins/validation.ts'
import { quarantineRoutes } from './quarantine/routes.ts'
import { recordingRoutes } from './recordings/routes.ts'
import { refuse } from './refuse.ts'
import { replayRoutes } from './routing/replay/routes.ts'
import { routingRoutes } from './routing/routes.ts'
import { sessionRoutes } from './sessions/routes.ts'
import { settingRoutes } from './settings/routes.ts'
import { sourceRoutes } from './sources/routes.ts'
import { steppingRoutes } from './stepping/routes.ts'
import { openBoard } from './supervision/board.ts'
import { openPictures } from './supervision/pictures.ts'
import { boardRoutes } from './supervision/routes.ts'
import { templateRoutes } from './templates/routes.ts'
import { thresholdRoutes } from './thresholds/routes.ts'
import { userRoutes } from './users/routes.ts'
import { visitorLive } from './visitors/live.ts'
import { visitorRoutes } from './visitors/routes.ts'
import { wallboardRoutes } from './wallboards/routes.ts'
import type { Walls } from './wallboards/walls.ts'

const bodyBytes = 262_144
const frameBytes = 65_536

export type App = FastifyInstance & {
  /** Sends every client elsewhere (1012) and says no on /ready. */
  drain(): void
}

/** The whole hub on one screen: plumbing, then a line for each noun. */
export async function buildApp(hub: Hub, { rateLimits = true } = {}): Promise<App> {
  const app = Fastify({
    loggerInstance: hub.log as never,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyBytes,
    trustProxy: hub.env.TRUST_PROXY,
    forceCloseConnections: true,
    requestTimeout: 60_000,
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    frameworkErrors: answerRefusal as never,
    // The app's own files are known; anything longer is nobody's address.
    routerOptions: { maxParamLength: 200 }
  }) as unknown as FastifyInstance

  app.decorate('isLimited', rateLimits)
  app.decorateRequest('who', null)
  validateStrictly(app)
  // Bodies are JSON or a file; a form of a foreign page can send plain text without asking.
  app.removeContentTypeParser('text/plain')
  readJsonBodies(app)
  await app.register(refusalsPlugin)
  await app.register(helmet, {
    // The app brings its own policy, with hashes, in its page.
    contentSecurityPolicy: false,
    crossOriginEmbedderPolicy: false,
    hsts: hub.env.PUBLIC_URL.startsWith('https:')
  })
  await app.register(compress, { threshold: 1024, encodings: ['gzip', 'deflate'] })
  await app.register(cookie)
  await app.register(multipart, { throwFileSizeLimit: false })
  await app.register(websocket, { options: { maxPayload: frameBytes } })
  // Its own connection, which fails at once when Redis is away: then nobody is counted, and nobody waits.
  const limiterRedis = hub.redis.duplicate({ maxRetriesPerRequest: 0, enableOfflineQueue: false })
  limiterRedis.on('error', (error: Error) => {
    hub.log.debug({ err: error }, 'redis of the rate limits')
  })
  app.addHook('onClose', () => {
    limiterRedis.disconnect()
  })
  // A bench comes from one address as fast as it can; everybody else is limited.
  if (rateLimits)
    await app.register(rateLimit, {
      global: true,
      max: 3000,
      timeWindow: 60_000,
      redis: limiterRedis,
      nameSpace: `${hub.env.REDIS_PREFIX}:rate:`,
      skipOnError: true,
      errorResponseBuilder: () => {
        try {
          return refuse('too-many-requests')
        } catch (error) {
          return error as object
        }
      }
    })
  await app.register(docsPlugin)

  let live: ReturnType<typeof liveRoutes> | null = null
  let visitors: ReturnType<typeof visitorLive> | null = null
  let walls: Walls | null = null
  const ops = operations(app, hub, { sockets: () => live?.sockets.size ?? 0 })

  // Plugins above are loaded before any of these is mounted.
  await app.register((routes, _options, done) => {
    live = liveRoutes(routes, hub)
    const board = openBoard(hub, live.board)
    const pictures = openPictures(hub, board)
    routes.addHook('onClose', () => {
      pictures.stop()
      board.stop()
    })
    boardRoutes(routes, hub, board)
    sessionRoutes(routes, hub)
    userRoutes(routes, hub)
    agentRoutes(routes, hub)
    contactRoutes(routes, hub)
    callRoutes(routes, hub)
    callbackRoutes(routes, hub)
    interactionRoutes(routes, hub)
    messageRoutes(routes, hub)
    recordingRoutes(routes, hub)
    settingRoutes(routes, hub)
    templateRoutes(routes, hub)
    routingRoutes(routes, hub)
    replayRoutes(routes, hub)
    accountRoutes(routes, hub)
    alertRoutes(routes, hub)
    thresholdRoutes(routes, hub, pictures)
    walls = wallboardRoutes(routes, hub, pictures)
    figureRoutes(routes, hub)
    floorMessageRoutes(routes, hub)
    flowRoutes(routes, hub)
    sourceRoutes(routes, hub)
    steppingRoutes(routes, hub)
    quarantineRoutes(routes, hub)
    audienceRoutes(routes, hub)
    auditRoutes(routes, hub)
    campaignRoutes(routes, hub)
    done()
  })
  await app.register((routes, _options, done) => {
    campaignPublicRoutes(routes, hub)
    done()
  })
  await app.register((routes, _options, done) => {
    callbackPublicRoutes(routes, hub)
    done()
  })
  await app.register((routes, _options, done) => {
    visitorRoutes(routes, hub)
    callbackVisitRoutes(routes, hub)
    visitors = visitorLive(routes, hub)
    done()
  })
  await app.register((hooks, _options, done) => {
    accountHooks(hooks, hub)
    done()
  })
  let calls: Awaited<ReturnType<typeof callLive>> | null = null
  await app.register(async (routes) => {
    calls = await callLive(routes, hub)
  })
  await app.register((routes, _options, done) => {
    demoRoutes(routes, hub)
    done()
  })
  await pages(app)

  return Object.assign(app, {
    drain() {
      ops.drain()
      live?.drain()
      visitors?.drain()
      walls?.drain()
      calls?.drain()
    }
  })
}

import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { WebSocket } from '@fastify/websocket'
import { ChannelError } from '@palabre/channels/channel'
import type { Hub } from '../hub.ts'
import { closeCodes } from '../live/socket.ts'
import { openSound } from '../recordings/open.ts'
import { watchRecordings } from '../recordings/watch.ts'
import { refuse } from '../refuse.ts'
import { deskOf } from './desk.ts'
import { voiceDoorOf, type VoiceDoor } from './door.ts'
import { linesOf } from './lines.ts'
import { mayRegister } from './phone-account.ts'
import { hearOrders } from './remote.ts'
import { watchCalls } from './watch.ts'

const bodyBytes = 131_072

/**
 * All calls come from the media server's one address, each with lines of its own, and it does not try twice: so they are
 * not counted, and do not wait for a Redis that hangs. They bring credentials or a signature.
 */
const config = { rateLimit: false } as const

interface ToAccount {
  Params: { accountId: string }
}

/**
 * The media server's doors under /calls/:accountId: lines and sound by WebSocket, webhooks and registrations by HTTP,
 * each behind the proof that the account asks for. Channels of calls name these paths to their media server.
 */
export async function callLive(app: FastifyInstance, hub: Hub): Promise<{ drain(): void }> {
  const unwatch = watchCalls(hub)
  const unhear = await hearOrders(hub)
  const unrecord = await watchRecordings(hub)
  app.addHook('onClose', async () => {
    unwatch()
    unhear()
    await unrecord()
  })
  // Signatures are over the bytes as they came.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyBytes }, (_request, body, done) => {
    done(null, body)
  })

  // The far side appends to the address of the lines of legs that were split off.
  for (const url of ['/calls/:accountId', '/calls/:accountId/adulting', '/calls/:accountId/adulting/*'])
    socketAt(app, hub, url, 'line', (socket, door) => {
      door.calls.attend(socket, door.opened, deskOf(hub, door))
    })

  socketAt(app, hub, '/calls/:accountId/sound', 'sound', (socket, door) => {
    door.calls.hear(socket, door.opened, (sound, close) => openSound(hub, door, sound, close))
  })

  app.post<ToAccount>(
    '/calls/:accountId/registration',
    { config, schema: { hide: true } },
    async (request) => {
      const door = await admitted(hub, request)
      const isGood = await mayRegister(
        hub,
        door,
        await reading(() => door.calls.registration(bodyOf(request)))
      )
      return isGood ? { status: 'ok' } : { status: 'fail', msg: 'Not known here' }
    }
  )
  app.post<ToAccount>('/calls/:accountId/hook', { config, schema: { hide: true } }, async (request) => {
    const door = await voiceDoorOf(hub, request.params.accountId)
    const headers = request.headers as Record<string, string | undefined>
    const query = request.query as Record<string, string>
    const rawBody = request.body as Buffer
    return reading(() => door.calls.hook({ headers, query, rawBody }, door.opened, deskOf(hub, door)))
  })

  return {
    drain() {
      linesOf(hub).drain()
    }
  }
}

/** Mounts a WebSocket door; frames that come before the account is read wait for it. */
function socketAt(
  app: FastifyInstance,
  hub: Hub,
  url: string,
  use: 'line' | 'sound',
  attend: (socket: WebSocket, door: VoiceDoor) => void
) {
  app.route<ToAccount>({
    method: 'GET',
    url,
    config,
    schema: { hide: true },
    preValidation: async (request) => {
      const door = await admitted(hub, request)
      const asked = request.headers['sec-websocket-protocol'] ?? ''
      const offered = asked.split(',').map((one) => one.trim())
      if (asked !== '' && !offered.some((one) => door.calls.protocols[use].includes(one)))
        refuse('wrong-type', 'The sub-protocol is not one of ours')
      if (asked === '' && use === 'line') refuse('wrong-type', 'There is no sub-protocol')
    },
    handler: () => refuse('not-found'),
    wsHandler: (socket, request) => {
      const early: [data: unknown, isBinary: boolean][] = []
      const keep = (...frame: (typeof early)[number]) => early.push(frame)
      socket.on('message', keep)
      voiceDoorOf(hub, request.params.accountId)
        .then((door) => {
          socket.off('message', keep)
          attend(socket, door)
          for (const frame of early) socket.emit('message', ...frame)
        })
        .catch(() => {
          socket.close(closeCodes.policy, 'no such account')
        })
    }
  })
}

/** The door of the account in the address, when the asker proves to be its media server. */
async function admitted(hub: Hub, request: FastifyRequest): Promise<VoiceDoor> {
  const { accountId } = request.params as ToAccount['Params']
  const door = await voiceDoorOf(hub, accountId)
  const headers = request.headers as Record<string, string | undefined>
  return door.calls.admits({ headers }, door.opened) ? door : refuse('not-signed-in')
}

function bodyOf({ body }: FastifyRequest): unknown {
  try {
    return JSON.parse(String(body))
  } catch {
    return refuse('malformed-body')
  }
}

/** What the channel will not take is refused in the hub's words. */
async function reading<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof ChannelError && error.reason === 'rejected')
      return refuse('not-signed-in', error.message)
    throw error
  }
}

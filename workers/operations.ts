import { createServer } from 'node:http'
import type { ConnectedHub } from '@palabre/hub/connect'
import { queueNames } from '@palabre/hub/jobs/schedule'
import { Gauge, Registry, collectDefaultMetrics } from 'prom-client'

/** /live, /ready and /metrics of the workers on WORKERS_PORT; none when it is 0. */
export async function serveOperations(hub: ConnectedHub): Promise<{ stop(): Promise<void> }> {
  if (hub.env.WORKERS_PORT === 0) return { stop: () => Promise.resolve() }
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  new Gauge({
    name: 'palabre_jobs',
    help: 'Jobs by queue and state',
    labelNames: ['queue', 'state'],
    registers: [registry],
    async collect() {
      for (const name of queueNames) {
        const counts = await hub.queues.queue(name).getJobCounts('waiting', 'active', 'delayed', 'failed')
        for (const [state, count] of Object.entries(counts)) this.set({ queue: name, state }, count)
      }
    }
  })
  const server = createServer((request, response) => {
    if (request.url === '/metrics')
      registry.metrics().then(
        (text) => response.setHeader('content-type', registry.contentType).end(text),
        (error: unknown) => {
          hub.log.warn({ err: error }, 'metrics could not be gathered')
          response.writeHead(500).end()
        }
      )
    else {
      const ready = request.url === '/live' || hub.redis.status === 'ready'
      response
        .writeHead(ready ? 200 : 503, { 'content-type': 'application/json' })
        .end(JSON.stringify({ ready }))
    }
  })
  await new Promise<void>((resolve) => server.listen(hub.env.WORKERS_PORT, hub.env.HOST, resolve))
  return {
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      })
  }
}

import type { FastifyInstance } from 'fastify'
import mongoose from 'mongoose'
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import type { Hub } from '../hub.ts'
import { lookupMetrics } from '../sources/metrics.ts'

export interface Operations {
  /** From now on /ready says no, so that nothing new is sent here. */
  drain(): void
}

/** /live, /ready and /metrics (Prometheus). */
export function operations(app: FastifyInstance, hub: Hub, count: { sockets(): number }): Operations {
  let draining = false
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  for (const metric of lookupMetrics) registry.registerMetric(metric)
  const requests = new Histogram({
    name: 'palabre_http_request_seconds',
    help: 'Time to answer, by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry]
  })
  const events = new Counter({
    name: 'palabre_events_total',
    help: 'Events heard, by name',
    labelNames: ['name'],
    registers: [registry]
  })
  new Gauge({
    name: 'palabre_sockets',
    help: 'Open WebSockets of the app on this node',
    registers: [registry],
    collect() {
      this.set(count.sockets())
    }
  })
  hub.stream.onEvent(({ name }) => {
    events.inc({ name })
  })
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none'
    requests.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000)
    done()
  })

  app.get('/live', { schema: { hide: true } }, () => ({ live: true }))
  app.get('/ready', { schema: { hide: true } }, async (_request, reply) => {
    const mongodb = (mongoose.connection.readyState as number) === 1
    const redis = hub.redis.status === 'ready'
    return reply
      .status(mongodb && !draining ? 200 : 503)
      .send({ ready: mongodb && !draining, mongodb, redis, draining })
  })
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics())
  )
  return {
    drain() {
      draining = true
    }
  }
}

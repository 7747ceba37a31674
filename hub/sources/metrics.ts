import { Counter, Histogram } from 'prom-client'

/** Of no registry by themselves; the operations of the process show them. */
const outcomes = new Counter({
  name: 'palabre_lookups_total',
  help: 'Look-ups in databases, by outcome: rows, none, or why there was no answer',
  labelNames: ['outcome'],
  registers: []
})
const seconds = new Histogram({
  name: 'palabre_lookup_seconds',
  help: 'Time that callers waited for a look-up',
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20],
  registers: []
})
export const lookupMetrics = [outcomes, seconds]

export function countLookup(outcome: string, ms: number) {
  outcomes.inc({ outcome })
  seconds.observe(ms / 1000)
}

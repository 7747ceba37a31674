import { setTimeout as sleep } from 'node:timers/promises'
import mongoose from 'mongoose'
import { receive } from '@palabre/hub/conversations/receive'
import { Interaction } from '@palabre/hub/interactions/interaction.model'
import { openStage, type Stage } from '../../chaos/stage.ts'
import { demand, percentile } from '../figures.ts'
import type { Outcome } from '../parts/outcome.ts'
import type { Bench } from '../stage/stage.ts'
import { healthyMs, strike } from './failover-blows.ts'
import { openStormDesks } from './failover-desks.ts'
import { furnish } from './failover-floor.ts'
import { readStory } from './story.ts'

export interface StormLoad {
  routings: number
  perSecond: number
}

/** Work that stands still for so long once the storm is over counts as lost. */
const patienceMs = 90_000
const progressMs = 10_000
const lookMs = 100
/** With so many open, nobody else writes: on a machine that is too slow for the rate, the queue does not grow for ever. */
const mostOpen = 800

const countOpen = () =>
  Interaction.countDocuments({ state: { $in: ['queued', 'offered', 'active', 'wrapup'] } })

/** So many customers write, evenly at the rate, and more slowly when the floor does not keep up. */
async function arrive(
  { observer }: Stage,
  accountId: string,
  { routings, perSecond }: StormLoad,
  note: (arrived: number, open: number) => void
) {
  const burst = perSecond / 2
  let arrived = 0
  for (let last = performance.now(), due = 0; arrived < routings; await sleep(lookMs)) {
    const open = await countOpen()
    const now = performance.now()
    due = Math.min(burst, due + ((now - last) / 1000) * perSecond)
    last = now
    const count = Math.min(Math.floor(due), routings - arrived, mostOpen - open)
    if (count <= 0) continue
    due -= count
    await Promise.all(
      Array.from({ length: count }, (_, i) => {
        const n = String(arrived + i)
        return receive(observer, accountId, {
          kind: 'message',
          address: `storm-${n}`,
          name: `Customer ${n}`,
          externalId: `storm-${n}`,
          text: `Question ${n}`
        })
      })
    )
    arrived += count
    note(arrived, open + count)
  }
}

/** Waits as long as the number of open interactions goes down. */
async function untilClosed(note: (open: number) => void) {
  let least = Infinity
  for (let since = Date.now(); Date.now() - since < patienceMs; await sleep(500)) {
    const open = await countOpen()
    note(open)
    if (open === 0) return
    if (open < least) since = Date.now()
    least = Math.min(least, open)
  }
}

/** An interrupted bench leaves no process behind. */
function endWithUs({ hubs, workers, engines }: Stage): () => void {
  const end = () => {
    for (const { pid } of [...hubs, ...workers, engines.mongodb, engines.redis])
      try {
        if (pid > 0) process.kill(pid, 'SIGKILL')
      } catch {
        // It has just ended by itself.
      }
  }
  process.once('exit', end)
  return () => process.off('exit', end)
}

/**
 * So many routings with two hub nodes, whose router is killed or frozen all the time. What was lost, offered twice or
 * given over capacity is read from the stored history. Tells on standard error how far it is.
 */
export async function benchFailover({ note }: Bench, load: StormLoad): Promise<Outcome> {
  const stage = await openStage({ hubs: 2, workers: 1 })
  const parted = endWithUs(stage)
  try {
    const floor = await furnish(stage)
    const desks = openStormDesks(stage, floor)
    let arrived = 0
    let open = 0
    let isOver = false
    const blows = strike(stage, desks.offers, () => isOver)
    const start = Date.now()
    const seconds = () => (Date.now() - start) / 1000
    const longest = () => Math.max(0, ...blows.takeovers) / 1000
    const progress = setInterval(() => {
      const { rss } = process.memoryUsage()
      process.stderr.write(
        `    ${seconds().toFixed(0)} s: ${String(arrived)} of ${String(load.routings)} arrived, ${String(open)} of them open; ${String(blows.kills())} kills, ${String(blows.freezes())} freezes, longest takeover ${longest().toFixed(1)} s; ${(rss / 1_048_576).toFixed(0)} MB\n`
      )
    }, progressMs)
    try {
      const arriving = arrive(stage, floor.accountId, load, (...now) => {
        ;[arrived, open] = now
      })
      // A hub that does not come back ends the bench, not only the storm.
      await Promise.race([arriving, blows.done.then(() => arriving)])
      isOver = true
      await blows.done
      await stage.healthy(healthyMs)
      await untilClosed((now) => (open = now))
    } finally {
      isOver = true
      clearInterval(progress)
    }
    const took = seconds()
    const db = mongoose.connection.db
    demand(db !== undefined, 'the observer has lost its database')
    const { lost, doubled, overCapacity, examples } = await readStory(db, load.routings)
    desks.stop()
    for (const line of examples) note(line)
    for (const failure of desks.failures.slice(0, 5)) note(String(failure))
    for (const hub of stage.hubs) for (const death of hub.ownDeaths) note(death)
    return {
      rows: [
        {
          routings: String(load.routings),
          seconds: took,
          kills: String(blows.kills()),
          freezes: String(blows.freezes()),
          'of the router': String(blows.takeovers.length),
          'takeover p50 s': percentile(blows.takeovers, 0.5) / 1000,
          'longest s': longest(),
          lost: String(lost),
          doubled: String(doubled),
          'over capacity': String(overCapacity)
        }
      ],
      figures: { lost, doubled, overCapacity, takeoverMaxS: longest() }
    }
  } finally {
    await stage.stop()
    parted()
  }
}

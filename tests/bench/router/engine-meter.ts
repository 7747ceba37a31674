import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Row } from '../figures.ts'
import { commandsEach } from '../stage/program.ts'
import type { Stage } from '../stage/stage.ts'

/** What was used in a stretch of time, for so many routings. */
export interface Spent {
  seconds: number
  /** Commands of the hub to the database, the most frequent first. */
  commands: { total: number; shown: string }
  hubMsEach: number
  /** Of one processor; the same below. */
  hubShare: number
  mongodbShare: number
  /** Of the load itself, with the time by which it was late: what is measured is late by as much. */
  own: { share: number; lateP99Ms: number }
}

/** Begins to measure; the function that it returns ends it. */
export async function startMeter(stage: Stage): Promise<(routings: number) => Promise<Spent>> {
  const loop = monitorEventLoopDelay({ resolution: 1 })
  loop.enable()
  const look = async () => ({
    at: performance.now(),
    hub: await stage.hub.usage(),
    mongodbMs: await stage.engineCpuMs(),
    own: process.cpuUsage()
  })
  const before = await look()
  return async (routings) => {
    const after = await look()
    loop.disable()
    const elapsed = after.at - before.at
    const { user, system } = process.cpuUsage(before.own)
    const hubMs = after.hub.cpuMs - before.hub.cpuMs
    return {
      seconds: elapsed / 1000,
      commands: commandsEach(before.hub, after.hub, routings),
      hubMsEach: hubMs / routings,
      hubShare: hubMs / elapsed,
      mongodbShare: (after.mongodbMs - before.mongodbMs) / elapsed,
      own: { share: (user + system) / 1000 / elapsed, lateP99Ms: loop.percentile(99) / 1e6 }
    }
  }
}

export const spentColumns = ({ commands, hubMsEach, hubShare, mongodbShare }: Spent): Row => ({
  'commands each': commands.total,
  'hub CPU ms each': hubMsEach,
  'hub CPU %': hubShare * 100,
  'MongoDB CPU %': mongodbShare * 100
})

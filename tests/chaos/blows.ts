import { setTimeout as sleep } from 'node:timers/promises'
import type { Chance } from '../floor/random.ts'
import type { Stage } from './stage.ts'

/** What may happen to a server room. */
export const blows = {
  'kill a hub': (stage: Stage, chance: Chance) => chance.of(stage.hubs).kill(),
  'kill a worker': (stage: Stage, chance: Chance) => chance.of(stage.workers).kill(),
  'kill all hubs': (stage: Stage) => stage.hubs.forEach((hub) => hub.kill()),
  'kill all workers': (stage: Stage) => stage.workers.forEach((worker) => worker.kill()),
  'kill Redis': (stage: Stage) => stage.engines.redis.kill(),
  'flush Redis': async (stage: Stage) => {
    await stage.observer.redis.flushall()
  },
  'kill MongoDB': (stage: Stage) => stage.engines.mongodb.kill(),
  // Longer than the router's lease (3 s) and, often, than a job's lock (5 s): somebody else takes over meanwhile.
  'freeze a hub': (stage: Stage, chance: Chance) => chance.of(stage.hubs).freeze(chance.between(1500, 7000)),
  'freeze a worker': (stage: Stage, chance: Chance) =>
    chance.of(stage.workers).freeze(chance.between(1500, 8000))
} satisfies Record<string, (stage: Stage, chance: Chance) => unknown>

export type Blow = keyof typeof blows

export interface Struck {
  blow: Blow
  at: number
  /** When what was frozen went on; else the same as `at`. */
  until: number
}

/** Strikes until `until` (ms since the epoch): every blow once before any comes again, at moments left to chance. */
export async function storm(stage: Stage, chance: Chance, until: number, struck: Struck[]): Promise<void> {
  let deck: Blow[] = []
  while (Date.now() < until) {
    if (deck.length === 0) deck = chance.shuffled(Object.keys(blows) as Blow[])
    const blow = deck.pop()!
    const one = { blow, at: Date.now(), until: Date.now() }
    struck.push(one)
    const done = Promise.resolve(blows[blow](stage, chance)).then(() => (one.until = Date.now()))
    // Half of the freezes are met by the next blow; the others end first.
    if (chance.between(0, 1) < 0.5) await done
    await sleep(chance.between(300, 2800))
    if (deck.length === 0) await done
  }
  while (struck.some(({ blow, at, until: end }) => blow.startsWith('freeze') && end === at)) await sleep(50)
}

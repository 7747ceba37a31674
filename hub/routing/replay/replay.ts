import { setImmediate as pause } from 'node:timers/promises'
import type { Input } from '@palabre/config/contract/define'
import type { Replay, replayRouting } from '@palabre/config/contract/routing'
import { floorOf } from '../../agents/floor.ts'
import type { Hub } from '../../hub.ts'
import { refuse } from '../../refuse.ts'
import { catalogOf } from '../../settings/catalog.ts'
import { momentOf } from '../../wire.ts'
import { checkChange } from './check-change.ts'
import { figuresOf } from './figures.ts'
import { readTraffic } from './read-traffic.ts'
import { recordedOutcome } from './recorded.ts'
import { scenarioOf } from './scenario.ts'
import { simulate } from './simulate.ts'
import type { Interval, Outcome } from './traffic.ts'

const longestMs = 31 * 86_400_000

/** One after the other in a process: each may hold a month in memory. */
let before: Promise<unknown> = Promise.resolve()

/**
 * Runs recorded traffic through the routing core twice, with the rules of now and with a change, and sets both beside
 * what the records say. Refuses `invalid-input` for a period that is none, `unknown-reference` for a change that names
 * what there is not, and `too-large` for more than can be replayed.
 */
export async function replayTraffic(hub: Hub, asked: Input<typeof replayRouting>['body']): Promise<Replay> {
  const period = periodOf(asked)
  const [catalog, floor] = await Promise.all([catalogOf(hub), floorOf(hub)])
  await checkChange(catalog, new Set(floor.agents.keys()), asked.change)
  const mine = before.then(async () => {
    const agents = [...floor.agents.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
    const traffic = await readTraffic(catalog, agents, period)
    const asIs = await run(simulate(traffic, scenarioOf(catalog, agents, traffic)))
    const changed = await run(simulate(traffic, scenarioOf(catalog, agents, traffic, asked.change)))
    const outcomes = { recorded: recordedOutcome(traffic, asIs.staff), asIs, changed }
    const queueIds = new Set(
      Object.values(outcomes).flatMap(({ waits }) => waits.map(({ queueId }) => queueId))
    )
    const queues: Replay['queues'] = []
    for (const { id, name } of catalog.queues().sort((a, b) => a.name.localeCompare(b.name))) {
      if (!queueIds.has(id)) continue
      queues.push({ queueId: id, name, ...sideBySide(outcomes, id) })
      await pause()
    }
    return {
      from: new Date(period.from).toISOString(),
      to: new Date(period.to).toISOString(),
      ...sideBySide(outcomes),
      queues
    }
  })
  before = mine.catch(() => undefined)
  return mine
}

/** The period that is asked for, as far as it has passed. */
function periodOf({ from: first, to: last }: { from: string; to: string }): Interval {
  const wrong = (path: string, message: string) => refuse('invalid-input', undefined, [{ path, message }])
  const from = momentOf(first, 'from').getTime()
  const asked = momentOf(last, 'to').getTime()
  if (asked <= from) wrong('to', 'must be after `from`')
  if (asked - from > longestMs) wrong('to', 'must be at most 31 days after `from`')
  const now = Date.now()
  if (from >= now) wrong('from', 'must be in the past')
  return { from, to: Math.min(asked, now) }
}

type Outcomes = Record<'recorded' | 'asIs' | 'changed', Outcome>
const sideBySide = ({ recorded, asIs, changed }: Outcomes, queueId?: string) => ({
  recorded: figuresOf(recorded, queueId),
  asIs: figuresOf(asIs, queueId),
  changed: figuresOf(changed, queueId)
})

/** Runs it to its end, letting others have the process at each of its pauses. */
async function run(simulation: Generator<void, Outcome>): Promise<Outcome> {
  for (;;) {
    const step = simulation.next()
    if (step.done) return step.value
    await pause()
  }
}

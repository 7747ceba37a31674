import { loadavg } from 'node:os'
import { isDeepStrictEqual } from 'node:util'
import { cellDifferences, cellsOf, differences, totalsIn, totalsOf } from '../../floor/truth.ts'
import type { StoredFact, StoredWork } from '../../floor/truth.ts'
import { inOrder } from '../../floor/screen.ts'
import { demand, percentile, short, until, type Row } from '../figures.ts'
import { openPool, type Line } from '../load/line.ts'
import type { Outcome } from '../parts/outcome.ts'
import type { Bench } from '../stage/stage.ts'
import { FloorAtWork } from './floor-at-work.ts'
import { goThrough, Lag } from './life.ts'
import { openSupervisionStage, type SupervisionPlan, type SupervisionStage } from './stage.ts'
import { pushThin } from './thin.ts'
import { readAgents, readBoard, Watch, type Pushed } from './watch.ts'

export interface SupervisionLoad extends SupervisionPlan {
  /** Interactions a second, from arrival to the end; each rate is measured. */
  rates: number[]
  /** Presence changes a second. */
  presences: number
  seconds: number
  /** Before it is measured, for as many seconds. */
  warmUpSeconds: number
  /** Time from accepting to closing, on average. */
  holdMs: number
  /** How often with supervisors, and as often without. */
  rounds: number
}

const dayMs = 86_400_000
/** Figures are told four times a second at most; whoever measures over a stretch may see one more at its end. */
const mostTold = 4.1

/** What a stretch of time with, or without, supervisors has shown. */
interface Block {
  carried: number
  hubCpuPct: number
  lag: Lag
  bytesPerS: number
  perFigure: { mean: number; most: number; figure: string }
  mismatches: string[]
  frames: Pushed[]
  late: number
  cut: Cut | null
}

interface Cut {
  backS: number
  resumes: number
  resyncs: number
  wrong: number
}

interface Scene {
  bench: Bench
  stage: SupervisionStage
  load: SupervisionLoad
}

async function block(
  { bench, stage, load }: Scene,
  { name, rate, isWatched, cuts }: { name: string; rate: number; isWatched: boolean; cuts: boolean }
): Promise<Block> {
  const hub = await stage.startHub(name)
  const line = openPool(hub.port, 64)
  const floor = new FloorAtWork(stage, hub.port, line, load.holdMs)
  const lag = new Lag(isWatched ? stage.supervisors.length : 0)
  const watches = isWatched ? openWatches(stage, lag) : []
  const from = new Date(Date.now() - dayMs)
  let isOver = false
  try {
    await floor.open()
    for (const watch of watches) await watch.open(hub.port, line, from)
    floor.onPresence = (agentId, state, at) => {
      lag.turned(agentId, state, at)
    }
    const going = Promise.all(
      stage.watchers.map((login, n) =>
        goThrough(
          {
            port: hub.port,
            line,
            lag,
            login,
            entrance: stage.watchedEntrances[n]!,
            dispositionId: stage.dispositionId
          },
          () => isOver
        )
      )
    )
    going.catch((error: Error) => floor.failures.push(error))
    const pace = { arrivals: rate, presences: load.presences }
    await floor.run({ ...pace, seconds: load.warmUpSeconds })

    lag.forget()
    for (const watch of watches) watch.forget()
    const [before, closed, at] = [await hub.usage(), floor.closed, performance.now()]
    await floor.run({ ...pace, seconds: load.seconds })
    const seconds = (performance.now() - at) / 1000
    const after = await hub.usage()
    const carried = (floor.closed - closed) / seconds
    const told = watches.map((watch) => ({ ...watch.mostPerSecond(), mean: watch.mostOnAverage(seconds) }))
    const bytesPerS = percentile(
      watches.map(({ bytes }) => bytes / seconds),
      0.5
    )
    const frames = watches[0]?.frames.slice() ?? []

    isOver = true
    await going
    floor.freeze()
    const mismatches = isWatched ? await compared(stage, line, watches) : []
    for (const line of mismatches.slice(0, 5)) bench.note(line)
    const cut = cuts ? await cutAll({ floor, stage }) : null
    await floor.hurry()
    const isEmpty = async () =>
      (await stage.db.collection('interactions').countDocuments({ state: { $ne: 'closed' } })) === 0
    await until('all to be closed', isEmpty, { ms: 120_000, every: 200 })
    if (floor.failures[0]) throw floor.failures[0]
    return {
      carried,
      hubCpuPct: (after.cpuMs - before.cpuMs) / seconds / 10,
      lag,
      bytesPerS,
      perFigure: {
        mean: Math.max(0, ...told.map(({ mean }) => mean)),
        most: Math.max(0, ...told.map(({ times }) => times)),
        figure: told[0]?.figure ?? ''
      },
      mismatches,
      frames,
      late: floor.late,
      cut
    }
  } finally {
    for (const watch of watches) watch.close()
    floor.leave()
    line.close()
    await hub.stop()
  }
}

function openWatches({ supervisors }: SupervisionStage, lag: Lag): Watch[] {
  return supervisors.map(
    (login, n) =>
      new Watch(
        login,
        (cell) => {
          lag.hears(n, cell)
        },
        (agent) => {
          lag.hearsAgent(n, agent)
        }
      )
  )
}

/** What is stored, once it does not change any more and all of it was told. */
async function stored({ db }: SupervisionStage) {
  const works = db.collection<StoredWork>('interactions')
  const facts = db.collection<StoredFact>('facts')
  const look = async () =>
    [
      await db.collection('interactions').countDocuments({ relayAt: { $type: 'date' } }),
      await db.collection('agents').countDocuments({ relayAt: { $type: 'date' } }),
      await db.collection('facts').countDocuments({ fresh: true })
    ].every((count) => count === 0)
  let calm = 0
  let facted = -1
  await until(
    'everything to be told',
    async () => {
      const count = await facts.countDocuments()
      calm = (await look()) && count === facted ? calm + 1 : 0
      facted = count
      return calm > 4
    },
    { ms: 120_000, every: 500 }
  )
  return {
    works: await works.find({ state: { $ne: 'closed' } }).toArray(),
    facts: await facts.find().toArray()
  }
}

/** What a board shows of an agent. */
const agentFields = ['presence', 'holds', 'teamId', 'version'] as const

/** Where a board, a fresh look at it, and what is stored differ. */
async function compared(stage: SupervisionStage, line: Line, watches: readonly Watch[]): Promise<string[]> {
  const { works, facts } = await stored(stage)
  const fresh = await readBoard(line, stage.supervisors[0]!, new Date(Date.now() - dayMs))
  const freshAgents = await readAgents(line, stage.supervisors[0]!)
  const truth = inOrder(cellsOf(works))
  const totals = totalsOf(facts)
  const wrong = [
    ...cellDifferences(inOrder(fresh.cells), truth),
    ...differences(totalsIn(fresh.quarters), totals)
  ].map((what) => `a fresh look: ${what}`)
  for (const [n, { screen, agents }] of watches.entries()) {
    const who = `supervisor ${String(n)}`
    wrong.push(
      ...cellDifferences(inOrder(screen.cells.values()), truth).map((what) => `${who}: ${what}`),
      ...differences(totalsIn(screen.quarters.values()), totals).map((what) => `${who}: ${what}`),
      ...freshAgents.flatMap((agent) => {
        const shown = agents.get(agent.id)
        const other = shown && agentFields.filter((name) => !isDeepStrictEqual(shown[name], agent[name]))
        if (other?.length === 0) return []
        const both = other?.map((name) => `${name} ${JSON.stringify([shown?.[name], agent[name]])}`)
        return `${who}: ${agent.name} is not shown as the agent is: ${both?.join(', ') ?? 'not at all'}`
      })
    )
  }
  return wrong
}

/** Cuts all agents' sockets at once while nobody works; measures until all are back and show what is theirs. */
async function cutAll({ floor, stage }: { floor: FloorAtWork; stage: SupervisionStage }): Promise<Cut> {
  const count = (of: 'resumes' | 'resyncs') => floor.desks.reduce((sum, desk) => sum + desk[of], 0)
  const [resumes, resyncs, at] = [count('resumes'), count('resyncs'), performance.now()]
  for (const desk of floor.desks) desk.cut()
  await Promise.all(floor.desks.map((desk) => desk.open()))
  const backS = (performance.now() - at) / 1000
  const works = await stage.db
    .collection('interactions')
    .find({ state: { $ne: 'closed' } }, { projection: { agentId: 1, offer: 1, state: 1 } })
    .toArray()
  const held = new Map<string, string[]>()
  for (const { _id, agentId, offer, state } of works) {
    const whose = String(state === 'offered' ? (offer as { agentId: unknown }).agentId : agentId)
    held.set(whose, [...(held.get(whose) ?? []), String(_id)])
  }
  const wrong = floor.desks.filter(
    (desk) => desk.held().join(' ') !== (held.get(desk.login.agentId) ?? []).sort().join(' ')
  ).length
  return { backS, resumes: count('resumes') - resumes, resyncs: count('resyncs') - resyncs, wrong }
}

/** Agents and customers at work, with supervisors who watch and without, in turn; then every line is cut at once. */
export async function benchBoard(bench: Bench, load: SupervisionLoad): Promise<Outcome> {
  bench.note(`${String(load.agents)} agents are hired; load average ${loadavg()[0]!.toFixed(1)}`)
  const stage = await openSupervisionStage(bench, load)
  const rows: Row[] = []
  const figures: Record<string, number> = {}
  const wrong: string[] = []
  try {
    for (const rate of load.rates) {
      const [watched, alone]: [Block[], Block[]] = [[], []]
      for (let round = 0; round < load.rounds; round++)
        for (const isWatched of [false, true]) {
          const isLast = isWatched && round === load.rounds - 1 && rate === load.rates.at(-1)
          const name = `supervision-${String(rate)}-${isWatched ? 'watched' : 'alone'}-${String(round)}`
          const one = await block({ bench, stage, load }, { name, rate, isWatched, cuts: isLast })
          bench.note(
            `${isWatched ? 'watched' : 'alone'}: ${short(one.carried)} of ${String(rate)} a second, hub CPU ${short(one.hubCpuPct)} %, load average ${loadavg()[0]!.toFixed(1)}`
          )
          ;(isWatched ? watched : alone).push(one)
        }
      const { row, figures: found } = summary(load, rate, watched, alone)
      rows.push(row)
      Object.assign(figures, found)
      wrong.push(...watched.flatMap(({ mismatches }) => mismatches))
      for (const { perFigure } of watched)
        if (perFigure.mean > mostTold)
          wrong.push(`${perFigure.figure} was told ${short(perFigure.mean)} times a second`)
      const last = watched.at(-1)!
      if (rate !== load.rates.at(-1)) continue
      const thin = await pushThin(last.frames, load.supervisors)
      rows.push(thinRow(row, thin))
      Object.assign(figures, { thinP99Ms: percentile(thin.lags, 0.99), thinCpuPct: thin.cpuPct })
      if (!last.cut) continue
      const { backS, resumes, resyncs, wrong: notWhole } = last.cut
      bench.note(
        `all ${String(load.agents)} lines cut: back and whole after ${short(backS)} s, ${String(resumes)} by what they missed, ${String(resyncs)} by reading again`
      )
      Object.assign(figures, { cutBackS: backS })
      if (notWhole > 0) wrong.push(`${String(notWhole)} agents do not see what is theirs after the cut`)
    }
    demand(wrong.length === 0, `${String(wrong.length)} figures are wrong, the first: ${wrong[0] ?? ''}`)
    return { rows, figures }
  } finally {
    await stage.close()
  }
}

function summary(load: SupervisionLoad, rate: number, watched: Block[], alone: Block[]) {
  const cells = watched.flatMap(({ lag }) => lag.cells)
  const presences = watched.flatMap(({ lag }) => lag.presences)
  const mid = (values: number[]) => percentile(values, 0.5)
  const cpu = mid(watched.map(({ hubCpuPct }) => hubCpuPct))
  const cpuAlone = mid(alone.map(({ hubCpuPct }) => hubCpuPct))
  const figures = {
    boardP50Ms: percentile(cells, 0.5),
    boardP99Ms: percentile(cells, 0.99),
    presenceP50Ms: percentile(presences, 0.5),
    presenceP99Ms: percentile(presences, 0.99),
    hubCpuPct: cpu - cpuAlone,
    hubCpuWatchedPct: cpu,
    hubCpuAlonePct: cpuAlone,
    bytesPerSPerSupervisor: mid(watched.map(({ bytesPerS }) => bytesPerS)),
    mostToldPerS: Math.max(...watched.map(({ perFigure }) => perFigure.mean)),
    carriedPerS: mid(watched.map(({ carried }) => carried)),
    mismatches: watched.reduce((sum, { mismatches }) => sum + mismatches.length, 0)
  }
  const row: Row = {
    what: `hub, ${String(load.agents)} agents, ${String(load.supervisors)} supervisors`,
    'asked/s': rate,
    'carried/s': figures.carriedPerS,
    'presences/s': load.presences,
    'board p50 ms': figures.boardP50Ms,
    'p99 ms': figures.boardP99Ms,
    'presence p50 ms': figures.presenceP50Ms,
    'p99 ms ': figures.presenceP99Ms,
    'told/s at most': figures.mostToldPerS,
    'in one second': Math.max(...watched.map(({ perFigure }) => perFigure.most)),
    'CPU % for it': `${short(figures.hubCpuPct)} (${short(cpu)} − ${short(cpuAlone)})`,
    'kB/s each': figures.bytesPerSPerSupervisor / 1000,
    wrong: figures.mismatches
  }
  return { row, figures }
}

function thinRow(like: Row, { lags, cpuPct }: { lags: number[]; cpuPct: number }): Row {
  return {
    ...Object.fromEntries(Object.keys(like).map((column) => [column, '–'])),
    what: 'bare server: the same bytes',
    'board p50 ms': percentile(lags, 0.5),
    'p99 ms': percentile(lags, 0.99),
    'CPU % for it': cpuPct
  }
}

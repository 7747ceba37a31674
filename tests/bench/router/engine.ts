import { loadavg } from 'node:os'
import { say } from '../../../hub/launch/say.mjs'
import { demand, percentile, short, sleep, tableOf, until, type Row } from '../figures.ts'
import { openPool, type Line } from '../load/line.ts'
import type { Outcome } from '../parts/outcome.ts'
import { openStage, type Bench, type Stage } from '../stage/stage.ts'
import { measureCas } from './cas.ts'
import { openCustomers, type Customers } from './engine-customers.ts'
import { openDesks, type Desks, type Freed } from './engine-desks.ts'
import { spentColumns, startMeter, type Spent } from './engine-meter.ts'
import { readStory } from './story.ts'

export interface EngineLoad {
  /** Arrivals a second, each measured on a floor of its own. */
  rates: number[]
  /** How long each rate is measured. */
  seconds: number
  /** Worked off as fast as it goes, after the rates. */
  backlog: number
}

const places = 4
/** So many wait for each place when the measuring begins: the queue shall not run dry. */
const waitingEach = 0.25
/** The floor is filled so fast. */
const fillPerSecond = 100
/** The code for finishing is compiled by running. */
const warmUpSeconds = 5
/** A rate holds when the offers keep up with it. */
const keepsUp = 0.95
const stuckMs = 60_000

/** A floor, its customers, and the way to it. */
interface Scene {
  bench: Bench
  stage: Stage
  line: Line
  staff: number
  customers: Customers
}

/** Sets a scene, plays it, and clears it away whatever becomes of it. */
async function onScene<T>(
  bench: Bench,
  name: string,
  { stay }: { stay: boolean },
  play: (scene: Scene) => Promise<T>
): Promise<T> {
  const staff = bench.quick ? 40 : 200
  const stage = await openStage(bench, `engine-${name}`, { agents: staff, capacity: places })
  const line = openPool(stage.hub.port, 128)
  try {
    return await play({ bench, stage, line, staff, customers: openCustomers(stage, line, { stay }) })
  } finally {
    line.close()
    await stage.close()
  }
}

function refuseFailures(...those: { failures: readonly Error[] }[]) {
  for (const { failures } of those) if (failures[0]) throw failures[0]
}

/** Waits for all to be finished, for as long as it goes on. */
async function untilFinished(desks: Desks, total: number) {
  let done = desks.finished()
  for (let since = Date.now(); desks.finished() < total; await sleep(50)) {
    refuseFailures(desks)
    if (desks.finished() > done) since = Date.now()
    done = desks.finished()
    if (Date.now() - since > stuckMs)
      throw new Error(`${String(total - done)} are left, and nothing was finished for a minute`)
  }
}

/** From the stored history, once everything is closed. Returns how many agents kept a place until the sweep gave it back. */
async function verify({ stage, customers, bench }: Scene): Promise<number> {
  const agents = stage.db.collection('agents')
  const held = () => agents.countDocuments({ 'holds.0': { $exists: true } })
  const late = await held()
  const { lost, doubled, overCapacity, examples } = await readStory(stage.db, customers.stored())
  for (const line of examples) bench.note(line)
  demand(
    lost + doubled + overCapacity === 0,
    `${String(lost)} lost, ${String(doubled)} doubled, ${String(overCapacity)} over capacity`
  )
  await until('no place is taken for what is closed', async () => (await held()) === 0, { every: 500 })
  return late
}

interface Measured {
  offers: number
  refills: readonly Freed[]
  spent: Spent
  arrivals: Row[string]
  holds: string
  waiting: string
}

/** What a stage has shown, filled as it goes on, so that what is known is printed whatever comes after. */
interface Shown {
  row: Row
  figures: Record<string, number>
}

/** The figures of what was measured, told at once. */
function show(shown: Shown, { bench }: Scene, measured: Measured) {
  const { offers, refills, spent, arrivals, holds, waiting } = measured
  const fromSent = refills.map(({ sent, offered }) => offered - sent)
  const fromAnswered = refills.map(({ answered, offered }) => offered - answered)
  const offersPerS = offers / spent.seconds
  const offerP50Ms = percentile(fromSent, 0.5)
  const offerP99Ms = percentile(fromSent, 0.99)
  Object.assign(shown.figures, { offersPerS })
  Object.assign(shown.row, {
    'arrivals/s': arrivals,
    holds,
    'offers/s': offersPerS,
    'waiting before, after': waiting,
    ...spentColumns(spent)
  })
  demand(refills.length > 0, 'nobody waited when a place came free: no time to an offer was measured')
  Object.assign(shown.figures, { offerP50Ms, offerP99Ms })
  Object.assign(shown.row, {
    'sent → offer p50': offerP50Ms,
    p99: offerP99Ms,
    'answered → offer p50': percentile(fromAnswered, 0.5),
    'p99 ': percentile(fromAnswered, 0.99)
  })
  bench.note(
    `${short(offersPerS)} offers/s; freed place → offer p50 ${short(offerP50Ms)} ms, p99 ${short(offerP99Ms)} ms`
  )
  bench.note(`commands each: ${spent.commands.shown}`)
  bench.note(
    `${String(refills.length)} of ${String(offers)} offers were waited for; the load itself: CPU ${(spent.own.share * 100).toFixed(0)} %, late p99 ${spent.own.lateP99Ms.toFixed(1)} ms; load average ${loadavg()[0]!.toFixed(1)}`
  )
}

/** Finishes what is left, checks it, and asks the database for its own rate. */
async function conclude(shown: Shown, scene: Scene, desks: Desks) {
  const { bench, stage, customers } = scene
  await untilFinished(desks, customers.stored())
  shown.row['places late'] = String(await verify(scene))
  const { perSecond } = await measureCas(stage.db, { ms: bench.quick ? 500 : 3000, note: bench.note })
  const share = ((shown.figures['offersPerS'] ?? 0) / perSecond) * 100
  Object.assign(shown.figures, { casPerS: perSecond, offersShareOfCasPct: share })
  shown.row['% of CAS'] = share
  shown.row['proved'] = 'yes'
}

/**
 * Every place is taken and some customers wait; from then on as many come as the places would just do if the hub
 * needed no time, so that offers follow places that come free.
 */
async function measureRate(shown: Shown, scene: Scene, rate: number, seconds: number) {
  const { bench, stage, line, staff, customers } = scene
  const contactMs = ((staff * places) / rate) * 1000
  const desks = await openDesks(stage, line, { places, contactMs })
  const waiting = () => customers.stored() - desks.offers()

  bench.note(`${String(rate)} a second: ${String(staff * places)} places are filled`)
  await customers.come(staff * places * (1 + waitingEach), fillPerSecond)
  await until('every place is taken', () => desks.offers() >= staff * places)
  desks.begin()
  await customers.come(rate * (bench.quick ? 2 : warmUpSeconds), rate)
  refuseFailures(desks, customers)

  bench.note(
    `measured for ${String(seconds)} s; a contact takes ${(contactMs / 1000).toFixed(1)} s; load average ${loadavg()[0]!.toFixed(1)}`
  )
  desks.forget()
  const before = { offers: desks.offers(), stored: customers.stored(), waiting: waiting() }
  const meter = await startMeter(stage)
  await Promise.all([customers.come(rate * seconds, rate), sleep(seconds * 1000)])
  const offers = desks.offers() - before.offers
  const after = { stored: customers.stored(), waiting: waiting() }
  const refills = [...desks.refills()]
  const spent = await meter(offers)
  show(shown, scene, {
    offers,
    refills,
    spent,
    arrivals: (after.stored - before.stored) / spent.seconds,
    holds: offers / spent.seconds >= rate * keepsUp ? 'yes' : 'no',
    waiting: `${String(before.waiting)}, ${String(after.waiting)}`
  })
  refuseFailures(desks, customers)
  desks.hurry()
  await conclude(shown, scene, desks)
  desks.close()
}

/** All have written before the first agent is ready; who finishes gets the next at once. Most of it is measured. */
async function measureMost(shown: Shown, scene: Scene, backlog: number) {
  const { bench, stage, line, staff, customers } = scene
  bench.note(`${String(backlog)} customers write before an agent is ready`)
  await customers.come(backlog, fillPerSecond)
  refuseFailures(customers)
  const desks = await openDesks(stage, line, { places, contactMs: 0 })
  await until('every place is taken', () => desks.offers() >= Math.min(backlog, staff * places))
  const first = desks.offers()
  const meter = await startMeter(stage)
  desks.begin()
  const isMost = () => desks.offers() >= backlog * 0.9 || desks.failures.length > 0
  await until('most are offered', isMost, { ms: 600_000, every: 5 })
  const offers = desks.offers() - first
  const spent = await meter(offers)
  show(shown, scene, {
    offers,
    refills: [...desks.refills()],
    spent,
    arrivals: 'all before',
    holds: '–',
    waiting: `${String(backlog - first)}, ${String(backlog - first - offers)}`
  })
  await conclude(shown, scene, desks)
  desks.close()
}

/** The columns, also for a stage that did not get so far. */
const blank: Row = {
  stage: '',
  'arrivals/s': '–',
  holds: '–',
  'offers/s': '–',
  '% of CAS': '–',
  'sent → offer p50': '–',
  p99: '–',
  'answered → offer p50': '–',
  'p99 ': '–',
  'waiting before, after': '–',
  'places late': '–',
  'commands each': '–',
  'hub CPU ms each': '–',
  'hub CPU %': '–',
  'MongoDB CPU %': '–',
  proved: 'no'
}

/**
 * Freed place → offer on the agent's socket, on a floor where somebody always waits, and offers a second beside the raw
 * compare-and-set rate of the same database: at each rate of arrivals, and the most, when who finishes always has a next.
 * A stage that fails takes nothing from the others: all figures are told, then the bench fails. The figures are those of
 * the last rate, and of the backlog.
 */
export async function benchEngine(bench: Bench, load: EngineLoad): Promise<Outcome> {
  const rows: Row[] = []
  const failed: string[] = []
  async function stageOf(name: string, stay: boolean, play: (shown: Shown, scene: Scene) => Promise<void>) {
    const shown: Shown = { row: { ...blank, stage: name }, figures: {} }
    rows.push(shown.row)
    try {
      await onScene(bench, name.replace('/', ''), { stay }, (scene) => play(shown, scene))
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      failed.push(`${name}: ${why}`)
      bench.note(`failed, the next stage goes on: ${why}`)
    }
    return shown.figures
  }
  const figures: Record<string, number> = {}
  for (const rate of load.rates)
    Object.assign(
      figures,
      await stageOf(`${String(rate)}/s`, true, (shown, scene) =>
        measureRate(shown, scene, rate, load.seconds)
      )
    )
  const most = await stageOf('most', false, (shown, scene) => measureMost(shown, scene, load.backlog))
  for (const [name, figure] of Object.entries(most))
    figures[`most${name[0]!.toUpperCase()}${name.slice(1)}`] = figure
  if (failed.length > 0) {
    say(`\n${tableOf(rows)}`)
    say(JSON.stringify(Object.fromEntries(Object.entries(figures).map(([k, v]) => [k, Number(short(v))]))))
    throw new Error(`${String(failed.length)} of ${String(rows.length)} stages failed: ${failed.join('; ')}`)
  }
  return { rows, figures }
}

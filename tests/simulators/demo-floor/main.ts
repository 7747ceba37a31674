/**
 * `npm run demo:floor`: a day on a floor. Plays the providers of all channels, their customers and the agents for a hub
 * that `npm start` runs, so that a supervisor's board moves.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { bold, cyan, dim, green, red } from '../../../hub/launch/say.mjs'
import type { FloorAgent } from '../../floor/agent.ts'
import { dayOf, nextIn } from '../../floor/curve.ts'
import { chance } from '../../floor/random.ts'
import { HubClient } from '../demo/hub-client.ts'
import { Terminal } from '../demo/terminal.ts'
import { offerCallbacks } from './callbacks.ts'
import { openChannels } from './channels.ts'
import { Customers } from './customers.ts'
import { furnish, ownPassword, type FloorHouse } from './house.ts'
import { readOptions, usage, type FloorOptions } from './options.ts'
import { staffFloor } from './staff.ts'

const tellMs = 30_000
const terminal = new Terminal(process.stdout)
const halt = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => halt.abort())

async function run(options: FloorOptions) {
  const hub = await HubClient.signIn(options.hub, options.email, options.password)
  terminal.happens(dim('…'), 'sites, teams, queues and people are made, as far as they are not there yet')
  const house = await furnish(hub, options.agents)
  const channels = await openChannels(hub, house)
  const takeBack = await offerCallbacks(hub)
  const luck = chance(options.seed)
  let agents: FloorAgent[] = []
  let customers: Customers | null = null
  try {
    terminal.happens(dim('…'), `${String(house.seats.length)} agents sign in`)
    agents = await staffFloor(hub, house, channels.line.jambonz, chance(options.seed + 1))
    introduce(options, house)
    customers = new Customers(hub, channels, luck)
    await day(options, customers, agents)
  } finally {
    terminal.happens(dim('…'), 'customers leave, agents sign out')
    customers?.leave()
    await Promise.all(
      agents.map((agent) => agent.goHome().catch((error: unknown) => tellFault(String(error))))
    )
    await takeBack().catch((error: unknown) => tellFault(String(error)))
    await channels.stop()
  }
  terminal.line(`\n  ${dim('The floor is empty. Au revoir.')}\n`)
}

/** Customers come by the curve of the day, until it is over or somebody has seen enough. */
async function day({ rate, minutes, seed }: FloorOptions, customers: Customers, agents: FloorAgent[]) {
  const luck = chance(seed + 2)
  const curve = dayOf(luck)
  const [begun, lengthMs] = [Date.now(), minutes * 60_000]
  const telling = setInterval(() => tell(customers, agents), tellMs)
  try {
    for (let part = 0; part < 1 && !halt.signal.aborted; part = (Date.now() - begun) / lengthMs) {
      customers.come()
      await sleep(nextIn(luck, rate * curve(part)), undefined, { signal: halt.signal }).catch(() => undefined)
    }
  } finally {
    clearInterval(telling)
    tell(customers, agents)
  }
}

const toldFaults = new Set<string>()
function tellFault(fault: string) {
  if (toldFaults.has(fault)) return
  toldFaults.add(fault)
  terminal.happens(red('✗'), fault)
}

function tell(customers: Customers, agents: FloorAgent[]) {
  const sum = (of: (agent: FloorAgent) => number) => String(agents.reduce((total, one) => total + of(one), 0))
  const all = (counts: Map<string, number>) => [...counts.values()].reduce((total, one) => total + one, 0)
  const ways = [...customers.came].map(([way, count]) => `${way} ${String(count)}`).join(', ')
  terminal.happens(
    green('●'),
    `${bold(String(all(customers.came)))} came (${ways}), ${String(all(customers.gaveUp))} gave up; ${sum(({ closed }) => closed)} closed, ${sum(({ missed }) => missed)} offers missed, ${sum(({ declined }) => declined)} declined`
  )
  for (const fault of [...customers.refusals, ...agents.flatMap(({ refusals }) => refusals)]) tellFault(fault)
}

function introduce(
  { hub, email, password, minutes, rate, seed }: FloorOptions,
  { leads, seats }: FloorHouse
) {
  terminal.line(`\n  ${green('♣')} ${bold('A day on the floor')} ${dim(`seed ${String(seed)}`)}\n`)
  terminal.line(`    The board: ${cyan(`${hub}/board`)}`)
  terminal.line(`    ${email} (${password}) sees all of it,`)
  for (const lead of leads) terminal.line(`    ${lead.email} (${ownPassword}) one site;`)
  terminal.line(`    agents: ${seats[0]?.email ?? ''} to ${seats.at(-1)?.email ?? ''} (${ownPassword}).`)
  terminal.line(
    `    ${String(rate)} customers a minute on average, for ${String(minutes)} minutes. ${dim('Ctrl-C ends it.')}\n`
  )
}

try {
  const options = readOptions(process.argv.slice(2), process.env)
  if (options) await run(options)
  else terminal.line(usage)
} catch (error) {
  terminal.line(`\n  ${red(error instanceof Error ? error.message : String(error))}\n`)
  process.exitCode = 1
}

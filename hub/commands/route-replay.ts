import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { Compile } from 'typebox/compile'
import { ReplayChange, type Replay, type ReplayFigures } from '@palabre/config/contract/routing'
import { replayTraffic } from '../routing/replay/replay.ts'
import { Misuse, type Command } from './command.ts'
import { periodOf, periodOptions } from './period.ts'

const check = Compile(ReplayChange)

/** Runs recorded traffic through the routing core with a change, and shows it beside what was. */
export const routeReplay: Command = {
  usage: `palabre route replay --from <time> --to <time> [--change <file>] [--json]
  Times are ISO 8601 (2026-11-20T08:00:00Z, or a day in UTC); the file holds a change as JSON:
  {"queues": {"<id>": {"agentChoice": "least-loaded"}}, "skills": {"<agent>": [{"skillId": "<id>", "level": 3}]},
   "without": ["<agent>"], "more": [{"likeAgentId": "<agent>", "count": 2}]}`,
  async read(words) {
    const { from, to, change: path, json } = optionsOf(words)
    const change = path === undefined ? {} : await readChange(path)
    return async (hub) => {
      const replay = await replayTraffic(hub, { from, to, change })
      return json ? JSON.stringify(replay) : tableOf(replay)
    }
  }
}

function optionsOf(words: string[]) {
  try {
    const { values } = parseArgs({
      args: words,
      options: {
        ...periodOptions,
        change: { type: 'string' },
        json: { type: 'boolean', default: false }
      }
    })
    return { ...values, ...periodOf(values) }
  } catch (error) {
    throw error instanceof Misuse ? error : new Misuse((error as Error).message)
  }
}

async function readChange(path: string): Promise<ReplayChange> {
  let change: unknown
  try {
    change = JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    throw new Misuse(`${path} cannot be read: ${(error as Error).message}`, { cause: error })
  }
  if (check.Check(change)) return change
  const errors = check.Errors(change)
  const wrong = errors.map(({ instancePath, message }) => `  ${instancePath || '/'}: ${message}`)
  throw new Misuse(`${path} is not a change:\n${[...new Set(wrong)].slice(0, 10).join('\n')}`)
}

const percent = (share: number | null) => (share === null ? '–' : `${(share * 100).toFixed(1)} %`)
const seconds = (value: number) => `${value.toFixed(1)} s`

const columns: [heading: string, cell: (figures: ReplayFigures) => string][] = [
  ['arrivals', ({ arrivals }) => String(arrivals)],
  ['answered', ({ answered }) => String(answered)],
  ['abandoned', ({ abandoned }) => String(abandoned)],
  ['service level', ({ serviceLevel }) => percent(serviceLevel)],
  ['wait, mean', ({ waitAverageS }) => seconds(waitAverageS)],
  ['wait, p90', ({ waitP90S }) => seconds(waitP90S)],
  ['wait, longest', ({ waitLongestS }) => seconds(waitLongestS)],
  ['occupancy', ({ occupancy }) => percent(occupancy)]
]

/** The figures as people read them: three lines for all, and three for each queue. */
function tableOf({ from, to, queues, ...all }: Replay): string {
  const rows = [{ name: 'All queues', ...all }, ...queues].flatMap(({ name, recorded, asIs, changed }) => [
    [name, 'recorded', ...columns.map(([, cell]) => cell(recorded))],
    ['', 'as is', ...columns.map(([, cell]) => cell(asIs))],
    ['', 'changed', ...columns.map(([, cell]) => cell(changed))]
  ])
  const table = [['', '', ...columns.map(([heading]) => heading)], ...rows]
  const widths = (table[0] ?? []).map((_, i) => Math.max(...table.map((row) => row[i]?.length ?? 0)))
  const lines = table.map((row) =>
    row
      .map((cell, i) => (i < 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd()
  )
  return [`${from} – ${to}`, '', ...lines].join('\n')
}

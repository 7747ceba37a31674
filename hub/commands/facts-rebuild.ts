import { parseArgs } from 'node:util'
import { rebuildRollups } from '../rollups/rebuild.ts'
import { Misuse, type Command } from './command.ts'
import { periodOf, periodOptions } from './period.ts'

/** Makes the quarter-hour sums and intervals of a stretch of time again from its facts. */
export const factsRebuild: Command = {
  usage: `palabre facts rebuild --from <time> --to <time>
  Times are ISO 8601, widened to whole quarters of an hour; what is younger than an hour is left alone.`,

  async read(words) {
    const { from, to } = optionsOf(words)
    if (to <= from) throw new Misuse('--to is not after --from')
    return async () => {
      const sums = await rebuildRollups(new Date(from), new Date(to))
      return `${String(sums)} records of sums made again`
    }
  }
}

function optionsOf(words: string[]) {
  try {
    return periodOf(parseArgs({ args: words, options: periodOptions }).values)
  } catch (error) {
    throw error instanceof Misuse ? error : new Misuse((error as Error).message, { cause: error })
  }
}

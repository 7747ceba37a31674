import { Misuse } from './command.ts'

/** The words of a command that works on a stretch of time, as `parseArgs` gives them. */
interface Given {
  from?: string | undefined
  to?: string | undefined
}

/** Options that such a command has, for `parseArgs`. */
export const periodOptions = { from: { type: 'string' }, to: { type: 'string' } } as const

/** Beginning and end, ISO 8601. @throws Misuse when one is missing or is no time */
export const periodOf = ({ from, to }: Given) => ({ from: timeOf('--from', from), to: timeOf('--to', to) })

function timeOf(option: string, text: string | undefined): string {
  if (text === undefined) throw new Misuse(`${option} is missing`)
  const time = new Date(text)
  if (Number.isNaN(time.getTime())) throw new Misuse(`${option} ${text} is not a time`)
  return time.toISOString()
}

import { Temporal } from 'temporal-polyfill'
import {
  givenVariables,
  type FlowContent,
  type FlowValue,
  type ShownValue,
  type VariableType
} from '@palabre/config/contract/flow'

const longest = 500

/** A value that a record has itself; a flow may well name a variable "constructor". */
export const own = <T>(record: Record<string, T>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined
const truths = new Set(['true', 't', '1', 'yes', 'y', 'oui', 'o'])
const untruths = new Set(['false', 'f', '0', 'no', 'n', 'non'])

/** What came from a caller or from far away, as a value of the declared type; null when it is none. */
export function convert(given: unknown, type: VariableType): FlowValue {
  if (given === null || given === undefined) return null
  const text = clean(typeof given === 'object' ? JSON.stringify(given) : String(given as string))
  switch (type) {
    case 'text':
      return text
    case 'digits':
      return text.replace(/[^0-9]/g, '') || null
    case 'number':
      return numberOf(text)
    case 'boolean':
      return truths.has(text.toLowerCase()) ? true : untruths.has(text.toLowerCase()) ? false : null
    case 'date':
      return dateOf(text)
  }
}

/** Without control characters, which no voice can say and no log should hold. */
const clean = (text: string) =>
  text
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, longest)

function numberOf(text: string): number | null {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,2})?$/i.test(text)) return null
  const number = Number(text)
  return Math.abs(number) <= 1e15 ? number : null
}

const dateForm =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}(?::?\d{2})?)?)?$/

/** A day, a local time of a day, or a moment, in ISO 8601. */
function dateOf(text: string): string | null {
  const [, day, time, offset] = dateForm.exec(text) ?? []
  if (day === undefined) return null
  const written = time === undefined ? day : `${day}T${time}${offset ?? ''}`
  try {
    if (offset !== undefined) return Temporal.Instant.from(written).toString()
    return time === undefined
      ? Temporal.PlainDate.from(written).toString()
      : Temporal.PlainDateTime.from(written).toString()
  } catch {
    return null // such a day does not exist
  }
}

/** The type of a variable; what is known of the call is text. Undefined when there is none of that name. */
export const typeOf = (flow: FlowContent, name: string): VariableType | undefined =>
  (givenVariables as readonly string[]).includes(name)
    ? 'text'
    : flow.variables.find((variable) => variable.name === name)?.type

/** What the agent sees at the offer: what was found out, under the names that the flow gives it. */
export function shownValues(flow: FlowContent, variables: Record<string, FlowValue>): ShownValue[] {
  return flow.variables.flatMap(({ name, label, shown }) => {
    const value = own(variables, name)
    if (shown === 'no' || value === null || value === undefined || value === '') return []
    const text = String(value)
    return [{ name, label: label || name, value: shown === 'masked' ? masked(text) : text }]
  })
}

/** The last four characters, of which never more than half are shown. */
const masked = (text: string) =>
  `•••• ${text.slice(-Math.min(4, Math.floor(text.length / 2)) || text.length)}`

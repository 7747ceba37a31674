import { Temporal } from 'temporal-polyfill'
import { filters, type Filter, type FlowContent, type FlowValue } from '@palabre/config/contract/flow'
import { own } from './values.ts'

/** A place in a text: `{{balance | money:XOF}}`. */
export interface Place {
  name: string
  filter: Filter | null
  currency: string | null
}

const place = /\{\{([^{}]*)\}\}/g
const inside =
  /^\s*([a-zA-Z][a-zA-Z0-9]*(?:\.[a-zA-Z][a-zA-Z0-9]*)?)\s*(?:\|\s*([a-z]+)(?::([A-Z]{3}))?\s*)?$/
const longestSpoken = 2000

function readPlace(text: string): Place | null {
  const [, name, filter, currency] = inside.exec(text) ?? []
  if (name === undefined) return null
  if (filter !== undefined && !(filters as readonly string[]).includes(filter)) return null
  if ((filter === 'money') !== (currency !== undefined)) return null
  return { name, filter: (filter as Filter | undefined) ?? null, currency: currency ?? null }
}

/** The places of a text; null for braces that are none. */
export function placesOf(text: string): (Place | null)[] {
  const places = [...text.matchAll(place)].map(([, within]) => readPlace(within ?? ''))
  return /\{\{|\}\}/.test(text.replace(place, '')) ? [...places, null] : places
}

/** The variable that a text is nothing but; null when it is more, or has a filter. */
export function soleVariable(text: string): string | null {
  const [whole, within] = /^\{\{([^{}]*)\}\}$/.exec(text.trim()) ?? []
  const only = whole === undefined ? null : readPlace(within ?? '')
  return only?.filter === null ? only.name : null
}

/** Puts values into a text. What has no value leaves nothing behind. `write` says how a value is written there. */
export const fill = (
  text: string,
  variables: Record<string, FlowValue>,
  write: (value: Exclude<FlowValue, null>, place: Place) => string
): string =>
  text.replace(place, (_whole, within: string) => {
    const found = readPlace(within)
    const value = found ? own(variables, found.name) : null
    return !found || value === null || value === undefined ? '' : write(value, found)
  })

/** A text as it is spoken in a language: filters applied, and nothing in it that a voice would take for markup. */
export function spoken(
  text: string,
  variables: Record<string, FlowValue>,
  { language, timeZone }: Pick<FlowContent, 'language' | 'timeZone'>
): string {
  const filled = fill(text, variables, (value, found) => inWords(value, found, language, timeZone))
  return filled.replace(/[<>&]+/g, ' ').slice(0, longestSpoken)
}

function inWords(
  value: Exclude<FlowValue, null>,
  { filter, currency }: Place,
  language: string,
  timeZone: string
): string {
  const text = String(value)
  const number = typeof value === 'number' ? value : Number(text)
  switch (filter) {
    case 'digits':
      return [...text].filter((one) => /[0-9A-Za-z]/.test(one)).join(', ')
    case 'number':
      return Number.isFinite(number) ? new Intl.NumberFormat(language).format(number) : text
    case 'money':
      return Number.isFinite(number) ? money(number, currency ?? 'XXX', language) : text
    case 'date':
      return inTime(text, language, timeZone, { dateStyle: 'long' })
    case 'time':
      return inTime(text, language, timeZone, { timeStyle: 'short' })
    case null:
      return text
  }
}

/** As it is said: no ",00", and no "(BCEAO)" behind the name of the currency. */
const money = (amount: number, currency: string, language: string): string =>
  new Intl.NumberFormat(language, {
    style: 'currency',
    currency,
    currencyDisplay: 'name',
    ...(Number.isInteger(amount) && { maximumFractionDigits: 0 })
  })
    .format(amount)
    .replace(/\s*\([^)]*\)/g, '')

function inTime(text: string, language: string, timeZone: string, style: Intl.DateTimeFormatOptions): string {
  try {
    const isMoment = /(Z|[+-]\d{2}:?\d{2})$/.test(text.slice(10))
    const zoned = isMoment
      ? Temporal.Instant.from(text).toZonedDateTimeISO(timeZone)
      : Temporal.PlainDateTime.from(text).toZonedDateTime(timeZone)
    return new Intl.DateTimeFormat(language, { ...style, timeZone: zoned.timeZoneId }).format(
      zoned.epochMilliseconds
    )
  } catch {
    return text // not a time: said as it stands
  }
}

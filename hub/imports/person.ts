import type { PointKind } from '@palabre/channels/channel'
import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/min'
import type { Column, RowFault } from '@palabre/config/contract/import'
import { canonicalPoint, pointKey } from '../contacts/canonical.ts'
import type { PointDoc } from '../contacts/contact.model.ts'
import { cleanCell, isTooLarge } from './clean.ts'

/** What a row says of somebody. Empty cells say nothing. */
export interface Person {
  points: PointDoc[]
  name: string
  company: string
  locale: string | null
  attributes: Record<string, string>
}

/** Lengths that a contact's card has room for. */
const longest = { name: 200, company: 200, attribute: 500, email: 254 } as const
const localePattern = /^[a-z]{2,3}([-_][a-z0-9]{2,8})?$/i
/** One mailbox and nothing that a header could be made of. */
const mailbox = /^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:"']+\.[^\s@<>()[\]\\,;:"'.]+$/

class Faulty extends Error {
  readonly fault: RowFault
  constructor(fault: RowFault) {
    super(fault)
    this.fault = fault
  }
}
const faulty = (fault: RowFault): never => {
  throw new Faulty(fault)
}

/** Reads a row by what its columns mean; gives the fault that keeps it from being taken. */
export function personOf(
  cells: readonly string[],
  columns: readonly Column[],
  country: string | null
): Person | { fault: RowFault } {
  try {
    return read(cells, columns, country)
  } catch (error) {
    if (error instanceof Faulty) return { fault: error.fault }
    throw error
  }
}

function read(cells: readonly string[], columns: readonly Column[], country: string | null): Person {
  if (cells.some(isTooLarge)) return faulty('cell-too-large')
  const person: Person = { points: [], name: '', company: '', locale: null, attributes: {} }
  columns.forEach(({ means, attribute }, i) => {
    const text = cleanCell(cells[i] ?? '')
    if (text === '') return
    switch (means) {
      case 'skip':
        return
      case 'name':
      case 'company':
        person[means] = text.length > longest[means] ? faulty('too-long') : text
        return
      case 'first-name':
      case 'last-name':
        return setAttribute(person, means.replace('-', '_'), text)
      case 'locale':
        person.locale = localePattern.test(text) ? text.replace('_', '-') : faulty('wrong-locale')
        return
      case 'attribute':
        return setAttribute(person, attribute, text)
      case 'email':
      case 'phone':
      case 'whatsapp':
        addPoint(person, means, means === 'email' ? emailOf(text) : numberOf(means, text, country))
    }
  })
  if (person.points.length === 0) return faulty('no-point')
  const { first_name: first = '', last_name: last = '' } = person.attributes
  if (person.name === '') person.name = `${first} ${last}`.trim().slice(0, longest.name)
  return person
}

function setAttribute({ attributes }: Person, name: string, text: string) {
  attributes[name] = text.length > longest.attribute ? faulty('too-long') : text
}

function addPoint({ points }: Person, kind: PointKind, value: string) {
  const key = pointKey(kind, value)
  if (!points.some((point) => point.key === key)) points.push({ kind, value, verified: false, key })
}

function emailOf(text: string): string {
  const bare = text.replace(/^mailto:/i, '').replace(/^[^<]*<([^<>]+)>$/, '$1')
  const value = canonicalPoint('email', bare)
  return value !== null && value.length <= longest.email && mailbox.test(value)
    ? value
    : faulty('wrong-email')
}

/** A number in its one form; written without its country's code it is one of the country that the import was told. */
function numberOf(kind: 'phone' | 'whatsapp', text: string, country: string | null): string {
  const isComplete = /^(\+|00)/.test(text) || (kind === 'whatsapp' && !text.startsWith('0'))
  const value = isComplete ? canonicalPoint(kind, text) : null
  if (value !== null) return value
  if (isComplete && (country === null || /^(\+|00)/.test(text))) return faulty('wrong-phone')
  if (!/^[\d\s().\-/]{3,40}$/.test(text)) return faulty('wrong-phone')
  if (country === null) return faulty('phone-without-country')
  const parsed = parsePhoneNumberFromString(text, { defaultCountry: country as CountryCode, extract: false })
  const number = parsed?.isPossible() ? canonicalPoint(kind, parsed.number) : null
  return number ?? faulty('wrong-phone')
}

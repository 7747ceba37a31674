import type { Hub } from '../hub.ts'
import { suppress, type Suppressing } from '../suppressions/suppress.ts'
import { keepBadRows, type RefusedRow } from './bad-rows.ts'
import type { ImportDoc } from './import.model.ts'
import { personOf } from './person.ts'
import type { Row } from './read-rows.ts'
import { noGain, type Gain } from './take-batch.ts'

/** Takes a batch of rows as addresses that get nothing any more; those that are there already count as unchanged. */
export async function takeSuppressions(hub: Hub, of: ImportDoc, rows: readonly Row[]): Promise<Gain> {
  const gain = { ...noGain(), rows: rows.length }
  const bad: RefusedRow[] = []
  const given: Suppressing[] = []
  let people = 0
  for (const { n, cells } of rows) {
    const person = personOf(cells, of.columns, of.country)
    if ('fault' in person) {
      bad.push({ n, cells, fault: person.fault })
      continue
    }
    people++
    for (const { kind, value } of person.points)
      given.push({
        kind: kind === 'email' ? 'email' : 'phone',
        address: value,
        purposeId: of.purposeId?.toHexString() ?? null,
        reason: 'import',
        note: of.name,
        byName: of.by.name
      })
  }
  gain.made = Math.min(people, await suppress(hub, given))
  gain.unchanged = people - gain.made
  gain.bad = bad.length
  await keepBadRows(hub, of, bad)
  return gain
}

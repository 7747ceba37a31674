import type { MergeChoices } from '@palabre/config/contract/contact'
import type { ContactDoc } from './contact.model.ts'

const single = [
  'name',
  'company',
  'locale',
  'pictureId',
  'doNotCall',
  'preferredIds',
  'forbiddenIds'
] as const
type Single = (typeof single)[number]

/** What two contacts bring to the one that they become, beside their points. */
export type Card = Pick<ContactDoc, Single | 'notes' | 'attributes'>

/** A field's value before somebody came, and with them. Null: an attribute that was not there. */
interface Swap<N extends string> {
  name: N
  before: unknown
  after: unknown
}

/** What a contact took from the one who came: enough to give it back, also when others came or it was edited since. */
export interface Took {
  fields: Swap<Single>[]
  attributes: Swap<string>[]
  notes: string
}

export const cardOf = ({ name, company, locale, pictureId, doNotCall, ...rest }: ContactDoc): Card => ({
  name,
  company,
  locale,
  pictureId: pictureId ?? null,
  doNotCall,
  preferredIds: rest.preferredIds,
  forbiddenIds: rest.forbiddenIds,
  notes: rest.notes,
  attributes: rest.attributes
})

const union = (one: string[], other: string[]) => [...new Set([...one, ...other])]
const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)

/**
 * Two cards as one. Where both have something, the choice decides, `mine` unless said; whom either must not be given to,
 * they both must not; and either one's wish not to be called holds.
 */
export function join(mine: Card, theirs: Card, choices: MergeChoices): { card: Card; took: Took } {
  const forbiddenIds = union(mine.forbiddenIds, theirs.forbiddenIds)
  const pick = <T>(side: 'mine' | 'theirs' | undefined, own: T, other: T) =>
    side === 'theirs' ? other || own : own || other
  const attributes = { ...theirs.attributes, ...mine.attributes }
  for (const [name, value] of Object.entries(theirs.attributes))
    if (choices.attributes?.[name] === 'theirs') attributes[name] = value
  const added = theirs.notes !== mine.notes ? theirs.notes : ''
  const card: Card = {
    name: pick(choices.name, mine.name, theirs.name),
    company: pick(choices.company, mine.company, theirs.company),
    locale: pick(choices.locale, mine.locale, theirs.locale),
    pictureId: mine.pictureId ?? theirs.pictureId,
    doNotCall: mine.doNotCall || theirs.doNotCall,
    preferredIds: union(mine.preferredIds, theirs.preferredIds).filter((id) => !forbiddenIds.includes(id)),
    forbiddenIds,
    notes: [mine.notes, added].filter(Boolean).join('\n\n'),
    attributes
  }
  return {
    card,
    took: {
      fields: single
        .filter((name) => !same(mine[name], card[name]))
        .map((name) => ({ name, before: mine[name], after: card[name] })),
      attributes: Object.entries(attributes)
        .filter(([name, value]) => mine.attributes[name] !== value)
        .map(([name, after]) => ({ name, before: mine.attributes[name] ?? null, after })),
      notes: added
    }
  }
}

/** A value without what a swap gave it. What was edited since stays; of lists only what came goes. */
function undo(value: unknown, { before, after }: Swap<string>): unknown {
  if (same(value, after)) return before
  if (!Array.isArray(value) || !Array.isArray(before) || !Array.isArray(after)) return value
  const kept = (value as unknown[]).filter((one) => before.includes(one) || !after.includes(one))
  return [...kept, ...(before as unknown[]).filter((one) => !after.includes(one) && !kept.includes(one))]
}

/** Notes without the part that came, wherever it stands between empty lines. */
function withoutPart(notes: string, part: string): string {
  if (part === '') return notes
  if (notes === part) return ''
  if (notes.endsWith(`\n\n${part}`)) return notes.slice(0, -part.length - 2)
  if (notes.startsWith(`${part}\n\n`)) return notes.slice(part.length + 2)
  const at = notes.lastIndexOf(`\n\n${part}\n\n`)
  return at < 0 ? notes : notes.slice(0, at) + notes.slice(at + part.length + 2)
}

/** The card without what somebody brought. */
export function part(card: Card, took: Took): Card {
  const fields = Object.fromEntries(took.fields.map((swap) => [swap.name, undo(card[swap.name], swap)]))
  const attributes = { ...card.attributes }
  for (const swap of took.attributes) {
    const now = undo(attributes[swap.name] ?? null, swap)
    if (typeof now === 'string') attributes[swap.name] = now
    else Reflect.deleteProperty(attributes, swap.name)
  }
  return { ...card, ...fields, attributes, notes: withoutPart(card.notes, took.notes) }
}

/** What somebody who came later took the place of, now that one who came before is gone. */
export function rebase(later: Took, gone: Took): Took {
  const over = <N extends string>(swaps: Swap<N>[], left: Swap<N>[]): Swap<N>[] =>
    swaps.map((swap) => {
      const theirs = left.find(({ name }) => name === swap.name)
      return theirs ? { ...swap, before: undo(swap.before, theirs) } : swap
    })
  return {
    ...later,
    fields: over(later.fields, gone.fields),
    attributes: over(later.attributes, gone.attributes)
  }
}

import type { Contact, MergeChoices } from '@palabre/config/contract/contact'

export type Side = 'mine' | 'theirs'

/** Something that both have and that differs: somebody has to choose. */
export interface Difference {
  /** `name`, `company`, `locale`, or `attributes.<name>`. */
  key: string
  /** Of an attribute. */
  attribute?: string
  mine: string
  theirs: string
}

const plainFields = ['name', 'company', 'locale'] as const

/** Where two contacts differ. */
export function differencesOf(mine: Contact, theirs: Contact): Difference[] {
  const differ = (one: string | null | undefined, other: string | null | undefined) =>
    one && other && one !== other ? { mine: one, theirs: other } : null
  return [
    ...plainFields.flatMap((key) => {
      const both = differ(mine[key], theirs[key])
      return both ? [{ key, ...both }] : []
    }),
    ...Object.keys(mine.attributes).flatMap((attribute) => {
      const both = differ(mine.attributes[attribute], theirs.attributes[attribute])
      return both ? [{ key: `attributes.${attribute}`, attribute, ...both }] : []
    })
  ]
}

/** What is chosen before anybody has: one's own, but a real name rather than an address. */
export function firstChoice(mine: Contact, theirs: Contact, { key }: Difference): Side {
  const isRaw = ({ name, points }: Contact) => points.some(({ value }) => value === name)
  return key === 'name' && isRaw(mine) && !isRaw(theirs) ? 'theirs' : 'mine'
}

/** The choices as the hub takes them. */
export function choicesOf(differences: Difference[], chosen: Record<string, Side>): MergeChoices {
  const choices: MergeChoices = {}
  for (const { key, attribute } of differences) {
    const side = chosen[key] ?? 'mine'
    if (attribute !== undefined) choices.attributes = { ...choices.attributes, [attribute]: side }
    else if (key === 'name' || key === 'company' || key === 'locale') choices[key] = side
  }
  return choices
}

const has = ({ points }: Contact, { kind, value }: Contact['points'][number]) =>
  points.some((point) => point.kind === kind && point.value === value)

/** The contact that the two become, as the sheet shows it; also in the moment in which they already are. */
export function joined(
  mine: Contact,
  theirs: Contact,
  { attributes = {}, ...chosen }: MergeChoices
): Pick<Contact, 'name' | 'company' | 'locale' | 'points' | 'attributes' | 'notes' | 'doNotCall'> {
  const pick = <T extends string | null>(side: Side | undefined, one: T, other: T) =>
    side === 'theirs' ? other || one : one || other
  return {
    name: pick(chosen.name, mine.name, theirs.name),
    company: pick(chosen.company, mine.company, theirs.company),
    locale: pick(chosen.locale, mine.locale, theirs.locale),
    points: [...mine.points, ...theirs.points.filter((point) => !has(mine, point))],
    attributes: Object.fromEntries(
      Object.entries({ ...theirs.attributes, ...mine.attributes }).map(([name, value]) => [
        name,
        attributes[name] === 'theirs' ? (theirs.attributes[name] ?? value) : value
      ])
    ),
    notes: [...new Set([mine.notes, theirs.notes])].filter(Boolean).join('\n\n'),
    doNotCall: mine.doNotCall || theirs.doNotCall
  }
}

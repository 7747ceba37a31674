import type { Rule, RuleGroup } from '@palabre/config/contract/audience'

/** A rule that contacts themselves do not answer: where they are listed, what they did. */
export type ForeignRule = Extract<Rule, { kind: 'list' | 'lastInteraction' | 'interactions' | 'campaign' }>
export type OwnRule = Exclude<Rule, ForeignRule>
export type Filter = Record<string, unknown>

const foreignKinds = new Set<string>(['list', 'lastInteraction', 'interactions', 'campaign'])
export const isForeign = (rule: Rule): rule is ForeignRule => foreignKinds.has(rule.kind)

const nobody: Filter = { _id: { $in: [] } }

/** The text of an attribute. Its name may have dots and is taken as it stands, and so is what it is compared with. */
const attribute = (name: string) => ({ $getField: { field: { $literal: name }, input: '$attributes' } })
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('\0', '')
const matching = (input: object, regex: string): Filter => ({
  $expr: { $regexMatch: { input: { $ifNull: [input, ''] }, regex: { $literal: regex }, options: 'i' } }
})
/** Both are there, and the left one is beyond the right one; what cannot be converted is null. */
const beyond = (operator: '$gt' | '$lt', left: object, right: unknown): Filter => ({
  $expr: { $and: [{ $ne: [left, null] }, { [operator]: [left, { $literal: right }] }] }
})

/** What a rule asks of a contact's own record, as a filter of MongoDB. Values stand in it as literals only. */
export function ownFilter(rule: OwnRule): Filter {
  switch (rule.kind) {
    case 'has':
      return { 'points.kind': rule.point }
    case 'locale':
      return { locale: { $regex: `^${escaped(rule.value).replace('_', '[-_]')}([-_]|$)`, $options: 'i' } }
    case 'attribute':
      break
  }
  const value = attribute(rule.name)
  switch (rule.is) {
    case 'exists':
      return { $expr: { $gt: [{ $ifNull: [value, ''] }, ''] } }
    case 'equals':
      return matching(value, `^\\s*${escaped(rule.value.trim())}\\s*$`)
    case 'contains':
      return matching(value, escaped(rule.value))
    case 'above':
    case 'below': {
      const number = { $convert: { input: value, to: 'double', onError: null, onNull: null } }
      return beyond(rule.is === 'above' ? '$gt' : '$lt', number, rule.number)
    }
    case 'after':
    case 'before': {
      const date = { $convert: { input: value, to: 'date', onError: null, onNull: null } }
      const midnight = new Date(`${rule.day}T00:00:00Z`)
      if (Number.isNaN(midnight.getTime())) return nobody
      // "After" begins when the day is over.
      return rule.is === 'after'
        ? beyond('$gt', date, new Date(midnight.getTime() + 86_400_000 - 1))
        : beyond('$lt', date, midnight)
    }
  }
}

/** Rules with what each one of them asks in their place. */
function compile(
  group: RuleGroup,
  filterOf: (rule: Rule, isDenied: boolean) => Filter,
  isDenied: boolean
): Filter {
  const inside = group.match === 'none' ? !isDenied : isDenied
  const filters = group.rules.map((rule) =>
    rule.kind === 'group' ? compile(rule, filterOf, inside) : filterOf(rule, inside)
  )
  return { [operators[group.match]]: filters }
}
const operators = { all: '$and', any: '$or', none: '$nor' } as const

/**
 * A filter that lets through everybody who may fit the rules, and nobody of whom their own record says that they do not.
 * Exact where no rule is foreign.
 */
export const boundOf = (rules: RuleGroup): Filter =>
  compile(rules, (rule, isDenied) => (isForeign(rule) ? (isDenied ? nobody : {}) : ownFilter(rule)), false)

/** The exact filter, once it is known whom each foreign rule is true of. */
export const filterOf = (rules: RuleGroup, trueOf: (rule: ForeignRule) => Filter): Filter =>
  compile(rules, (rule) => (isForeign(rule) ? trueOf(rule) : ownFilter(rule)), false)

/** Foreign rules at any depth. */
export const foreignIn = (group: RuleGroup): ForeignRule[] =>
  group.rules.flatMap((rule) => (rule.kind === 'group' ? foreignIn(rule) : isForeign(rule) ? [rule] : []))

/** Lists of which everybody has to be a member: they say whom to look at. */
export const neededLists = (group: RuleGroup): string[] =>
  group.match === 'all' ? group.rules.flatMap((rule) => (rule.kind === 'list' ? [rule.listId] : [])) : []

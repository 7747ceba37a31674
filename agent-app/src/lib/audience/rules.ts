import type { Rule, RuleGroup } from '@palabre/config/contract/audience'

export type RuleKind = Rule['kind']
export const ruleKinds: readonly RuleKind[] = [
  'attribute',
  'locale',
  'has',
  'list',
  'lastInteraction',
  'interactions',
  'campaign'
]
/** Groups in groups, at most. */
export const deepest = 3

/** A rule as it begins; what is empty has to be filled in before it says anything. */
export function newRule(kind: RuleKind): Rule {
  switch (kind) {
    case 'attribute':
      return { kind, name: '', is: 'equals', value: '' }
    case 'locale':
      return { kind, value: '' }
    case 'has':
      return { kind, point: 'email' }
    case 'list':
      return { kind, listId: '' }
    case 'lastInteraction':
      return { kind, is: 'within', days: 30 }
    case 'interactions':
      return { kind, is: 'atLeast', count: 1, channel: null, days: null }
    case 'campaign':
      return { kind, campaignId: '', is: 'received' }
  }
}

export const newGroup = (): RuleGroup => ({ kind: 'group', match: 'any', rules: [newRule('attribute')] })

type AttributeRule = Extract<Rule, { kind: 'attribute' }>
export const comparisons: readonly AttributeRule['is'][] = [
  'equals',
  'contains',
  'exists',
  'above',
  'below',
  'after',
  'before'
]

/** The same attribute compared in another way. */
export function compared({ name }: AttributeRule, is: AttributeRule['is']): AttributeRule {
  switch (is) {
    case 'exists':
      return { kind: 'attribute', name, is }
    case 'above':
    case 'below':
      return { kind: 'attribute', name, is, number: 0 }
    case 'after':
    case 'before':
      return { kind: 'attribute', name, is, day: '' }
    default:
      return { kind: 'attribute', name, is, value: '' }
  }
}

/** True when nothing has to be filled in any more. */
export function isComplete(rule: Rule | RuleGroup): boolean {
  if (rule.kind === 'group') return rule.rules.length > 0 && rule.rules.every(isComplete)
  return Object.entries(rule).every(
    ([field, value]) => value !== '' && (value !== null || field === 'channel' || field === 'days')
  )
}

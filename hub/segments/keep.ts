import type { RuleGroup, Rule } from '@palabre/config/contract/audience'
import { mostRules } from '@palabre/config/contract/audience'
import { keeper } from '../audiences/keep.ts'
import { ContactList } from '../lists/list.model.ts'
import { refuse } from '../refuse.ts'
import { Segment, segmentTold, type SegmentDoc } from './segment.model.ts'

const rulesIn = (group: RuleGroup): Rule[] =>
  group.rules.flatMap((rule) => (rule.kind === 'group' ? rulesIn(rule) : [rule]))

/** Refuses `invalid-input` for more rules than a query should have, `unknown-reference` for a list that is not there. */
export async function checkRules(rules: RuleGroup): Promise<void> {
  const all = rulesIn(rules)
  if (all.length > mostRules)
    refuse('invalid-input', undefined, [
      { path: 'rules', message: `has more than ${String(mostRules)} rules` }
    ])
  const listIds = [...new Set(all.flatMap((rule) => (rule.kind === 'list' ? [rule.listId] : [])))]
  if ((await ContactList.countDocuments({ _id: { $in: listIds } })) !== listIds.length)
    refuse('unknown-reference', 'rules', [{ path: 'rules', message: 'names a list that does not exist' }])
}

export const segments = keeper<SegmentDoc>({
  model: Segment,
  told: segmentTold,
  check: async ({ rules }) => {
    if (rules !== undefined) await checkRules(rules as RuleGroup)
  }
})

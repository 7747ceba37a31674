import type { Condition, FlowContent } from '@palabre/config/contract/flow'
import { agentsIn, skillsIn } from '@palabre/config/contract/routing'

/** Kinds of records that a flow may name. */
export type NamedNoun = 'queue' | 'skill' | 'agent' | 'calendar' | 'source'

/** Ids of other records that a flow names, by noun. */
export function namedIn({ nodes }: Pick<FlowContent, 'nodes'>): Record<NamedNoun, string[]> {
  const named: Record<NamedNoun, Set<string>> = {
    queue: new Set(),
    skill: new Set(),
    agent: new Set(),
    calendar: new Set(),
    source: new Set()
  }
  const condition = (one: Condition): void => {
    if ('open' in one) named.calendar.add(one.open)
    else if ('all' in one) one.all.forEach(condition)
    else if ('any' in one) one.any.forEach(condition)
    else if ('not' in one) condition(one.not)
  }
  for (const node of nodes) {
    if ('queueId' in node) named.queue.add(node.queueId)
    if ('sourceId' in node) named.source.add(node.sourceId)
    if ('requirements' in node) {
      for (const id of skillsIn(node.requirements)) named.skill.add(id)
      for (const id of agentsIn(node.requirements)) named.agent.add(id)
    }
    if (node.kind === 'condition') for (const { when } of node.cases) condition(when)
  }
  return {
    queue: [...named.queue],
    skill: [...named.skill],
    agent: [...named.agent],
    calendar: [...named.calendar],
    source: [...named.source]
  }
}

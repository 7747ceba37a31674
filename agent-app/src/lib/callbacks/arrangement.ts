import type { Callback } from '@palabre/config/contract/callback'
import { groupOf, groups, inOrder, latenessOf, type Group } from './standing.ts'

export interface Filter {
  queueId: string
  /** `open`: all that is not over. */
  state: 'open' | Group
  mine: boolean
  late: boolean
}

export interface Section {
  group: Group
  items: Callback[]
}

/** What fits the filter, in its groups and in order; groups without any are left out. */
export function sectionsOf(
  callbacks: readonly Callback[],
  { queueId, state, mine, late }: Filter,
  agentId: string | null,
  now: number
): Section[] {
  const fitting = callbacks.filter(
    (one) =>
      (!queueId || one.queueId === queueId) &&
      (!mine || (agentId !== null && one.agentId === agentId)) &&
      (!late || latenessOf(one, now) !== null)
  )
  const byGroup = new Map<Group, Callback[]>(groups.map((group) => [group, []]))
  for (const one of fitting) byGroup.get(groupOf(one, now))?.push(one)
  return groups
    .filter((group) => (state === 'open' ? group !== 'over' : group === state))
    .map((group) => ({ group, items: inOrder(byGroup.get(group) ?? []) }))
    .filter(({ items }) => items.length > 0)
}

import type { Requirement } from '@palabre/config/contract/routing'

/** A skill, agents by name, or a group of more. "None" is written as not any. */
export type RequirementKind = 'skill' | 'agents' | 'any' | 'all' | 'none'
export type GroupKind = 'any' | 'all' | 'none'

/** Groups may stand in groups, so many times; as the contract has it. */
export const deepest = 3

export const kindOf = (required: Requirement): RequirementKind =>
  'skillId' in required
    ? 'skill'
    : 'agentIds' in required
      ? 'agents'
      : 'any' in required
        ? 'any'
        : 'all' in required
          ? 'all'
          : 'none'

/** What stands in a group, in order; nothing for a skill or agents. */
export function childrenOf(required: Requirement): Requirement[] {
  if ('any' in required) return required.any
  if ('all' in required) return required.all
  if (!('not' in required)) return []
  return 'any' in required.not ? required.not.any : [required.not]
}

export function groupOf(kind: GroupKind, children: Requirement[]): Requirement {
  if (kind === 'any') return { any: children }
  if (kind === 'all') return { all: children }
  const [only] = children
  // A group of its own would be opened again as this one.
  return { not: only && children.length === 1 && !('any' in only) ? only : { any: children } }
}

/**
 * What a group may still hold.
 * @param room levels of groups that may begin where the group stands, itself included
 */
export const roomIn = (kind: GroupKind, room: number): { levels: number; most: number } =>
  // "Not any" are two levels; on the last one a single leaf can be excluded.
  kind === 'none'
    ? { levels: Math.max(0, room - 2), most: room > 1 ? 12 : 1 }
    : { levels: room - 1, most: 12 }

/** A new one to be filled in. */
export function freshRequirement(kind: RequirementKind): Requirement {
  const skill = { skillId: '', level: 3 }
  if (kind === 'skill') return skill
  if (kind === 'agents') return { agentIds: [] }
  return groupOf(kind, kind === 'none' ? [skill] : [skill, { ...skill }])
}

export type RequirementFault = 'skill' | 'levels' | 'agents' | 'group'

/** What is not complete, by its place: `0/2` is the third in the first group. */
export function faultsIn(
  requirements: readonly Requirement[],
  at = ''
): { path: string; fault: RequirementFault }[] {
  return requirements.flatMap((required, n) => {
    const path = at ? `${at}/${n}` : String(n)
    if ('skillId' in required) {
      if (!required.skillId) return [{ path, fault: 'skill' as const }]
      const contrary = required.upTo !== undefined && required.upTo < required.level
      return contrary ? [{ path, fault: 'levels' as const }] : []
    }
    if ('agentIds' in required) return required.agentIds.length ? [] : [{ path, fault: 'agents' as const }]
    const children = childrenOf(required)
    return children.length ? faultsIn(children, path) : [{ path, fault: 'group' as const }]
  })
}

import type { Requirement } from '@palabre/config/contract/routing'
import { describe, expect, it } from 'vitest'
import {
  childrenOf,
  deepest,
  faultsIn,
  freshRequirement,
  groupOf,
  kindOf,
  roomIn
} from './requirement-tree.ts'

const skill = (n: number): Requirement => ({ skillId: String(n).padStart(24, '0'), level: 3 })

describe('requirements as a tree', () => {
  it('writes "none of" as not any, and one alone as not', () => {
    expect(groupOf('none', [skill(1)])).toEqual({ not: skill(1) })
    expect(groupOf('none', [skill(1), skill(2)])).toEqual({ not: { any: [skill(1), skill(2)] } })
  })
  it('gives back the children that a group was made of', () => {
    const any = groupOf('any', [skill(3), skill(4)])
    for (const kind of ['any', 'all', 'none'] as const)
      for (const children of [[skill(1)], [skill(1), skill(2)], [any], [any, skill(1)]]) {
        const group = groupOf(kind, children)
        expect([kindOf(group), childrenOf(group)]).toEqual([kind, children])
      }
  })
  it('never lets groups stand deeper than the contract takes', () => {
    const depth = (one: Requirement): number =>
      'not' in one
        ? 1 + depth(one.not)
        : 'any' in one || 'all' in one
          ? 1 + Math.max(0, ...('any' in one ? one.any : one.all).map(depth))
          : 0
    const fullest = (room: number): Requirement[] =>
      room < 1
        ? [skill(1)]
        : (['any', 'all', 'none'] as const).map((kind) => {
            const { levels, most } = roomIn(kind, room)
            return groupOf(kind, [...fullest(levels), skill(2)].slice(0, most))
          })
    expect(Math.max(...fullest(deepest).map(depth))).toBe(deepest)
  })
  it('says where something is missing', () => {
    expect(
      faultsIn([
        skill(1),
        { any: [skill(1), { agentIds: [] }] },
        { not: { any: [freshRequirement('skill')] } },
        { skillId: '0'.repeat(24), level: 4, upTo: 2 },
        { all: [] }
      ])
    ).toEqual([
      { path: '1/1', fault: 'agents' },
      { path: '2/0', fault: 'skill' },
      { path: '3', fault: 'levels' },
      { path: '4', fault: 'group' }
    ])
  })
})

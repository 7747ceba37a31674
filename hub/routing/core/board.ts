import { media } from '@palabre/config/contract/routing'
import { sizeOf } from './bits.ts'
import { couldTake } from './eligible.ts'
import { Group, lineAt, type Kind } from './group.ts'
import { cameBefore, type ItemState } from './item.ts'
import type { QueueRules, WaitingItem } from './picture.ts'
import { askedAt, meetsAll, stageAfter, textOf, worksFor, type Asked } from './requirement.ts'
import {
  agentAddress,
  numberAt,
  queueAddress,
  skillAddress,
  teamAddress,
  type AgentState,
  type Roster
} from './roster.ts'

/** What is waited for: the kinds of items, and their groups, which stand in the lines of the roster's addresses. */
export interface Board {
  kindOf(item: WaitingItem): Kind
  /** Where an item belongs now. */
  groupOf(state: ItemState, now: number): Group
}

/** The kinds that begin with the same: the queue and the medium, then one requirement after the other. */
interface Branch {
  kind: Kind | null
  /** By the next requirement. */
  readonly next: Map<number | string, Branch>
}
const openBranch = (): Branch => ({ kind: null, next: new Map() })

/** Room for a level, which is 1 to 5, and another beside the number of a skill. */
const levelBits = 3

/** Empty groups are kept for the next item of their kind, up to so many. */
const groupsKept = 20_000

/** Where a group stands: whoever could take it looks at one of these at least. */
function addressesFor({ heldFor, queueId, asked }: Group, rarest: string | null): Set<string> {
  if (heldFor !== null) return new Set([agentAddress(heldFor)])
  if (rarest !== null) return new Set([skillAddress(rarest)])
  return new Set([...[queueId, ...asked.queueIds].map(queueAddress), ...asked.teamIds.map(teamAddress)])
}

/** A board on which nothing stands. `items` are those that wait; `rulesOf` is asked for each new kind of them. */
export function openBoard(
  roster: Roster,
  items: ReadonlyMap<string, ItemState>,
  rulesOf: (queueId: string) => QueueRules
): Board {
  let kinds = openBranch()
  /** Small numbers for the ids of queues and skills. */
  const numbers = new Map<string, number>()
  const groups = new Map<string, Group>()
  let groupsMost = groupsKept

  function numberOf(id: string): number {
    const known = numbers.get(id)
    if (known !== undefined) return known
    numbers.set(id, numbers.size)
    return numbers.size - 1
  }

  function branchAt({ next }: Branch, step: number | string): Branch {
    const known = next.get(step)
    if (known) return known
    const made = openBranch()
    next.set(step, made)
    return made
  }

  function branchOf({ queueId, medium, requirements }: WaitingItem): Branch {
    let branch = branchAt(kinds, numberOf(queueId) * media.length + media.indexOf(medium))
    for (const one of requirements)
      branch = branchAt(
        branch,
        'skillId' in one
          ? (((numberOf(one.skillId) << levelBits) | one.level) << levelBits) | (one.upTo ?? 0)
          : JSON.stringify(one)
      )
    return branch
  }

  function stageOf({ item, kind }: ItemState, stage: number) {
    const known = kind.stages[stage]
    if (known) return known
    const asked = askedAt(item.requirements, kind.rules.relaxation, stage)
    const text = `${item.queueId}|${item.medium}|${String(stage)}|${textOf(asked.requirements)}`
    return (kind.stages[stage] = { asked, text, group: null })
  }

  /** The agent for whom the item is held now: there, not refused by them, and skilled where that is asked. */
  function holderOf({ item, kind: { rules } }: ItemState, asked: Asked, now: number): string | null {
    const { sticky } = item
    if (!sticky || now >= sticky.until) return null
    const agent = roster.agents.get(sticky.agentId)
    if (!agent || agent.presence === 'offline') return null
    if (item.passedOver.includes(agent.id) || item.forbiddenIds.includes(agent.id)) return null
    if (!rules.stickySkillNeeded) return agent.id
    return worksFor(agent, item.queueId, asked) && meetsAll(agent, asked.requirements) ? agent.id : null
  }

  function openGroup(
    state: ItemState,
    signature: string,
    given: { asked: Asked; stage: number; heldFor: string | null }
  ): Group {
    const at = media.indexOf(state.item.medium)
    const group = new Group(state, roster.pools[at]!, given)
    group.lines = [...addressesFor(group, rarestOf(group.asked))].map((address) =>
      lineAt(group.pool, numberAt(roster, address))
    )
    if (groups.size >= groupsMost) forgetEmpty()
    groups.set(signature, group)
    return group
  }

  /** Of the skills that every taker needs the one that the fewest have. */
  function rarestOf({ requirements }: Asked): string | null {
    let rarest: string | null = null
    let fewest = Infinity
    for (const required of requirements) {
      if (!('skillId' in required)) continue
      const count = sizeOf(roster.members[numberAt(roster, skillAddress(required.skillId))]!)
      if (count >= fewest) continue
      rarest = required.skillId
      fewest = count
    }
    return rarest
  }

  function forgetEmpty() {
    for (const [signature, group] of groups) {
      if (group.first) continue
      groups.delete(signature)
      group.isForgotten = true
    }
    kinds = openBranch()
    for (const { item, kind } of items.values()) branchOf(item).kind = kind
    groupsMost = Math.max(groupsKept, 2 * groups.size)
  }

  return {
    kindOf(item) {
      const branch = branchOf(item)
      return (branch.kind ??= { rules: rulesOf(item.queueId), stages: [] })
    },
    groupOf(state, now) {
      const { item, kind, isPlain } = state
      const stage = stageAfter(kind.rules.relaxation, now - item.queuedAt)
      const at = stageOf(state, stage)
      if (isPlain && at.group && !at.group.isForgotten) return at.group
      const { forbiddenIds, preferredIds, passedOver } = item
      const heldFor = holderOf(state, at.asked, now)
      const names = isPlain ? '' : [heldFor ?? '', forbiddenIds, preferredIds, passedOver].join('|')
      const signature = `${at.text}|${names}`
      const group = groups.get(signature) ?? openGroup(state, signature, { asked: at.asked, stage, heldFor })
      if (isPlain) at.group = group
      return group
    }
  }
}

/** The first item that the agent has room for and could take. */
export function bestFor(roster: Roster, agent: AgentState): ItemState | null {
  const { pools } = roster
  const { looks, room } = agent
  let best: ItemState | null = null
  let bestPlace = Infinity
  for (let medium = 0; medium < pools.length; medium++) {
    const { bit, waiting, heads, lines } = pools[medium]!
    if (waiting === 0 || !(room & bit)) continue
    for (let look = 0; look < looks.length; look++) {
      const at = looks[look]!
      const head = heads[at]!
      if (head === Infinity || head > bestPlace) continue
      const { places, values, from } = lines[at]!
      for (let i = from; i < values.length; i++) {
        const place = places[i]!
        if (place > bestPlace) break
        const group = values[i]!
        const first = group.first!
        if (place === bestPlace && best && !cameBefore(first, best)) break
        if (!couldTake(roster, group, agent)) continue
        best = first
        bestPlace = place
        break
      }
    }
  }
  return best
}

import { media } from '@palabre/config/contract/routing'
import { sizeOf } from './bits.ts'
import { couldTake } from './eligible.ts'
import { Group, openLine, type Kind, type Line, type Look } from './group.ts'
import { cameBefore, type ItemState } from './item.ts'
import type { QueueRules, WaitingItem } from './picture.ts'
import { askedAt, meetsAll, stageAfter, textOf, worksFor, type Asked } from './requirement.ts'
import {
  agentAddress,
  queueAddress,
  skillAddress,
  teamAddress,
  type AgentState,
  type Roster
} from './roster.ts'

/** What is waited for: the kinds of items, their groups, and the lines in which groups stand. */
export interface Board {
  kindOf(item: WaitingItem): Kind
  /** Where an item belongs now. */
  groupOf(state: ItemState, now: number): Group
  /** By medium: where an agent looks. */
  looksOf(agent: AgentState): Look[]
}

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
  const kinds = new Map<string, Kind>()
  const groups = new Map<string, Group>()
  /** By address: a line for each medium. */
  const lines = new Map<string, readonly Line[]>()
  let groupsMost = groupsKept

  function linesAt(address: string): readonly Line[] {
    const known = lines.get(address)
    if (known) return known
    const made = media.map(openLine)
    lines.set(address, made)
    return made
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
    group.lines = [...addressesFor(group, rarestOf(group.asked))].map((address) => linesAt(address)[at]!)
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
      const skilled = roster.members.get(skillAddress(required.skillId))
      const count = skilled ? sizeOf(skilled) : 0
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
    kinds.clear()
    for (const { kind } of items.values()) kinds.set(kind.text, kind)
    groupsMost = Math.max(groupsKept, 2 * groups.size)
  }

  return {
    kindOf({ queueId, medium, requirements }) {
      const text = `${queueId}|${medium}|${textOf(requirements)}`
      const known = kinds.get(text)
      if (known) return known
      const kind: Kind = { text, rules: rulesOf(queueId), stages: [] }
      kinds.set(text, kind)
      return kind
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
    },
    looksOf({ id, addresses }) {
      const at = [agentAddress(id), ...addresses].map(linesAt)
      return roster.pools.map((pool, medium) => ({ pool, lines: at.map((each) => each[medium]!) }))
    }
  }
}

/** The first item that the agent has room for and could take. */
export function bestFor(roster: Roster, agent: AgentState): ItemState | null {
  let best: ItemState | null = null
  let bestPlace = Infinity
  for (const { pool, lines } of agent.looks) {
    if (pool.waiting === 0 || !(agent.room & pool.bit)) continue
    for (const { places, values, from } of lines)
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
  return best
}

import type { Interaction } from '@palabre/config/contract/interaction'

export type Group = 'offered' | 'asked' | 'mine' | 'waiting' | 'snoozed'
export const groups: readonly Group[] = ['offered', 'asked', 'mine', 'waiting', 'snoozed']

/** What a change meant for the person whose inbox it is. */
export type Taken =
  { kind: 'none' } | { kind: 'came' | 'changed' | 'left'; now: Interaction; before: Interaction | null }

/** It is offered to the agent, or in her hands. */
function isHers({ state, offer, agentId }: Interaction, herId: string): boolean {
  if (state === 'offered') return offer?.agentId === herId
  return (state === 'active' || state === 'wrapup') && agentId === herId
}

/** A colleague's work about which the agent is asked. */
export const isAsked = (interaction: Interaction, agentId: string | null): boolean =>
  agentId !== null &&
  interaction.state !== 'closed' &&
  interaction.consults.some((consult) => consult.agentId === agentId) &&
  !isHers(interaction, agentId)

/** It belongs into the agent's list: offered to her, in her hands, or she is asked about it. */
export const isIn = (interaction: Interaction, agentId: string | null): boolean =>
  agentId !== null && (isHers(interaction, agentId) || isAsked(interaction, agentId))

/** Media in which both sides are there at once: whose move it is changes every few seconds. */
const atOnce: readonly Interaction['medium'][] = ['chat', 'voice', 'callback']

/** Where in the list it belongs; `now` in ms. A live chat stays in place although it is the customer's move. */
export function groupOf(interaction: Interaction, now: number, agentId: string | null): Group {
  const { state, snoozedUntil, waitingFor, medium, customerOnline } = interaction
  if (isAsked(interaction, agentId)) return 'asked'
  if (state === 'offered') return 'offered'
  if (state === 'wrapup') return 'mine'
  if (snoozedUntil !== null && Date.parse(snoozedUntil) > now) return 'snoozed'
  const together = atOnce.includes(medium) && customerOnline !== false
  return waitingFor === 'customer' && !together ? 'waiting' : 'mine'
}

const time = (at: string | null | undefined) => (at ? Date.parse(at) : 0)
/** Rows keep their places: what comes later stands below. Only one's own answer moves a row, to the top of waiting. */
const orders: Record<Group, (a: Interaction, b: Interaction) => number> = {
  offered: (a, b) => time(a.offer?.at) - time(b.offer?.at),
  asked: (a, b) => time(a.consults[0]?.at) - time(b.consults[0]?.at),
  mine: (a, b) => time(a.acceptedAt) - time(b.acceptedAt),
  waiting: (a, b) => time(b.lastMessageAt) - time(a.lastMessageAt),
  snoozed: (a, b) => time(a.snoozedUntil) - time(b.snoozedUntil)
}

export interface Row {
  group: Group
  interaction: Interaction
  /** It has left and is only still shown because the pointer is on the list. */
  gone: boolean
}

/**
 * What is in an agent's hands, true to the newest version of each interaction. Events and snapshots may come in any
 * order: an older version never replaces a newer one, not even of something that has left.
 */
export class Shelf {
  #items = new Map<string, Interaction>()
  #newest = new Map<string, number>()

  get items(): Interaction[] {
    return [...this.#items.values()]
  }

  get(id: string): Interaction | undefined {
    return this.#items.get(id)
  }

  /** Takes one interaction as an event or an answer brought it. */
  take(now: Interaction, agentId: string | null): Taken {
    const before = this.#items.get(now.id) ?? null
    if ((this.#newest.get(now.id) ?? -1) >= now.version) return { kind: 'none' }
    const belongs = isIn(now, agentId)
    if (!belongs && !before) return { kind: 'none' }
    this.#newest.set(now.id, now.version)
    if (!belongs) {
      this.#items.delete(now.id)
      return { kind: 'left', now, before }
    }
    this.#items.set(now.id, now)
    return { kind: before ? 'changed' : 'came', now, before }
  }

  /** Takes a whole snapshot. What it lacks has left, unless an event brought it after the snapshot was asked for. */
  replace(items: readonly Interaction[], agentId: string | null, since: ReadonlySet<string>): Taken[] {
    const taken = items.map((item) => this.take(item, agentId))
    const listed = new Set(items.map(({ id }) => id))
    for (const [id, before] of this.#items) {
      if (listed.has(id) || since.has(id)) continue
      this.#items.delete(id)
      taken.push({ kind: 'left', now: before, before })
    }
    return taken
  }

  clear(): void {
    this.#items.clear()
    this.#newest.clear()
  }
}

/**
 * Rows in their groups. `pinned` keeps the interaction that is open in the group where it was, so that an answer does
 * not pull it away from under the eyes.
 */
export function arrange(
  items: readonly Interaction[],
  now: number,
  agentId: string | null,
  pinned: { id: string; group: Group } | null = null
): Row[] {
  const rows = items.map((interaction) => {
    const natural = groupOf(interaction, now, agentId)
    const keeps =
      pinned?.id === interaction.id &&
      pinned.group !== 'offered' &&
      pinned.group !== 'asked' &&
      natural !== 'asked' &&
      natural !== 'snoozed'
    return { interaction, group: keeps ? pinned.group : natural, gone: false }
  })
  return groups.flatMap((group) =>
    rows
      .filter((row) => row.group === group)
      .sort(
        (a, b) =>
          orders[group](a.interaction, b.interaction) || (a.interaction.id < b.interaction.id ? -1 : 1)
      )
  )
}

/**
 * Rows while the pointer rests on one of them: it and everything above stay where they are (gone ones too), and what is
 * new comes below. `shown` is what the screen shows now.
 */
export function hold<R extends Pick<Row, 'interaction' | 'gone'>>(
  natural: readonly R[],
  shown: readonly R[],
  underPointer: string
): R[] {
  const at = shown.findIndex((row) => row.interaction.id === underPointer)
  if (at < 0) return [...natural]
  const fresh = new Map(natural.map((row, place) => [row.interaction.id, { row, place }]))
  const kept = shown.slice(0, at + 1).map((row) => {
    const newer = fresh.get(row.interaction.id)?.row
    return newer ? { ...row, interaction: newer.interaction, gone: false } : { ...row, gone: true }
  })
  const keptIds = new Set(kept.map((row) => row.interaction.id))
  const place = fresh.get(underPointer)?.place ?? -1
  const others = natural.filter((row) => !keptIds.has(row.interaction.id))
  const isBelow = (row: R) => (fresh.get(row.interaction.id)?.place ?? 0) > place
  return [...kept, ...others.filter(isBelow), ...others.filter((row) => !isBelow(row))]
}

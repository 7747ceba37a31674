import type { Interaction } from '@palabre/config/contract/interaction'

export interface ItemLine {
  kind: 'item'
  key: string
  interaction: Interaction
  /** Place in its queue, 1 is next. */
  place: number
  gone: boolean
}
export interface QueueLine {
  kind: 'queue'
  key: string
  queueId: string
  /** Everybody of the queue who is shown, in order. */
  items: readonly Interaction[]
}
export type Line = QueueLine | ItemLine

/**
 * The list as it is drawn: queues in the order given, each with its contacts in theirs. Queues where nobody waits are
 * left out.
 */
export function linesOf(queueIds: readonly string[], inOrder: readonly Interaction[]): Line[] {
  const byQueue = new Map<string, Interaction[]>()
  for (const one of inOrder) {
    const known = byQueue.get(one.queueId)
    if (known) known.push(one)
    else byQueue.set(one.queueId, [one])
  }
  return queueIds.flatMap((queueId): Line[] => {
    const items = byQueue.get(queueId)
    if (!items) return []
    return [
      { kind: 'queue', key: `queue-${queueId}`, queueId, items },
      ...items.map((interaction, n): ItemLine => ({
        kind: 'item',
        key: interaction.id,
        interaction,
        place: n + 1,
        gone: false
      }))
    ]
  })
}

/**
 * Lines while somebody points at one of them: they stay where they are, with what is new in them; what has left is marked
 * as gone, and what came stands at the end until the pointer is away.
 */
export function freeze(natural: readonly Line[], shown: readonly Line[]): Line[] {
  const fresh = new Map(natural.map((line) => [line.key, line]))
  const kept = shown.map((line): Line => {
    const newer = fresh.get(line.key)
    if (newer) return newer
    return line.kind === 'item' ? { ...line, gone: true } : line
  })
  const known = new Set(shown.map(({ key }) => key))
  return [...kept, ...natural.filter(({ key }) => !known.has(key))]
}

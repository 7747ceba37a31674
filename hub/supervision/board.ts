import type { BoardQuarter } from '@palabre/config/contract/board'
import type { EventName } from '@palabre/config/contract/event'
import type { Interaction as InteractionWire } from '@palabre/config/contract/interaction'
import { floorOf } from '../agents/floor.ts'
import type { Hub } from '../hub.ts'
import { Interaction, presentInteraction, type InteractionDoc } from '../interactions/interaction.model.ts'
import type { Board as Listeners } from '../live/board.ts'
import { queueBoard, teamBoard } from '../live/topics.ts'
import { Rollup, presentRollup, type RollupDoc } from '../rollups/rollup.model.ts'
import { Cells } from './cells.ts'
import { boardTopic } from './topic.ts'

/** A figure changes on screens at most so often. */
const tellMs = 250

/** The floor's work in this node's memory; it follows events only once somebody has asked for a board. */
export interface Board {
  cells(): Promise<Cells>
  stop(): void
}

/** Tells whoever watches the whole board all of it, and who watches parts each of them. */
function tellParts<T>(
  listeners: Listeners,
  name: EventName,
  field: string,
  items: readonly T[],
  topicOf: (item: T) => string
) {
  if (items.length === 0) return
  const parts = new Map<string, T[]>([[boardTopic, [...items]]])
  for (const item of items) {
    const topic = topicOf(item)
    if (!listeners.has(topic)) continue
    const part = parts.get(topic)
    if (part) part.push(item)
    else parts.set(topic, [item])
  }
  for (const [topic, some] of parts)
    if (listeners.has(topic))
      listeners.tell({
        seq: null,
        name,
        payload: JSON.stringify({ [field]: some }),
        topics: [topic],
        hints: null
      })
}

/** Opens the board of this node: its changes go to the node's own listeners, gathered. */
export function openBoard(hub: Hub, listeners: Listeners): Board {
  const cells = new Cells()
  let reading: Promise<void> | null = null
  let timer: NodeJS.Timeout | null = null
  let toldAt = -tellMs

  async function read() {
    const since = cells.heard
    const docs = (await Interaction.find({
      state: { $in: ['queued', 'offered', 'active', 'wrapup'] }
    }).lean()) as InteractionDoc[]
    cells.replace(docs.map(presentInteraction), since)
    tellSoon()
  }

  /** At once when nothing was told for a while: what is rare need not wait for what may come. */
  function tellSoon() {
    timer ??= setTimeout(
      () => {
        timer = null
        toldAt = performance.now()
        tellParts(listeners, 'board.changed', 'cells', cells.changes(), ({ queueId }) => queueBoard(queueId))
      },
      Math.max(0, toldAt + tellMs - performance.now())
    )
  }

  async function tellQuarters(quarters: BoardQuarter[]) {
    const { agents } = await floorOf(hub)
    tellParts(listeners, 'quarters.changed', 'quarters', quarters, ({ queueId, agentId }) => {
      const teamId = agentId === null ? null : agents.get(agentId)?.teamId
      return queueId === null ? teamBoard(teamId ?? 'none') : queueBoard(queueId)
    })
  }

  const stopEvents = hub.stream.onEvent(({ name, payload }) => {
    if (name === 'quarters.changed')
      tellQuarters((JSON.parse(payload) as { quarters: BoardQuarter[] }).quarters).catch((error: unknown) => {
        hub.log.warn({ err: error }, 'boards could not be told of new sums')
      })
    if (name !== 'interaction.changed' || !reading) return
    cells.take((JSON.parse(payload) as { interaction: InteractionWire }).interaction)
    tellSoon()
  })
  const stopGaps = hub.stream.onGap(() => {
    if (!reading) return
    // What was not heard is read; who asks in the meantime waits for it.
    reading = read()
    reading.catch((error: unknown) => {
      hub.log.warn({ err: error }, 'the board could not be read again')
    })
  })

  return {
    async cells() {
      reading ??= read()
      await reading.catch((error: unknown) => {
        reading = null
        throw error
      })
      return cells
    },
    stop() {
      stopEvents()
      stopGaps()
      if (timer) clearTimeout(timer)
    }
  }
}

/** The quarters of an hour since a moment. */
export async function quartersSince(from: Date): Promise<BoardQuarter[]> {
  const docs = (await Rollup.find({ slot: { $gte: from } })
    .sort({ slot: 1 })
    .lean()) as RollupDoc[]
  return docs.map(presentRollup)
}

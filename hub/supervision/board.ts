import type { BoardQuarter } from '@palabre/config/contract/board'
import type { Interaction as InteractionWire } from '@palabre/config/contract/interaction'
import type { Hub } from '../hub.ts'
import { Interaction, presentInteraction, type InteractionDoc } from '../interactions/interaction.model.ts'
import type { Board as Listeners } from '../live/board.ts'
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

/** Opens the board of this node: its changes go to the node's own listeners, gathered. */
export function openBoard(hub: Hub, listeners: Listeners): Board {
  const cells = new Cells()
  let reading: Promise<void> | null = null
  let timer: NodeJS.Timeout | null = null

  async function read() {
    const docs = (await Interaction.find({
      state: { $in: ['queued', 'offered', 'active', 'wrapup'] }
    }).lean()) as InteractionDoc[]
    cells.replace(docs.map(presentInteraction))
    tellSoon()
  }

  function tellSoon() {
    timer ??= setTimeout(() => {
      timer = null
      const changed = cells.changes()
      if (changed.length === 0 || !listeners.has(boardTopic)) return
      listeners.tell({
        seq: null,
        name: 'board.changed',
        payload: JSON.stringify({ cells: changed }),
        topics: [boardTopic],
        hints: null
      })
    }, tellMs)
  }

  const stopEvents = hub.stream.onEvent(({ name, payload }) => {
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

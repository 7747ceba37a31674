import { setTimeout as sleep } from 'node:timers/promises'
import type { TObject } from 'typebox'
import type { Account, Channel, Cursor, InboundEvent, Listening, Pairing } from '../channel.ts'

/** What the hub does for a listener, in memory. A forgetful one keeps no position, as when it is killed before. */
export const standInHub = (position?: unknown, memory: 'keeps' | 'forgetful' = 'keeps') => {
  const events: InboundEvent[] = []
  const saves: { position: unknown; afterEvents: number }[] = []
  const health: string[] = []
  let kept = position
  const cursor: Cursor = {
    load: () => Promise.resolve(structuredClone(kept)),
    save: (next) => {
      saves.push({ position: next, afterEvents: events.length })
      if (memory === 'keeps') kept = structuredClone(next)
      return Promise.resolve()
    }
  }
  const pairings: (Pairing | null)[] = []
  let session: Uint8Array | null = null
  const keep: Listening['keep'] = {
    load: () => Promise.resolve(session),
    save: (bytes) => {
      session = bytes
      return Promise.resolve()
    }
  }
  return { events, saves, health, pairings, cursor, keep, position: () => kept }
}

export const startListening = <S extends TObject>(
  channel: Channel<S>,
  account: Account<S>,
  hub: ReturnType<typeof standInHub>
) => {
  const controller = new AbortController()
  let ended = false
  const done = (async () => {
    await channel.listen?.({
      account,
      cursor: hub.cursor,
      health: (state) => hub.health.push(state),
      pairing: (pairing) => hub.pairings.push(pairing),
      keep: hub.keep,
      report: async (event) => {
        // A store takes a moment; a cursor that does not wait for it is caught by `saves`.
        await sleep(20)
        hub.events.push(event)
        return 'stored'
      },
      signal: controller.signal
    })
    ended = true
  })()
  return {
    ended: () => ended,
    /** Milliseconds that the listener took to end. */
    async stop(): Promise<number> {
      const begun = Date.now()
      controller.abort()
      await done
      return Date.now() - begun
    }
  }
}

export const until = async (holds: () => boolean, ms = 10_000): Promise<void> => {
  const deadline = Date.now() + ms
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`It did not happen within ${ms} ms: ${holds.toString()}`)
    await sleep(20)
  }
}

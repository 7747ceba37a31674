import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../flows/house.ts'

/** Waits until it is so; asks ten times a second, as hubs have a limit of what one address may ask. */
export const soon = <T>(what: string, look: () => T | Promise<T>, ms = 15_000) =>
  eventually(
    what,
    async () => {
      const seen = await look()
      if (!seen) await sleep(100)
      return seen
    },
    ms
  )

import { sleep } from '../figures.ts'
import { nextMark } from '../load/conversations.ts'
import type { Line } from '../load/line.ts'
import { openVisitor } from '../load/visitor.ts'
import type { Stage } from '../stage/stage.ts'

/** Customers with the chat widget open: each writes, is served, and leaves when the contact is over. */
export interface Customers {
  /** How many messages were acknowledged. */
  stored(): number
  failures: readonly Error[]
  /** So many, evenly at this rate, whatever becomes of the earlier ones. Resolves when the last has been stored. */
  come(count: number, perSecond: number): Promise<void>
}

/** `stay`: with the widget open until the contact is over; otherwise they leave once their message is stored. */
export function openCustomers(stage: Stage, line: Line, { stay }: { stay: boolean }): Customers {
  const failures: Error[] = []
  let stored = 0
  async function come() {
    const visitor = await openVisitor(stage.hub.port, line, stage.accountId)
    const { clientId, text } = nextMark()
    await visitor.say(clientId, text)
    stored += 1
    if (!stay) visitor.close()
    else void visitor.ended.then(visitor.close)
  }
  return {
    stored: () => stored,
    failures,
    async come(count, perSecond) {
      const start = performance.now()
      const coming: Promise<unknown>[] = []
      for (let i = 0; i < count; i++) {
        await sleep(Math.max(0, start + (i * 1000) / perSecond - performance.now()))
        coming.push(come().catch((error: Error) => failures.push(error)))
      }
      await Promise.all(coming)
    }
  }
}

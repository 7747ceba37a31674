import { openLine, type Answer, type Ask, type Line } from '../load/line.ts'
import { sleep } from '../figures.ts'

const answerMs = 6000
/** Before the first repeat; each further one waits twice as long, up to the longest: a slow hub is not asked more. */
const pauseMs = { first: 250, longest: 4000 }
const patienceMs = 120_000

/**
 * One agent's way in, past hubs that are away: it stays with a hub that answers, and asks the next one again after one
 * that does not. What was asked may therefore have been done before.
 */
export interface StormDoor {
  ask(ask: Ask): Promise<Answer>
  close(): void
}

/** `address`: the agent's own, so that the hubs' limits by address see as many people as there are. */
export function openStormDoor(ports: readonly number[], first: number, address: string): StormDoor {
  const lines = new Map<number, Line>()
  let turn = first

  const lineTo = (port: number) => {
    const known = lines.get(port)
    if (known?.isOpen()) return known
    const line = openLine(port, address)
    lines.set(port, line)
    return line
  }

  async function tryOnce(ask: Ask): Promise<Answer | null> {
    const line = lineTo(ports[turn % ports.length]!)
    const timer = setTimeout(line.close, answerMs)
    try {
      const answer = await line.ask(ask)
      return answer.status < 500 && answer.status !== 429 ? answer : null
    } catch {
      // Cut off by a blow, or silent for too long: the next hub is asked.
      line.close()
      return null
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    async ask(ask) {
      let pause = pauseMs.first
      for (const until = Date.now() + patienceMs; ; await sleep(pause)) {
        pause = Math.min(pauseMs.longest, pause * 2)
        const mine = turn
        const answer = await tryOnce(ask)
        if (answer) return answer
        if (Date.now() > until) throw new Error(`${ask.method} ${ask.path}: nobody answered`)
        if (turn === mine) turn += 1
      }
    },
    close() {
      for (const line of lines.values()) line.close()
    }
  }
}

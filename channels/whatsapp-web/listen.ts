import { findChromium } from './chromium.ts'
import { startFailure } from './failure.ts'
import { hold, type Care, type End } from './hold.ts'
import { settingsOf, type WhatsappWebListening } from './settings.ts'
import { pause } from './within.ts'

const second = 1000
const minute = 60 * second

/** How the listener waits, in milliseconds. */
export interface Calm extends Care {
  firstRetry: number
  longestRetry: number
  /** After WhatsApp refused us, or there is no browser. */
  refusedRetry: number
  /** Who listened before has two seconds to end, and to keep the session that is used here. */
  handOver: number
}

const calm: Calm = {
  beat: 15 * second,
  keep: [5 * second, minute, 5 * minute],
  lookAgain: 5 * minute,
  shown: minute,
  anew: 5 * minute,
  firstRetry: 2 * second,
  longestRetry: 5 * minute,
  refusedRetry: 10 * minute,
  handOver: 2.5 * second
}

/**
 * Holds the browser of one linked phone, until the signal aborts: a browser that ends or hangs is followed by another.
 * Never throws; what goes wrong is told by `health` and tried again.
 */
export async function listen(listening: WhatsappWebListening, given: Partial<Calm> = {}): Promise<void> {
  const waits = { ...calm, ...given }
  const { signal, health, account } = listening
  if (!settingsOf(account).risksUnderstood) {
    health('refused', 'Nothing is connected until the risks are confirmed in the settings.')
    return pause(2 ** 31 - 1, signal)
  }
  await pause(waits.handOver, signal)
  for (let attempt = 0; !signal.aborted; attempt++) {
    const end = await once(listening, waits)
    if (end.why === 'aborted' || signal.aborted) return
    if (end.wasUp) attempt = 0
    health(end.why === 'refused' ? 'refused' : 'down', end.detail)
    // Who was unlinked is shown the next code at once.
    if (end.why !== 'unlinked') await pause(waitAfter(end, attempt, waits), signal)
  }
}

async function once(listening: WhatsappWebListening, care: Care): Promise<End> {
  try {
    const chromium = await findChromium(settingsOf(listening.account), listening.signal)
    return await hold(listening, chromium, care)
  } catch (error) {
    const { refused, detail } = startFailure(error)
    return { why: refused ? 'refused' : 'down', detail, wasUp: false }
  }
}

/** Doubles with every attempt, less a random part: many phones must not come back in step. */
const waitAfter = ({ why }: End, attempt: number, { firstRetry, longestRetry, refusedRetry }: Calm) =>
  why === 'refused'
    ? refusedRetry
    : Math.min(longestRetry, firstRetry * 2 ** Math.min(attempt, 20)) * (0.5 + Math.random() / 2)

import type { Fields, Verb } from '../frame.ts'
import { pause as wait } from '../pause.ts'
import type { Run, Stage } from '../stage.ts'
import { pause } from '../verbs/pause.ts'
import { play } from '../verbs/play.ts'
import { say } from '../verbs/say.ts'
import { tag } from '../verbs/tag.ts'

/** All that may be done to somebody who waits; anything else ends the loop. */
const allowed: Record<string, Run> = { play, say, pause, tag, leave: () => Promise.resolve() }

export interface WaitLoop {
  hook: unknown
  payload: () => Fields
  /** Silence before each round. */
  gap: number
  /** Stops the music, for example because somebody joined. A round whose gap had begun still asks once: a trap. */
  music: AbortSignal
  /** Ends it at once. */
  stop: AbortSignal
}

/**
 * Asks the waitHook again and again and plays what it answers. An empty answer, an error or a timeout ends it for
 * good and leaves silence. Tells whether the caller asked to leave.
 */
export async function waitLoop(
  stage: Stage,
  { hook, payload, gap, music, stop }: WaitLoop
): Promise<boolean> {
  const signal = AbortSignal.any([music, stop])
  while (!music.aborted && (await wait(gap, stop))) {
    const verbs = await stage.ask('verb:hook', hook, payload())
    if (signal.aborted) return false
    if (!verbs?.length || !verbs.every(({ verb }) => verb in allowed)) {
      stage.leg.heard.add('silence')
      return false
    }
    if (await playList(stage, verbs, signal)) return true
  }
  return false
}

async function playList(stage: Stage, verbs: Verb[], signal: AbortSignal): Promise<boolean> {
  for (const verb of verbs) {
    if (signal.aborted) return false
    if (verb.verb === 'leave') return true
    await allowed[verb.verb]?.(stage, verb, signal)
  }
  return false
}

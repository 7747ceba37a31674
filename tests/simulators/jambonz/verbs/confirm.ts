import type { Verb } from '../frame.ts'
import type { Leg } from '../leg.ts'
import { Stage, type Run } from '../stage.ts'
import { gather } from './gather.ts'
import { pause } from './pause.ts'
import { play } from './play.ts'
import { say } from './say.ts'
import { tag } from './tag.ts'

const runs: Record<string, Run> = { gather, say, play, pause, tag }

/** All that the reply of a hook may contain in a confirm session. `play` is missing by a typo in 0.9.8. */
const keeps = ['config', 'gather', 'say', 'tag']

/**
 * Asks the called party whether it takes the call: the verbs of dial:confirm run on its leg, and if they leave it
 * connected it is bridged. The application hears of all this on the caller's line.
 */
export async function confirm(parent: Stage, leg: Leg, hook: unknown, signal: AbortSignal): Promise<boolean> {
  const stage = new Stage(parent.platform, parent.server, leg, parent.requestor)
  const verbs = await stage.ask('dial:confirm', hook, stage.about())
  if (!verbs) return false
  const gone = new AbortController()
  leg.once('ended', () => gone.abort('gone'))
  const stop = AbortSignal.any([signal, gone.signal])
  let stack: Verb[] = [...verbs]
  for (let verb = stack.shift(); verb && !stop.aborted; verb = stack.shift()) {
    if (verb.verb === 'hangup') return false
    const next = await runs[verb.verb]?.(stage, verb, stop)
    const kept = next?.filter((one) => keeps.includes(one.verb)) ?? []
    if (kept.length) stack = kept
  }
  return leg.answered && !stop.aborted
}

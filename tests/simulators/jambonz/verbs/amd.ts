import type { Fields, Verb } from '../frame.ts'
import type { Leg } from '../leg.ts'
import { pause } from '../pause.ts'
import type { Stage } from '../stage.ts'

/** How long a person says hello, and a machine its greeting. Not measured: what counts is the order. */
const decides = 300
const greeting = 1500

/** Answering machine detection: what answered is told to the hook in the field `type`; verbs of an ack go to `redirect`. */
export function detect(stage: Stage, answered: Leg, amd: Fields, redirect: (verbs: Verb[]) => void) {
  void (async () => {
    const machine = stage.platform.directory.isMachine(answered)
    for (const [after, type] of machine ? ofMachine : ofHuman) {
      await pause(after)
      if (answered.ended || stage.leg.ended) return
      const verbs = await stage.ask('verb:hook', amd['actionHook'], stage.about({ type }))
      if (verbs?.length) return redirect(verbs)
    }
  })()
}

const ofHuman = [[decides, 'amd_human_detected']] as const
const ofMachine = [
  [decides, 'amd_machine_detected'],
  [greeting, 'amd_machine_stopped_speaking']
] as const

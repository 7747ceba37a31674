import type { Interaction } from '@palabre/config/contract/interaction'

/** What closes with a message says of the ending. */
export interface Ending {
  dispositionId: string
  note?: string
}

/** What closing or finishing by itself says: a disposition may be missing, and wrap-up may be asked for. */
export interface Closing extends Partial<Ending> {
  wrapUp?: true
}

export type Asked =
  | { kind: 'close'; interaction: Interaction; sending?: (ending: Ending) => void }
  | { kind: 'transfer'; interaction: Interaction }
  | { kind: 'snooze'; interaction: Interaction }
  | { kind: 'merge'; interaction: Interaction }
  | { kind: 'consult'; interaction: Interaction }

/** Which question about an interaction is on screen. */
class Dialogs {
  asked = $state.raw<Asked | null>(null)

  ask(asked: Asked): void {
    this.asked = asked
  }
}

export const dialogs = new Dialogs()

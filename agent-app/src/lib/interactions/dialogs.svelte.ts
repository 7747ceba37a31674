import type { Interaction } from '@palabre/config/contract/interaction'

/** What closes with a message says of the ending. */
export interface Ending {
  dispositionId: string
  note?: string
}

export type Asked =
  | { kind: 'close'; interaction: Interaction; sending?: (ending: Ending) => void }
  | { kind: 'transfer'; interaction: Interaction }
  | { kind: 'snooze'; interaction: Interaction }
  | { kind: 'merge'; interaction: Interaction }

/** Which question about an interaction is on screen. */
class Dialogs {
  asked = $state.raw<Asked | null>(null)

  ask(asked: Asked): void {
    this.asked = asked
  }
}

export const dialogs = new Dialogs()

import type { Interaction } from '@palabre/config/contract/interaction'

/** What a supervisor may do about work that presses. */
export type PressingQuestion = 'assign' | 'move' | 'priority' | 'relax' | 'lend'

/** What is about to be done, in a dialog; to relax needs none. */
export type AskedQuestion =
  { kind: 'assign' | 'move' | 'priority'; interaction: Interaction } | { kind: 'lend'; queueId: string }

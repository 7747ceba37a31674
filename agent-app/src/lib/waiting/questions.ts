import type { Interaction } from '@palabre/config/contract/interaction'

/** What a supervisor is about to do with those who wait. */
export type Question =
  | { kind: 'move'; items: readonly Interaction[] }
  | { kind: 'priority'; items: readonly Interaction[] }
  | { kind: 'assign'; interaction: Interaction }

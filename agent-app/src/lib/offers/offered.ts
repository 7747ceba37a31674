import type { Interaction } from '@palabre/config/contract/interaction'

/** What the card of an offer is given, whatever is offered. */
export interface Offered {
  interaction: Interaction
  busy: boolean
  /** The one that the global keys take or give back. */
  oldest: boolean
  onaccept: () => void
  ondecline: (reason: string) => void
  onask: () => void
}

import { Type } from 'typebox'
import { Nullable, OneOf } from './define.ts'

/** Why somebody left a call, or never came into it, in words of ours. */
export const endCauses = ['hungUp', 'busy', 'declined', 'noAnswer', 'unreachable', 'failed'] as const
export type EndCause = (typeof endCauses)[number]

/** Why an attempt to call somebody back reached nobody. `machine`: something answered, and it was nobody. */
export const attemptCauses = [...endCauses, 'machine'] as const
export type AttemptCause = (typeof attemptCauses)[number]

/** How a party's part in a call ended. */
export const PartyEnd = Type.Object({
  cause: OneOf(endCauses),
  by: Nullable(OneOf(['party', 'us'])),
  sipStatus: Nullable(Type.Integer()),
  seconds: Type.Integer()
})

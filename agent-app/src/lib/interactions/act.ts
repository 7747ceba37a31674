import {
  acceptInteraction,
  assignInteraction,
  closeInteraction,
  consultOn,
  declineInteraction,
  endConsult,
  extendWrapUp,
  finishWrapUp,
  pickInteraction,
  prioritiseInteraction,
  snoozeInteraction,
  transferInteraction,
  type Interaction
} from '@palabre/config/contract/interaction'
import type { Requirement } from '@palabre/config/contract/routing'
import { call } from '../call.ts'
import { inbox } from '../inbox/inbox.svelte.ts'
import type { Closing } from './dialogs.svelte.ts'

/** Runs one action on an interaction and takes over the state that it answers. */
async function act(id: string, run: () => Promise<Interaction>): Promise<Interaction> {
  const interaction = await inbox.act(id, run)
  inbox.take(interaction)
  return interaction
}

/** @throws {Refusal} not-offered when the offer is gone meanwhile */
export const accept = ({ id, offer }: Interaction) =>
  act(id, () => call(acceptInteraction, { params: { id }, body: { offerId: offer?.id ?? '' } }))

/** @throws {Refusal} not-offered */
export const decline = ({ id, offer }: Interaction, reason: string) =>
  inbox.act(id, () =>
    call(declineInteraction, {
      params: { id },
      body: { offerId: offer?.id ?? '', reason: reason || undefined }
    })
  )

/** @throws {Refusal} wrong-state when somebody was faster, over-capacity, not-ready */
export const pick = (id: string) => act(id, () => call(pickInteraction, { params: { id } }))

/** Without an ending the wrap-up of the queue begins, or it is closed where there is none. */
export const close = (id: string, ending: Closing) =>
  act(id, () => call(closeInteraction, { params: { id }, body: ending }))

/** @throws {Refusal} disposition-required where the queue asks for one */
export const finish = (id: string, ending: Omit<Closing, 'wrapUp'>) =>
  act(id, () => call(finishWrapUp, { params: { id }, body: ending }))

export const extend = (id: string) => act(id, () => call(extendWrapUp, { params: { id } }))

export type Destination =
  { agentId: string } | { queueId: string } | { requirements: Requirement[]; queueId?: string }

/** @throws {Refusal} not-ready, over-capacity when the colleague cannot take it */
export const transfer = (id: string, to: Destination, note: string) =>
  act(id, () => call(transferInteraction, { params: { id }, body: { to, note: note || undefined } }))

/** Null wakes it. */
export const snooze = (id: string, until: Date | null) =>
  act(id, () => call(snoozeInteraction, { params: { id }, body: { until: until?.toISOString() ?? null } }))

/** @throws {Refusal} not-ready for a colleague who is away, already-exists for one who is asked already */
export const consult = (id: string, agentId: string, question: string) =>
  act(id, () => call(consultOn, { params: { id }, body: { agentId, question } }))

export const leaveConsult = (id: string, consultId: string) =>
  act(id, () => call(endConsult, { params: { id, consultId } }))

/** @throws {Refusal} changed-meanwhile, not-ready, over-capacity */
export const assign = ({ id, version }: Interaction, agentId: string) =>
  act(id, () => call(assignInteraction, { params: { id }, body: { agentId, version } }))

/** @throws {Refusal} changed-meanwhile, wrong-state for what does not wait */
export const prioritise = ({ id, version }: Interaction, priority: number) =>
  act(id, () => call(prioritiseInteraction, { params: { id }, body: { priority, version } }))

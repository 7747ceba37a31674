import {
  acceptInteraction,
  closeInteraction,
  declineInteraction,
  extendWrapUp,
  finishWrapUp,
  pickInteraction,
  snoozeInteraction,
  transferInteraction,
  type Interaction
} from '@palabre/config/contract/interaction'
import { call } from '../call.ts'
import { inbox } from '../inbox/inbox.svelte.ts'
import type { Ending } from './dialogs.svelte.ts'

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
export const close = (id: string, ending: Partial<Ending>) =>
  act(id, () => call(closeInteraction, { params: { id }, body: ending }))

export const finish = (id: string, ending: Ending) =>
  act(id, () => call(finishWrapUp, { params: { id }, body: ending }))

export const extend = (id: string) => act(id, () => call(extendWrapUp, { params: { id } }))

/** @throws {Refusal} not-ready, over-capacity when the colleague cannot take it */
export const transfer = (id: string, to: { agentId: string } | { queueId: string }, note: string) =>
  act(id, () => call(transferInteraction, { params: { id }, body: { to, note: note || undefined } }))

/** Null wakes it. */
export const snooze = (id: string, until: Date | null) =>
  act(id, () => call(snoozeInteraction, { params: { id }, body: { until: until?.toISOString() ?? null } }))

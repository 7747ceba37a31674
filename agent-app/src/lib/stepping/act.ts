import type { Interaction } from '@palabre/config/contract/interaction'
import type { Message } from '@palabre/config/contract/message'
import { takeOverInteraction, whisper } from '@palabre/config/contract/stepping'
import { call } from '../call.ts'
import { paragraphs } from '../composer/canned.ts'
import { draftOf, type Draft } from '../composer/draft.svelte.ts'
import { directory } from '../inbox/directory.svelte.ts'
import { inbox } from '../inbox/inbox.svelte.ts'
import { live } from '../live.svelte.ts'
import type { Writing } from '@palabre/config/contract/stepping'

/** An answer that was on its way when its work was taken over arrives within so long. */
const onItsWayMs = 15_000

/** Whom it would be taken from: who holds it, or is offered it. */
export const holderOf = ({ state, agentId, offer }: Interaction): string | null =>
  state === 'active' || state === 'wrapup' ? agentId : state === 'offered' ? (offer?.agentId ?? null) : null

/** @throws {Refusal} changed-meanwhile when somebody else holds it by now */
export const whisperTo = (id: string, agentId: string, text: string, clientId: string): Promise<Message> =>
  call(whisper, { params: { id }, body: { agentId, text, clientId } })

/**
 * Takes an interaction with what its agent was writing, which becomes the draft here; what was seen being written is
 * newer than what the hub kept. Tells whether there is a draft. `onsent`: it had left already, and the draft is empty.
 * @throws {Refusal} changed-meanwhile, over-capacity, not-ready, not-permitted, wrong-state
 */
export async function takeOver(
  { id, channel }: Pick<Interaction, 'id' | 'channel'>,
  given: { fromAgentId: string; reason: string },
  seen: Writing | null,
  onsent: () => void
): Promise<boolean> {
  const taken = await inbox.act(id, () => call(takeOverInteraction, { params: { id }, body: given }))
  inbox.take(taken)
  const draft = draftOf(id)
  await draft.load({ again: true })
  if (seen?.keptAt === null && seen.mode === 'reply' && seen.text !== draft.reply) {
    const isRich = directory.channel(channel)?.abilities.html === true
    // Of a mail only the words were seen: what the hub kept of its form is worth more.
    if (!isRich || !draft.reply) draft.put('reply', seen.text, isRich ? paragraphs(seen.text) : '')
  }
  if (draft.isEmpty) return false
  emptyIfSent(draft, given.fromAgentId, onsent)
  return true
}

/** The agent's answer was on its way: what is the same in the draft is not to be sent twice. */
function emptyIfSent(draft: Draft, agentId: string, onsent: () => void) {
  const handed = draft.text.trim()
  const stop = live.on('message.changed', ({ message }) => {
    if (message.interactionId !== draft.interactionId || message.kind !== 'out') return
    if (message.author.id !== agentId || !message.text.startsWith(handed)) return
    if (draft.text.trim() === handed) {
      draft.clear()
      onsent()
    }
    stop()
  })
  setTimeout(stop, onItsWayMs)
}

import type { ChannelKind } from '@palabre/config/contract/account'
import type { Message } from '@palabre/config/contract/message'

type Abilities = Pick<ChannelKind['abilities'], 'answers' | 'public'>
export type Audience = NonNullable<Message['audience']>

/** Whom an answer reaches: the message that it is for, and who reads it (null: the question does not arise). */
export interface Addressee {
  answered: Message | null
  audience: Audience | null
  /** It may be sent to everybody or to the customer alone. */
  canSwitch: boolean
}

/** The customer's last words, which an answer is for where nothing else is chosen. */
export const lastOf = (messages: readonly Message[]): Message | undefined =>
  messages.findLast(({ kind, automatic }) => kind === 'in' && automatic === null)

/** Everybody reads it: a customer's public message, or an answer of ours to one. */
export const standsInPublic = (message: Message | null): boolean =>
  message?.public !== undefined || message?.audience === 'public'

/**
 * @param answersId the message that was chosen, or that was the last one when the writing began: an answer that was begun
 * for one reader does not become public because something else came in
 */
export function addresseeOf(
  abilities: Abilities | undefined,
  messages: readonly Message[],
  { answersId, audience }: { answersId: string | null; audience: Audience | null }
): Addressee {
  const chosen = answersId === null ? undefined : messages.find(({ id }) => id === answersId)
  if (!abilities?.public) return { answered: chosen ?? null, audience: null, canSwitch: false }
  const answered = chosen ?? lastOf(messages) ?? null
  if (!standsInPublic(answered)) return { answered, audience: 'private', canSwitch: false }
  const canSwitch = abilities.public.privateAnswers
  return { answered, audience: canSwitch ? (audience ?? 'public') : 'public', canSwitch }
}

/** An answer can be for this message alone. */
export function mayBeAnswered(abilities: Abilities | undefined, message: Message): boolean {
  if (message.kind === 'note' || message.amended === 'removed') return false
  if (message.kind === 'in') return !!abilities?.answers || !!abilities?.public
  return !!abilities?.answers && ['sent', 'delivered', 'read'].includes(message.state)
}

import type { MessageTemplate } from '../channel.ts'
import { cleanLine } from '../clean-text.ts'

type State = Pick<MessageTemplate, 'state' | 'reason'>

/** Meta's states of a template. The others are of templates that may not be sent. */
const states: Partial<Record<string, State>> = {
  APPROVED: { state: 'approved' },
  // It has been complained of, and may be sent until Meta pauses it.
  FLAGGED: { state: 'approved', reason: 'Customers have complained about it: Meta may pause it.' },
  REINSTATED: { state: 'approved' },
  // It cannot be edited, which is nothing that sending minds.
  LOCKED: { state: 'approved' },
  PENDING: { state: 'pending' },
  IN_APPEAL: { state: 'pending', reason: 'Meta looks again at what it rejected.' },
  REJECTED: { state: 'rejected' },
  PAUSED: { state: 'paused', reason: 'Meta has paused it for a while, because customers did not like it.' },
  DISABLED: { state: 'disabled', reason: 'Meta has disabled it, because customers did not like it.' },
  PENDING_DELETION: { state: 'disabled', reason: 'It is being deleted at Meta.' },
  DELETED: { state: 'disabled', reason: 'It was deleted at Meta.' },
  ARCHIVED: { state: 'disabled', reason: 'It was archived at Meta.' },
  LIMIT_EXCEEDED: { state: 'disabled', reason: 'The business account has more templates than it may.' }
}

/** Why Meta rejects templates ("rejected_reason"). */
const rejections: Partial<Record<string, string>> = {
  ABUSIVE_CONTENT: 'Meta finds its content abusive, or against its policies.',
  CATEGORY_NOT_AVAILABLE: 'Meta has no such category for this business account.',
  INCORRECT_CATEGORY: 'It is of another category than it says.',
  TAG_CONTENT_MISMATCH: 'It is of another category, or in another language, than it says.',
  INVALID_FORMAT: 'Its form is wrong: a blank in the wrong place, an example that is missing.',
  PROMOTIONAL: 'Meta takes it for advertising, which its category is not for.',
  SCAM: 'Meta takes it for a fraud.'
}

const known = <T>(table: Partial<Record<string, T>>, key: string) =>
  Object.hasOwn(table, key) ? table[key] : undefined

/** What a state of Meta's means here, with the reason in plain words where there is one. */
export function stateOf(status: string, rejection: string | undefined): State {
  const state = known(states, status)
  if (!state) return { state: 'disabled', reason: `Meta calls its state ${cleanLine(status, 40)}.` }
  if (state.state !== 'rejected') return state
  const reason = known(rejections, rejection ?? '')
  return { ...state, reason: reason ?? 'Meta does not say why.' }
}

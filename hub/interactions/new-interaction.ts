import { Types } from 'mongoose'
import { relayGraceMs } from '../record/change.ts'
import { linesAfter, type Entry } from '../record/logged.ts'
import { standingOf, type InteractionDoc } from './interaction.model.ts'

type Given = Pick<
  InteractionDoc,
  | 'conversationId'
  | 'contactId'
  | 'contactName'
  | 'accountId'
  | 'channel'
  | 'medium'
  | 'queueId'
  | 'state'
  | 'address'
> &
  Partial<InteractionDoc>

/** An interaction that begins now, with these first lines of its story. */
export function newInteraction(given: Given, entries: Entry[], now: Date): InteractionDoc {
  const after = standingOf({ agentId: null, offer: null, ...given })
  const lines = linesAfter(
    0,
    entries.map((entry) => ({ ...entry, after })),
    now
  )
  return {
    _id: new Types.ObjectId(),
    version: 1,
    log: lines,
    logged: lines.length,
    relayed: 0,
    relayAt: new Date(now.getTime() + relayGraceMs),
    updatedAt: now,
    subject: null,
    preview: '',
    previewKind: 'in',
    lastMessageAt: now,
    unread: 0,
    priority: 0,
    requirements: [],
    agentId: null,
    offer: null,
    passedOver: [],
    sticky: null,
    preferredIds: [],
    forbiddenIds: [],
    suggestion: null,
    estimate: null,
    callback: null,
    consults: [],
    overflowed: [],
    queuedAt: now,
    acceptedAt: null,
    dueAt: null,
    windowUntil: null,
    waitingFor: 'agent',
    snoozedUntil: null,
    wrapUp: null,
    dispositionId: null,
    dispositionNote: '',
    rating: null,
    transfer: null,
    customerOnline: null,
    form: {},
    createdAt: now,
    closedAt: null,
    ...given
  }
}

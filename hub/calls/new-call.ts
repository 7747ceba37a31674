import { Types } from 'mongoose'
import { linesAfter, type Entry } from '../record/logged.ts'
import type { CallDoc } from './call.model.ts'

type Given = Pick<
  CallDoc,
  | 'accountId'
  | 'interactionId'
  | 'direction'
  | 'recordingRule'
  | 'number'
  | 'ourNumber'
  | 'name'
  | 'state'
  | 'parties'
>

/** A call that begins now. */
export function newCall(given: Given, entry: Entry, now: Date): CallDoc {
  const lines = linesAfter(0, [entry], now)
  return {
    _id: new Types.ObjectId(),
    version: 1,
    log: lines,
    logged: lines.length,
    relayed: 0,
    relayAt: now,
    updatedAt: now,
    findings: [],
    flow: null,
    into: null,
    startedAt: now,
    talkingSince: null,
    endedAt: null,
    endedBy: null,
    facts: null,
    suggestedAt: null,
    seenAt: now,
    ...given
  }
}

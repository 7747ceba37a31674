import { Types } from 'mongoose'
import type { Actor } from '../hub.ts'
import { AuditEntry } from './audit.model.ts'

/** Traces an action that changes no record with a log of its own; null: there is only one subject of the name. */
export async function traceAction(by: Actor, action: string, subject: string, subjectId: string | null) {
  await AuditEntry.create({
    key: new Types.ObjectId().toHexString(),
    at: new Date(),
    actorId: by.id,
    actorName: by.name,
    address: by.address,
    action,
    subject,
    subjectId,
    changes: {},
    outcome: 'done'
  })
}

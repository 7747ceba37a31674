import type { FastifyInstance } from 'fastify'
import { Types } from 'mongoose'
import { listAudit } from '@palabre/config/contract/user'
import type { Hub } from '../hub.ts'
import { serve } from '../plugins/serve.ts'
import { before, markOf } from '../paging.ts'
import { AuditEntry } from './audit.model.ts'

export function auditRoutes(app: FastifyInstance, hub: Hub) {
  serve(app, hub, listAudit, async ({ input }) => {
    const { action, actorId, subjectId, after, limit = 50 } = input.query
    const docs = await AuditEntry.find({
      ...(action && { action }),
      ...(actorId && { actorId }),
      ...(subjectId && { subjectId }),
      ...before('at', after)
    } as never)
      .sort({ at: -1, _id: -1 })
      .limit(limit + 1)
      .lean()
    const page = docs.slice(0, limit)
    const last = page[page.length - 1]
    return {
      items: page.map((doc) => ({
        id: doc._id.toHexString(),
        at: doc.at.toISOString(),
        actorId: doc.actorId && Types.ObjectId.isValid(doc.actorId) ? doc.actorId : null,
        actorName: doc.actorName,
        action: doc.action,
        subject: doc.subject,
        subjectId: doc.subjectId,
        changes: doc.changes,
        address: doc.address,
        outcome: doc.outcome
      })),
      ...(docs.length > limit && last && { next: markOf(last.at, last._id) })
    }
  })
}

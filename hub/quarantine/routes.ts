import type { FastifyInstance } from 'fastify'
import * as route from '@palabre/config/contract/account'
import { openFile } from '../attachments/store.ts'
import { AuditEntry } from '../audit/audit.model.ts'
import type { Hub } from '../hub.ts'
import { serve } from '../plugins/serve.ts'
import { found } from '../refuse.ts'
import { Quarantine } from './quarantine.ts'

export function quarantineRoutes(app: FastifyInstance, hub: Hub) {
  serve(app, hub, route.listQuarantine, async () => {
    const docs = await Quarantine.find({ dismissed: false }).sort({ at: -1 }).limit(200).lean()
    return {
      items: docs.map(({ _id, accountId, accountName, reason, size, at }) => ({
        id: _id.toHexString(),
        accountId: accountId.toHexString(),
        accountName,
        reason,
        size,
        at: at.toISOString()
      }))
    }
  })

  serve(app, hub, route.readQuarantined, async ({ input, reply }) => {
    const { fileId } = found(await Quarantine.findById(input.params.id).lean())
    return reply
      .header('content-type', 'application/octet-stream')
      .header('content-disposition', 'attachment; filename="quarantined.eml"')
      .send(openFile(fileId))
  })

  serve(app, hub, route.dismissQuarantined, async ({ input, who, request }) => {
    const doc = found(await Quarantine.findByIdAndUpdate(input.params.id, { dismissed: true }).lean())
    await AuditEntry.updateOne(
      { key: `quarantine:${doc._id.toHexString()}` },
      {
        $setOnInsert: {
          at: new Date(),
          actorId: who.userId.toHexString(),
          actorName: who.name,
          address: request.ip,
          action: 'quarantine.dismiss',
          subject: 'quarantine',
          subjectId: doc._id.toHexString(),
          changes: {},
          outcome: 'done'
        }
      },
      { upsert: true }
    )
    return { ok: true as const }
  })
}

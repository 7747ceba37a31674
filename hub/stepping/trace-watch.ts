import { Types } from 'mongoose'
import { floorOf } from '../agents/floor.ts'
import { AuditEntry } from '../audit/audit.model.ts'
import type { Hub } from '../hub.ts'
import { idText } from '../wire.ts'
import type { WatchDoc } from './watch.model.ts'

/** Puts into the audit trail that somebody began or ended to look at an agent's work, whose, and for how long. */
export async function traceWatch(
  hub: Hub,
  step: 'begin' | 'end',
  watch: WatchDoc,
  at = new Date()
): Promise<void> {
  const agentId = idText(watch.agentId)
  const agent = agentId === null ? undefined : (await floorOf(hub)).agents.get(agentId)
  await AuditEntry.create({
    key: new Types.ObjectId().toHexString(),
    at,
    actorId: watch.userId,
    actorName: watch.userName,
    address: watch.address,
    action: step === 'begin' ? 'interaction.watch' : 'interaction.unwatch',
    subject: 'interaction',
    subjectId: watch.interactionId.toHexString(),
    changes: {
      agentId,
      agentName: agent?.name ?? null,
      ...(step === 'end' && { seconds: Math.round((at.getTime() - watch.since.getTime()) / 1000) })
    },
    outcome: 'done'
  })
}

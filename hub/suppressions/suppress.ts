import { Types, type AnyBulkWriteOperation } from 'mongoose'
import {
  suppressionReasons,
  type SuppressionKind,
  type SuppressionReason
} from '@palabre/config/contract/suppression'
import type { Hub } from '../hub.ts'
import { canonicalAddress, markOf } from './mark.ts'
import { Suppression } from './suppression.model.ts'

/** An address that gets nothing any more. `purposeId` null: whatever the purpose. */
export interface Suppressing {
  kind: SuppressionKind
  address: string
  purposeId: string | null
  reason: SuppressionReason
  note?: string
  byName?: string
  at?: Date
}

const duplicateKey = 11000

/**
 * Suppresses addresses; of two reasons for one address the weightier stays, so a repeat has no effect. An erasure
 * keeps no address. Returns how many were not there before; what is no address is passed over.
 */
export async function suppress(hub: Hub, given: readonly Suppressing[]): Promise<number> {
  const writes = given.flatMap((one) => writesOf(hub, one))
  if (writes.length === 0) return 0
  for (;;) {
    try {
      const { upsertedCount } = await Suppression.collection.bulkWrite(writes as never, { ordered: true })
      if (upsertedCount > 0) tellSuppressions(hub)
      return upsertedCount
    } catch (error) {
      // Somebody else has just put the same one there; the second time it is found.
      if ((error as { code?: number }).code !== duplicateKey) throw error
    }
  }
}

function writesOf(hub: Hub, { kind, address, purposeId, reason, note = '', byName = '', at }: Suppressing) {
  const canonical = canonicalAddress(kind, address)
  if (canonical === null) return []
  const key = { mark: markOf(hub, kind, canonical), purposeId: purposeId ?? '' }
  const weight = suppressionReasons.indexOf(reason)
  const fields = {
    kind,
    address: reason === 'erasure' ? null : canonical,
    reason,
    weight,
    note,
    byName,
    at: at ?? new Date()
  }
  const writes: AnyBulkWriteOperation[] = [
    {
      updateOne: {
        filter: key,
        update: { $setOnInsert: { _id: new Types.ObjectId(), ...fields } },
        upsert: true
      }
    },
    { updateOne: { filter: { ...key, weight: { $gt: weight } }, update: { $set: fields } } }
  ]
  return writes
}

/** Tells screens that the list is another one now. */
export const tellSuppressions = (hub: Hub) => {
  hub.stream.publish({ name: 'suppression.changed', payload: {}, topics: ['audience'] })
}

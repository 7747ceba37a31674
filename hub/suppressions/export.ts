import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { stringify } from 'csv-stringify'
import { traceAction } from '../audit/trace.ts'
import type { Actor } from '../hub.ts'
import { guardCell } from '../imports/formula.ts'
import { Suppression, type SuppressionDoc } from './suppression.model.ts'

/** Streams every address that is suppressed, as CSV that can be imported again. */
export async function exportSuppressions(by: Actor, reply: FastifyReply): Promise<FastifyReply> {
  await traceAction(by, 'suppression.export', 'suppression', null)
  const rows = Readable.from(rowsOf())
  const csv = stringify({
    header: true,
    bom: true,
    columns: ['kind', 'address', 'purpose', 'reason', 'note', 'at']
  })
  rows.on('error', (error) => csv.destroy(error))
  return reply
    .header('content-type', 'text/csv; charset=utf-8')
    .header('content-disposition', 'attachment; filename="suppressions.csv"')
    .header('x-content-type-options', 'nosniff')
    .header('cache-control', 'no-store')
    .send(rows.pipe(csv))
}

async function* rowsOf(): AsyncGenerator<string[]> {
  const docs = Suppression.find({ address: { $type: 'string' } })
    .sort({ _id: 1 })
    .lean()
    .cursor()
  for await (const { kind, address, purposeId, reason, note, at } of docs as AsyncIterable<SuppressionDoc>)
    yield [kind, address ?? '', purposeId, reason, note, at.toISOString()].map(guardCell)
}

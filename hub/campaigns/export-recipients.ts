import type { FastifyReply } from 'fastify'
import type { exportRecipients } from '@palabre/config/contract/campaign'
import type { Input } from '@palabre/config/contract/define'
import { say, type Locale } from '@palabre/config/i18n/catalogue'
import { campaignResults } from '@palabre/config/i18n/words/campaign-results'
import { traceAction } from '../audit/trace.ts'
import type { Actor, Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import type { CampaignDoc } from './campaign.model.ts'
import { sendCsv, sendWorkbook, type Cell, type Table } from './export-file.ts'
import { Recipient, type RecipientDoc } from './recipient.model.ts'

/** A workbook is made in memory. */
const mostInWorkbook = 50_000

/** The recipients of a campaign as a file, by address. Refuses `too-large` for a workbook of more than 50,000. */
export async function exportRecipientsOf(
  hub: Hub,
  by: Actor,
  campaign: CampaignDoc,
  { format = 'csv', state, domain, lang = 'en' }: Input<typeof exportRecipients>['query'],
  reply: FastifyReply
): Promise<FastifyReply> {
  const asked = {
    campaignId: campaign._id,
    ...(state !== undefined && { state }),
    ...(domain !== undefined && { domain })
  }
  if (format === 'xlsx' && (await isMoreThan(asked, mostInWorkbook)))
    return refuse('too-large', 'A workbook holds 50,000 recipients at most; take them as CSV')
  await traceAction(by, 'campaign.exportRecipients', 'campaign', campaign._id.toHexString())
  const table = recipientTable(campaign, lang, asked)
  return format === 'csv'
    ? sendCsv(hub, reply, `${campaign.name} - ${table.name}`, lang, table)
    : sendWorkbook(reply, `${campaign.name} - ${table.name}`, campaign.timeZone, [table])
}

const isMoreThan = async (asked: object, most: number): Promise<boolean> =>
  (await Recipient.countDocuments(asked as never, { limit: most + 1 })) > most

function recipientTable({ message, tracking }: CampaignDoc, lang: Locale, asked: object): Table {
  const words = campaignResults[lang]
  const subjects = new Map(message?.subjects.map(({ id, subject }) => [id, subject]))
  const head = [
    words['column-address'],
    words['column-name'],
    words['column-state'],
    words['column-reason'],
    words['column-subject'],
    words['column-attempts'],
    words['column-sent'],
    words['column-delivered'],
    words['column-read'],
    ...(tracking.opens ? [words['column-opened']] : []),
    words['column-clicked'],
    words['column-replied'],
    words['column-bounced'],
    words['column-complained'],
    words['column-unsubscribed']
  ]
  const rowOf = (doc: RecipientDoc): Cell[] => [
    doc.address,
    doc.name,
    say(lang, words[`state-${doc.state}`]),
    doc.reason,
    doc.variant === null ? null : (subjects.get(doc.variant) ?? doc.variant),
    doc.attempts,
    doc.sentAt,
    doc.deliveredAt ?? null,
    doc.readAt ?? null,
    ...(tracking.opens ? [doc.openedAt] : []),
    doc.clickedAt,
    doc.repliedAt,
    doc.bouncedAt,
    doc.complainedAt,
    doc.unsubscribedAt
  ]
  return { name: words['sheet-recipients'], head, rows: rowsOf(asked, rowOf) }
}

async function* rowsOf(asked: object, rowOf: (doc: RecipientDoc) => Cell[]): AsyncGenerator<Cell[]> {
  const docs = Recipient.find(asked as never, { data: 0, links: 0 })
    .sort({ address: 1 })
    // In the order of an index: what is streamed is not sorted in memory before.
    .hint({ campaignId: 1, address: 1 })
    .lean()
    .cursor({ batchSize: 1000 })
  for await (const doc of docs as AsyncIterable<RecipientDoc>) yield rowOf(doc)
}

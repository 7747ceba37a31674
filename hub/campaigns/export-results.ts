import type { FastifyReply } from 'fastify'
import type { exportResults, readResults } from '@palabre/config/contract/campaign'
import type { Input, Reply } from '@palabre/config/contract/define'
import type { Locale } from '@palabre/config/i18n/catalogue'
import { campaignResults } from '@palabre/config/i18n/words/campaign-results'
import { traceAction } from '../audit/trace.ts'
import type { Actor, Hub } from '../hub.ts'
import type { CampaignDoc } from './campaign.model.ts'
import { sendCsv, sendWorkbook, type Cell, type Table } from './export-file.ts'
import { resultsOf } from './results.ts'
import { measures, type Measure } from './tally.model.ts'

type Results = Reply<typeof readResults>
/** A row of any of the tables: what it is about, and what was counted of that. */
interface Counted {
  key: Cell
  detail?: Cell
  counts: Partial<Record<Measure, number>>
}
interface Part {
  name: 'counts' | 'domains' | 'subjects' | 'links' | 'slots'
  measures: readonly Measure[]
  rows: Counted[]
}

const ofParts = [
  'recipients',
  'sent',
  'delivered',
  'read',
  'deferred',
  'failed',
  'hardBounces',
  'softBounces',
  'complaints',
  'unsubscribes',
  'opened',
  'clicked'
] as const satisfies readonly Measure[]
const ofSlots = [
  'sent',
  'delivered',
  'read',
  'failed',
  'opened',
  'clicked',
  'unsubscribes',
  'complaints',
  'hardBounces'
] as const satisfies readonly Measure[]

/**
 * What became of a campaign as a file: a workbook with a sheet for each part, or one CSV in which every line says which
 * part it is of.
 */
export async function exportResultsOf(
  hub: Hub,
  by: Actor,
  campaign: CampaignDoc,
  { format = 'csv', lang = 'en' }: Input<typeof exportResults>['query'],
  reply: FastifyReply
): Promise<FastifyReply> {
  await traceAction(by, 'campaign.exportResults', 'campaign', campaign._id.toHexString())
  const parts = partsOf(campaign, await resultsOf(campaign))
  const name = `${campaign.name} - ${campaignResults[lang]['sheet-counts']}`
  return format === 'csv'
    ? sendCsv(hub, reply, name, lang, oneTable(parts, lang))
    : sendWorkbook(
        reply,
        name,
        campaign.timeZone,
        parts.map((part) => sheetOf(part, lang))
      )
}

function partsOf(
  { message, name }: CampaignDoc,
  { counts, domains, subjects, links, slots }: Results
): Part[] {
  const subjectOf = new Map(message?.subjects.map(({ id, subject }) => [id, subject]))
  return [
    { name: 'counts', measures, rows: [{ key: name, counts }] },
    { name: 'domains', measures: ofParts, rows: domains.map(({ key, ...rest }) => ({ key, counts: rest })) },
    {
      name: 'subjects',
      measures: ofParts,
      rows: subjects.map(({ key, ...rest }) => ({ key, detail: subjectOf.get(key) ?? null, counts: rest }))
    },
    {
      name: 'links',
      measures: ['clicked', 'clicks'],
      rows: links.map(({ target, label, clicks, clicked }) => ({
        key: target,
        detail: label,
        counts: { clicks, clicked }
      }))
    },
    {
      name: 'slots',
      measures: ofSlots,
      rows: slots.map(({ from, ...rest }) => ({ key: new Date(from), counts: rest }))
    }
  ]
}

function sheetOf({ name, measures: shown, rows }: Part, lang: Locale): Table {
  const words = campaignResults[lang]
  const hasDetail = rows.some(({ detail }) => detail !== undefined)
  return {
    name: words[`sheet-${name}`],
    head: [
      words[`key-${name}`],
      ...(hasDetail ? [words['column-detail']] : []),
      ...shown.map((measure) => words[`count-${measure}`])
    ],
    rows: rows.map(({ key, detail = null, counts }) => [
      key,
      ...(hasDetail ? [detail] : []),
      ...shown.map((measure) => counts[measure] ?? null)
    ])
  }
}

function oneTable(parts: readonly Part[], lang: Locale): Table {
  const words = campaignResults[lang]
  return {
    name: words['sheet-counts'],
    head: [
      words['column-part'],
      words['column-key'],
      words['column-detail'],
      ...measures.map((measure) => words[`count-${measure}`])
    ],
    rows: parts.flatMap(({ name, measures: shown, rows }) =>
      rows.map(({ key, detail = null, counts }) => [
        words[`sheet-${name}`],
        key,
        detail,
        ...measures.map((measure) =>
          (shown as readonly Measure[]).includes(measure) ? (counts[measure] ?? 0) : null
        )
      ])
    )
  }
}

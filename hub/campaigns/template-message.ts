import type { FilledTemplate } from '@palabre/channels/channel'
import type { BulkTemplate } from '@palabre/channels/bulk'
import type { CampaignTemplate } from '@palabre/config/contract/campaign'
import { refuse } from '../refuse.ts'
import type { TemplateDoc } from '../templates/template.model.ts'
import { readOrRefuse } from './liquid.ts'
import { contactOf, pageAt, type Filling } from './message.ts'

/** A template of a platform, kept as it is. */
export type ApprovedTemplate = Pick<
  TemplateDoc,
  'externalId' | 'name' | 'language' | 'category' | 'header' | 'body' | 'footer' | 'buttons' | 'variables'
>

export const approvedOf = ({
  externalId,
  name,
  language,
  category,
  header,
  body,
  footer,
  buttons,
  variables
}: TemplateDoc): ApprovedTemplate => ({
  externalId,
  name,
  language,
  category,
  body,
  buttons,
  variables,
  ...(header && { header }),
  ...(footer !== undefined && { footer })
})

/** Where the platform fetches the file from that a template begins with: a blank that is no blank of its own. */
export const fileKey = 'header.link'

/** Fills the blanks of a template for a recipient. */
export interface BlankWriter {
  /** What is filled in, and the blanks that stay empty. Throws LiquidError past its limits. */
  fill(recipient: Filling): FilledBlanks
  /** What its values take from outside, ours left out. */
  names: string[]
}

interface FilledBlanks {
  template: FilledTemplate
  file?: BulkTemplate['file']
  /** Keys of what nothing was found for. */
  empty: string[]
}

interface Parts {
  approved: ApprovedTemplate
  given: CampaignTemplate
  campaignName: string
}

/** Reads what is to be filled in once. Refuses `invalid-input` where it is wrong, or for a blank that is not there. */
export function blankWriterOf({ approved, given, campaignName }: Parts): BlankWriter {
  const kind = fileKindOf(approved)
  const keys = [...approved.variables.map(({ key }) => key), ...(kind === null ? [] : [fileKey])]
  const unknown = Object.keys(given.values).find((key) => !keys.includes(key))
  if (unknown !== undefined)
    return refuse('invalid-input', undefined, [
      { path: `template/values/${unknown}`, message: 'is no blank of this template' }
    ])
  const blanks = keys.map((key) => ({
    key,
    value: readOrRefuse(
      Object.hasOwn(given.values, key) ? (given.values[key] ?? '') : '',
      'words',
      `template/values/${key}`
    )
  }))
  const { externalId, name, language } = approved
  return {
    names: [...new Set(blanks.flatMap(({ value }) => value.names))].filter((one) => one !== 'campaign.name'),
    fill(recipient) {
      const variables = {
        contact: contactOf(recipient, { phone: phoneOf(recipient.address) }, given.fallbacks ?? {}),
        campaign: { name: campaignName }
      }
      const values: Record<string, string> = {}
      for (const { key, value } of blanks) {
        const written = value.write(variables)
        values[key] = key.startsWith('button.') ? written.trim().replace(/\s+/g, '%20') : cleanValue(written)
      }
      const link = pageAt(values[fileKey] ?? '')
      const empty = keys.filter((key) => (key === fileKey ? link === null : values[key] === ''))
      const filled = Object.fromEntries(
        Object.entries(values).filter(([key, value]) => key !== fileKey && value !== '')
      )
      return {
        template: { externalId, name, language, values: filled },
        ...(kind !== null && link !== null && { file: { kind, link } }),
        empty
      }
    }
  }
}

/** Of which kind the file is that a template begins with; null: it begins with none. */
export const fileKindOf = ({ header }: Pick<ApprovedTemplate, 'header'>) =>
  header && header.kind !== 'text' ? header.kind : null

/** Platforms refuse a whole message for a line break, a tab, or five spaces in a row. */
export const cleanValue = (text: string): string =>
  text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/ {5,}/g, '    ')
    .trim()

const phoneOf = (address: string) => (/^\d+$/.test(address) ? `+${address}` : '')

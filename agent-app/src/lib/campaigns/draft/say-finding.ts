import type { CampaignFinding } from '@palabre/config/contract/campaign'
import { format, t, type WordKey } from '../../words.svelte.ts'

type Kind = CampaignFinding['kind']

/** Words of a kind that has several, by what its figures say. */
function variantOf({ kind, figures }: CampaignFinding): string | null {
  const { what, trait, form } = figures
  if (kind === 'spam-trait') return String(trait)
  if (kind === 'no-unsubscribe') return String(form)
  if (kind === 'spf' || kind === 'dkim' || kind === 'dmarc' || kind === 'link-not-followed')
    return String(what)
  if (kind === 'template-category') return figures['purpose'] === '' ? 'none' : null
  return null
}

/** Of templates: their words stand with the words of templates. */
const ofTemplates = new Set<Kind>([
  'account-refused',
  'no-template',
  'template',
  'template-category',
  'template-language',
  'blank-empty',
  'no-file',
  'tier'
])

/** What was found, in a sentence. */
export function sayFinding(found: CampaignFinding): string {
  const variant = variantOf(found)
  const noun = ofTemplates.has(found.kind) ? 'campaignTemplate' : 'campaign'
  const key = `${noun}.finding-${found.kind}${variant === null ? '' : `-${variant}`}` as WordKey
  const { bytes, limit, target } = found.figures
  return t(key, {
    ...found.figures,
    ...(typeof bytes === 'number' && { bytes: format.bytes(bytes) }),
    ...(typeof limit === 'number' && { limit: format.bytes(limit) }),
    ...(typeof target === 'string' && { target: target.slice(0, 160) })
  })
}

/** What helps against it, where that is not plain. */
export function sayRemedy({ kind, severity }: CampaignFinding): string | null {
  const key = remedies[kind]
  return key && severity !== 'notice' ? t(key) : null
}
const remedies: Partial<Record<Kind, WordKey>> = {
  'no-unsubscribe': 'campaign.remedy-unsubscribe',
  clipped: 'campaign.remedy-clipped',
  'missing-value': 'campaign.remedy-missing-value',
  spf: 'campaign.remedy-dns',
  dkim: 'campaign.remedy-dkim',
  dmarc: 'campaign.remedy-dns'
}

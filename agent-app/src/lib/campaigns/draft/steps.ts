import type { CampaignFields, CampaignFinding } from '@palabre/config/contract/campaign'

/** The parts of a draft, in their order on its page. */
export const steps = ['settings', 'audience', 'message', 'sending', 'checks'] as const
export type Step = (typeof steps)[number]

const hasMessage = ({ channel, message, template }: CampaignFields): boolean =>
  channel === 'whatsapp'
    ? template !== null
    : message !== null &&
      message.mjml.trim() !== '' &&
      message.subjects.every(({ subject }) => subject.trim() !== '')

/** What has been said enough of to be launched; checks have their own answer. */
export const isFilled = (fields: CampaignFields): Record<Exclude<Step, 'checks'>, boolean> => ({
  settings: fields.name.trim() !== '' && fields.accountId !== '',
  audience: (fields.audience?.listIds.length ?? 0) + (fields.audience?.segmentIds.length ?? 0) > 0,
  message: hasMessage(fields),
  sending: true
})

const places: Partial<Record<CampaignFinding['kind'], Step>> = {
  'no-account': 'settings',
  'account-not-ready': 'settings',
  'account-refused': 'settings',
  'no-audience': 'audience',
  'no-recipients': 'audience',
  'not-counted-out': 'audience',
  suppressed: 'audience',
  'without-consent': 'audience',
  'without-address': 'audience',
  tier: 'audience',
  'template-category': 'settings'
}
/** What is mended elsewhere: at the account's page, in the DNS, by whoever runs the machine. */
const outside = new Set<CampaignFinding['kind']>(['spf', 'dkim', 'dmarc', 'no-public-address'])

/** Where a finding is mended; null: not on this page. */
export const stepOf = ({ kind }: Pick<CampaignFinding, 'kind'>): Step | null =>
  outside.has(kind) ? null : (places[kind] ?? 'message')

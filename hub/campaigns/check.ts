import type { CampaignFinding, checkCampaign } from '@palabre/config/contract/campaign'
import type { Reply } from '@palabre/config/contract/define'
import { channelNamed } from '@palabre/channels/registry'
import { accountOf } from '../accounts/accounts.ts'
import { audienceOf, type Reached } from '../audiences/audience.ts'
import { countAudience } from '../audiences/count.ts'
import type { Hub } from '../hub.ts'
import type { CampaignDoc } from './campaign.model.ts'
import { checkMail } from './check-mail.ts'
import { checkTemplate, checkTier } from './check-template.ts'
import { resolverAt, type LookUpText } from './domain-records.ts'
import { finding } from './finding.ts'
import { selectionOf } from './prepare.ts'

type Checked = Reply<typeof checkCampaign>
type Audience = Checked['audience']

/** What was found of what a campaign says, and what is asked of everybody whom it is for. */
export interface Words {
  findings: CampaignFinding[]
  /** Variables that a contact has to have something for. */
  names: readonly string[]
  fallbacks: Record<string, string>
  /** What is to be counted of everybody besides. */
  others: { language: string } | null
}

/** Audiences are looked at as far as this for variables without a value. */
const looked = 20_000
/** Counting is broken off after this time. */
const patienceMs = 20_000

/** What is to be said of a campaign before it is launched. Sends nothing, and asks nobody but the DNS. */
export async function checkCampaignOf(
  hub: Hub,
  campaign: CampaignDoc,
  lookUp: LookUpText = resolverAt(hub.env.DNS_SERVER)
): Promise<Checked> {
  const findings: CampaignFinding[] = []
  const account = await accountOf(hub, campaign.accountId.toHexString())
  if (!account || account.archived) findings.push(finding('blocking', 'no-account'))
  else if (account.paused || account.settings['smtpHost'] === '')
    findings.push(finding('blocking', 'account-not-ready', { name: account.name }))
  const carriesTemplates = account !== null && channelNamed(account.channel).bulkTemplates !== undefined
  const words = carriesTemplates
    ? await checkTemplate(hub, campaign, account)
    : await checkMail(hub, campaign, account, lookUp)
  findings.push(...words.findings)
  const audience = await checkAudience(hub, campaign, words, findings)
  if (carriesTemplates) findings.push(...(await checkTier(account, audience.reachable)))
  return { findings: findings.sort((a, b) => rank[a.severity] - rank[b.severity]), audience }
}

const rank = { blocking: 0, warning: 1, notice: 2 }

async function checkAudience(
  hub: Hub,
  campaign: CampaignDoc,
  words: Words,
  findings: CampaignFinding[]
): Promise<Audience> {
  const selection = selectionOf(campaign)
  if (!selection || selection.listIds.length + selection.segmentIds.length === 0) {
    findings.push(finding('blocking', 'no-audience'))
    return { contacts: 0, reachable: 0, withoutAddress: 0, suppressed: 0, withoutConsent: 0 }
  }
  const { exact, ...audience } = await countAudience(hub, selection, patienceMs)
  if (!exact) findings.push(finding('notice', 'not-counted-out', { counted: audience.contacts }))
  const look = lookingFor(words)
  for await (const people of audienceOf(hub, selection, { batch: 1000 })) {
    for (const one of people) look.at(one)
    if (look.seen >= looked) break
  }
  if (audience.reachable === 0) findings.push(finding('blocking', 'no-recipients'))
  const left = {
    suppressed: audience.suppressed,
    'without-consent': audience.withoutConsent,
    'without-address': audience.withoutAddress
  }
  for (const [kind, count] of Object.entries(left))
    if (count > 0) findings.push(finding('notice', kind as keyof typeof left, { count }))
  findings.push(...look.findings())
  return audience
}

/** Counts who has nothing for a variable, and who reads another language. */
function lookingFor({ names, fallbacks, others }: Words) {
  const missing = new Map<string, number>()
  const baseOf = (language: string) => language.toLowerCase().split(/[-_]/)[0]
  let foreign = 0
  let seen = 0
  return {
    get seen() {
      return seen
    },
    at({ attributes, locale }: Reached) {
      seen++
      if (others && locale !== null && baseOf(locale) !== baseOf(others.language)) foreign++
      for (const name of names)
        if (!attributes[name.slice('contact.'.length)]?.trim() && !fallbacks[name]?.trim())
          missing.set(name, (missing.get(name) ?? 0) + 1)
    },
    findings: () => [
      ...[...missing].map(([name, count]) => finding('warning', 'missing-value', { name, count, of: seen })),
      ...(others && foreign > 0
        ? [
            finding('notice', 'template-language', {
              language: others.language,
              count: foreign,
              of: seen
            })
          ]
        : [])
    ]
  }
}

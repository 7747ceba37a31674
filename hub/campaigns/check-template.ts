import type { CampaignFinding } from '@palabre/config/contract/campaign'
import type { AccountDoc } from '../accounts/account.model.ts'
import { Purpose, type PurposeDoc } from '../consents/purpose.model.ts'
import type { Hub } from '../hub.ts'
import type { CampaignDoc } from './campaign.model.ts'
import { wrongIn } from './check-mail.ts'
import type { Words } from './check.ts'
import { campaignNow } from './clock.ts'
import { finding } from './finding.ts'
import { templateDraft } from './preview-template.ts'
import { reachedLately } from './reached-lately.ts'
import { senderOf } from './sender.model.ts'
import { fileKey, fileKindOf } from './template-message.ts'

const namesOfAll = new Set(['contact.name', 'contact.first_name', 'contact.phone', 'contact.locale'])

/** What is to be said of a template and of what is filled into it. */
export async function checkTemplate(hub: Hub, campaign: CampaignDoc, account: AccountDoc): Promise<Words> {
  const nothing: Words = { findings: [], names: [], fallbacks: {}, others: null }
  const red =
    account.health.state === 'refused'
      ? [finding('blocking', 'account-refused', { name: account.name, detail: account.health.detail })]
      : []
  if (!campaign.template) return { ...nothing, findings: [...red, finding('blocking', 'no-template')] }
  try {
    const { doc, writer } = await templateDraft(campaign)
    const { values } = campaign.template
    const findings = [...red, ...(await categoryAgainstPurpose(doc, campaign))]
    if (doc.state !== 'approved')
      findings.push(
        finding('blocking', 'template', { name: doc.name, state: doc.state, reason: doc.reason ?? '' })
      )
    for (const { key } of doc.variables)
      if (!values[key]?.trim()) findings.push(finding('blocking', 'blank-empty', { key }))
    const kind = fileKindOf(doc)
    if (kind !== null && !values[fileKey]?.trim()) findings.push(finding('blocking', 'no-file', { kind }))
    const names = writer.names
    for (const name of names)
      if (!/^contact\.[\w-]+$/.test(name)) findings.push(finding('warning', 'unknown-variable', { name }))
    return {
      findings,
      names: names.filter((name) => name.startsWith('contact.') && !namesOfAll.has(name)),
      fallbacks: campaign.template.fallbacks ?? {},
      others: { language: doc.language }
    }
  } catch (error) {
    return { ...nothing, findings: [...red, wrongIn(error)] }
  }
}

/** Advertising asks for consent; a code to sign in with is nothing for a campaign. */
async function categoryAgainstPurpose(
  { category }: { category: string },
  { purposeId }: Pick<CampaignDoc, 'purposeId'>
): Promise<CampaignFinding[]> {
  const purpose = purposeId && ((await Purpose.findById(purposeId).lean()) as PurposeDoc | null)
  const said = category.toLowerCase()
  const figures = { category: said, purpose: purpose?.name ?? '' }
  if (said === 'authentication') return [finding('blocking', 'template-category', figures)]
  if (said === 'marketing' && purpose?.asks !== 'consent')
    return [finding('warning', 'template-category', figures)]
  return said === 'utility' && purpose?.asks === 'consent'
    ? [finding('notice', 'template-category', figures)]
    : []
}

/** Says how long it takes when the account may not write to so many people in a day. */
export async function checkTier(account: AccountDoc, people: number): Promise<CampaignFinding[]> {
  const { tier } = await senderOf(account)
  if (tier === null || people === 0) return []
  const now = campaignNow()
  const reached = (await reachedLately(account._id, now)).count(now)
  const room = Math.max(0, tier - reached)
  if (people <= room) return []
  const days = 1 + Math.ceil((people - room) / tier)
  return [finding('warning', 'tier', { tier, reached, count: people, days })]
}

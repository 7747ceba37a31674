import { Types } from 'mongoose'
import type { CampaignFinding } from '@palabre/config/contract/campaign'
import { openAccount, type AccountDoc } from '../accounts/account.model.ts'
import type { Hub } from '../hub.ts'
import { publicBase } from '../public-base.ts'
import { Refusal } from '../refuse.ts'
import type { CampaignDoc } from './campaign.model.ts'
import type { Words } from './check.ts'
import { checkDomain, type LookUpText } from './domain-records.ts'
import { finding } from './finding.ts'
import { faultOf } from './liquid.ts'
import { pageAt, type Writer } from './message.ts'
import { draftWriter, fillingOf } from './preview.ts'
import { addressesFor, bulkDoorOf } from './running.ts'
import { senderFor, signingKeyOf } from './sender.model.ts'
import { traitsOf } from './spam-traits.ts'

/** Gmail shows no more of a mail than this and hides the rest behind a link. */
const clippedBytes = 102 * 1024
const namesOfAll = new Set(['contact.name', 'contact.first_name', 'contact.email', 'contact.locale'])

/** What is to be said of a mail, and of the domain that it comes from. */
export async function checkMail(
  hub: Hub,
  campaign: CampaignDoc,
  account: AccountDoc | null,
  lookUp: LookUpText
): Promise<Words> {
  const findings: CampaignFinding[] = []
  let names: string[] = []
  if (!campaign.message) findings.push(finding('blocking', 'no-message'))
  else if (account) {
    try {
      names = (await draftWriter(hub, campaign)).writer.names
      findings.push(...(await checkMessage(hub, campaign)))
    } catch (error) {
      findings.push(wrongIn(error))
    }
  }
  if (account && !account.archived) {
    const { domain } = bulkDoorOf(account).from(openAccount(hub, account))
    findings.push(...(await checkDomain(domain, (await senderFor(account._id)).dkim, lookUp)))
  }
  if (!/^https:/.test(publicBase(hub))) findings.push(finding('warning', 'no-public-address'))
  return {
    findings,
    names: names.filter((name) => name.startsWith('contact.') && !namesOfAll.has(name)),
    fallbacks: campaign.message?.fallbacks ?? {},
    others: null
  }
}

/** Where what was written is wrong. Throws what is no refusal. */
export function wrongIn(error: unknown): CampaignFinding {
  if (!(error instanceof Refusal)) throw error
  const [field] = error.fields ?? []
  return finding('blocking', 'wrong-message', {
    path: field?.path ?? '',
    what: field?.message ?? error.detail ?? ''
  })
}

async function checkMessage(hub: Hub, campaign: CampaignDoc): Promise<CampaignFinding[]> {
  const { writer, compiled, account, message } = await draftWriter(hub, campaign)
  const findings: CampaignFinding[] = []
  const filling = await fillingOf(undefined)
  const addresses = addressesFor(hub, filling._id)
  let mail: ReturnType<Writer['write']>
  try {
    mail = writer.write(null, filling, addresses)
  } catch (error) {
    const fault = faultOf(error)
    if (!fault) throw error
    return [finding('blocking', 'wrong-message', { path: 'message/mjml', what: fault.message })]
  }
  for (const { id, subject } of message.subjects)
    if (subject.trim() === '') findings.push(finding('blocking', 'no-subject', { id }))
  if (!mail.html.includes(addresses.unsubscribe))
    findings.push(finding('blocking', 'no-unsubscribe', { form: 'html' }))
  if (!mail.text.includes(addresses.unsubscribe))
    findings.push(finding('warning', 'no-unsubscribe', { form: 'text' }))
  findings.push(...checkLinks(mail.html, writer, compiled.links, filling))
  const source = await bulkDoorOf(account).compose(
    {
      id: new Types.ObjectId().toHexString(),
      address: filling.address,
      name: '',
      fromName: message.fromName,
      ...mail,
      unsubscribeUrl: addresses.unsubscribe,
      feedback: []
    },
    openAccount(hub, account),
    signingKeyOf(hub, await senderFor(account._id))
  )
  const bytes = Buffer.byteLength(mail.html)
  if (bytes > clippedBytes) findings.push(finding('warning', 'clipped', { bytes, limit: clippedBytes }))
  if (source.length > 10 * clippedBytes)
    findings.push(finding('warning', 'too-large', { bytes: source.length }))
  for (const name of writer.names)
    if (!/^contact\.[\w-]+$/.test(name)) findings.push(finding('warning', 'unknown-variable', { name }))
  const links = compiled.links.flatMap(({ index }) => writer.target(index, filling) ?? [])
  for (const { subject } of message.subjects)
    for (const trait of traitsOf({ ...mail, subject, links }))
      if (
        !findings.some(
          ({ figures }) => figures['trait'] === trait.trait && figures['detail'] === trait.detail
        )
      )
        findings.push(finding('warning', 'spam-trait', { ...trait }))
  return findings
}

/** Syntax of all links as they leave: what is no page, no mail and no telephone leads nowhere. */
function checkLinks(
  html: string,
  writer: Writer,
  links: { index: number; target: string }[],
  filling: Parameters<Writer['target']>[1]
): CampaignFinding[] {
  const findings: CampaignFinding[] = []
  for (const { index, target } of links)
    if (!/\{[{%]/.test(target) && writer.target(index, filling) === null)
      findings.push(finding('blocking', 'broken-link', { target }))
  for (const [, href = ''] of html.matchAll(/<a\b[^>]*?\shref="([^"]*)"/gi)) {
    const target = href.trim()
    if (target === '' || target === '#')
      findings.push(finding('blocking', 'broken-link', { target: target || '""' }))
    else if (!/^(mailto:|tel:|sms:|#)/i.test(target) && pageAt(target.replace(/&amp;/g, '&')) === null)
      findings.push(finding('blocking', 'broken-link', { target }))
  }
  return findings
}

import { Types } from 'mongoose'
import type { CampaignFinding, checkCampaign } from '@palabre/config/contract/campaign'
import type { Reply } from '@palabre/config/contract/define'
import { openAccount } from '../accounts/account.model.ts'
import { accountOf } from '../accounts/accounts.ts'
import { audienceOf } from '../audiences/audience.ts'
import { countAudience } from '../audiences/count.ts'
import type { Hub } from '../hub.ts'
import { Refusal } from '../refuse.ts'
import type { CampaignDoc } from './campaign.model.ts'
import { checkDomain, resolverAt, type LookUpText } from './domain-records.ts'
import { faultOf } from './liquid.ts'
import { pageAt, type Writer } from './message.ts'
import { selectionOf } from './prepare.ts'
import { draftWriter, fillingOf } from './preview.ts'
import { addressesFor, bulkDoorOf, publicBase } from './running.ts'
import { senderFor, signingKeyOf } from './sender.model.ts'
import { traitsOf } from './spam-traits.ts'

type Checked = Reply<typeof checkCampaign>
type Audience = Checked['audience']

/** Gmail shows no more of a mail than this and hides the rest behind a link. */
const clippedBytes = 102 * 1024
/** Audiences are looked at as far as this for variables without a value. */
const looked = 20_000
/** Counting is broken off after this time. */
const patienceMs = 20_000
const fieldsOfAll = new Set(['contact.name', 'contact.first_name', 'contact.email', 'contact.locale'])

const found = (
  severity: CampaignFinding['severity'],
  kind: CampaignFinding['kind'],
  figures: CampaignFinding['figures'] = {}
): CampaignFinding => ({ severity, kind, figures })

/** What is to be said of a campaign before it is launched. Sends nothing, and asks nobody but the DNS. */
export async function checkCampaignOf(
  hub: Hub,
  campaign: CampaignDoc,
  lookUp: LookUpText = resolverAt(hub.env.DNS_SERVER)
): Promise<Checked> {
  const findings: CampaignFinding[] = []
  const account = await accountOf(hub, campaign.accountId.toHexString())
  if (!account || account.archived) findings.push(found('blocking', 'no-account'))
  else if (account.paused || account.settings['smtpHost'] === '')
    findings.push(found('blocking', 'account-not-ready', { name: account.name }))
  let writer: Writer | null = null
  if (!campaign.message) findings.push(found('blocking', 'no-message'))
  else if (account) {
    try {
      writer = (await draftWriter(hub, campaign)).writer
      findings.push(...(await checkMessage(hub, campaign)))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const [field] = error.fields ?? []
      findings.push(
        found('blocking', 'wrong-message', {
          path: field?.path ?? '',
          what: field?.message ?? error.detail ?? ''
        })
      )
    }
  }
  const audience = await checkAudience(hub, campaign, writer, findings)
  if (account && !account.archived) {
    const { domain } = bulkDoorOf(account).from(openAccount(hub, account))
    findings.push(...(await checkDomain(domain, (await senderFor(account._id)).dkim, lookUp)))
  }
  if (!/^https:/.test(publicBase(hub))) findings.push(found('warning', 'no-public-address'))
  return { findings: findings.sort((a, b) => rank[a.severity] - rank[b.severity]), audience }
}

const rank = { blocking: 0, warning: 1, notice: 2 }

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
    return [found('blocking', 'wrong-message', { path: 'message/mjml', what: fault.message })]
  }
  for (const { id, subject } of message.subjects)
    if (subject.trim() === '') findings.push(found('blocking', 'no-subject', { id }))
  if (!mail.html.includes(addresses.unsubscribe))
    findings.push(found('blocking', 'no-unsubscribe', { form: 'html' }))
  if (!mail.text.includes(addresses.unsubscribe))
    findings.push(found('warning', 'no-unsubscribe', { form: 'text' }))
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
  if (bytes > clippedBytes) findings.push(found('warning', 'clipped', { bytes, limit: clippedBytes }))
  if (source.length > 10 * clippedBytes)
    findings.push(found('warning', 'too-large', { bytes: source.length }))
  for (const name of writer.names)
    if (!/^contact\.[\w-]+$/.test(name)) findings.push(found('warning', 'unknown-variable', { name }))
  const links = compiled.links.flatMap(({ index }) => writer.target(index, filling) ?? [])
  for (const { subject } of message.subjects)
    for (const trait of traitsOf({ ...mail, subject, links }))
      if (
        !findings.some(
          ({ figures }) => figures['trait'] === trait.trait && figures['detail'] === trait.detail
        )
      )
        findings.push(found('warning', 'spam-trait', { ...trait }))
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
      findings.push(found('blocking', 'broken-link', { target }))
  for (const [, href = ''] of html.matchAll(/<a\b[^>]*?\shref="([^"]*)"/gi)) {
    const target = href.trim()
    if (target === '' || target === '#')
      findings.push(found('blocking', 'broken-link', { target: target || '""' }))
    else if (!/^(mailto:|tel:|sms:|#)/i.test(target) && pageAt(target.replace(/&amp;/g, '&')) === null)
      findings.push(found('blocking', 'broken-link', { target }))
  }
  return findings
}

async function checkAudience(
  hub: Hub,
  campaign: CampaignDoc,
  writer: Writer | null,
  findings: CampaignFinding[]
): Promise<Audience> {
  const selection = selectionOf(campaign)
  if (!selection || selection.listIds.length + selection.segmentIds.length === 0) {
    findings.push(found('blocking', 'no-audience'))
    return { contacts: 0, reachable: 0, withoutAddress: 0, suppressed: 0, withoutConsent: 0 }
  }
  const { exact, ...audience } = await countAudience(hub, selection, patienceMs)
  if (!exact) findings.push(found('notice', 'not-counted-out', { counted: audience.contacts }))
  const names = (writer?.names ?? []).filter((name) => name.startsWith('contact.') && !fieldsOfAll.has(name))
  const missing = new Map<string, number>()
  const fallbacks = campaign.message?.fallbacks ?? {}
  let seen = 0
  for await (const people of audienceOf(hub, selection, { batch: 1000 })) {
    for (const { attributes } of people)
      for (const name of names)
        if (!attributes[name.slice('contact.'.length)]?.trim() && !fallbacks[name]?.trim())
          missing.set(name, (missing.get(name) ?? 0) + 1)
    seen += people.length
    if (seen >= looked) break
  }
  if (audience.reachable === 0) findings.push(found('blocking', 'no-recipients'))
  const left = {
    suppressed: audience.suppressed,
    'without-consent': audience.withoutConsent,
    'without-address': audience.withoutAddress
  }
  for (const [kind, count] of Object.entries(left))
    if (count > 0) findings.push(found('notice', kind as keyof typeof left, { count }))
  for (const [name, count] of missing)
    findings.push(found('warning', 'missing-value', { name, count, of: seen }))
  return audience
}

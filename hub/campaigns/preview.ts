import { Types } from 'mongoose'
import type { CampaignMessage, CampaignPreview, CampaignTemplate } from '@palabre/config/contract/campaign'
import type { Static } from 'typebox'
import { channelNamed } from '@palabre/channels/registry'
import type { AccountDoc } from '../accounts/account.model.ts'
import { accountOf } from '../accounts/accounts.ts'
import { Contact, type ContactDoc } from '../contacts/contact.model.ts'
import type { Hub } from '../hub.ts'
import { found, refuse } from '../refuse.ts'
import type { CampaignDoc } from './campaign.model.ts'
import { faultOf, sentenceOf } from './liquid.ts'
import { compileMessage, writerOf, type Filling } from './message.ts'
import { previewTemplate } from './preview-template.ts'
import { addressesFor, bulkDoorOf, carriedBy } from './running.ts'

/** Somebody who is nobody: what is missing shows as it would. */
const sample: Filling = {
  _id: new Types.ObjectId('000000000000000000000000'),
  address: 'somebody@example.com',
  name: '',
  data: {}
}

/** A contact as a recipient, at their first point of these kinds. Refuses `not-found`. */
export async function fillingOf(
  contactId: string | undefined,
  kinds: readonly string[] = ['email']
): Promise<Filling> {
  if (contactId === undefined) return sample
  const contact = found((await Contact.findById(contactId).lean()) as ContactDoc | null)
  const [point] = kinds.flatMap((kind) => contact.points.find((one) => one.kind === kind) ?? [])
  return {
    _id: sample._id,
    address: point?.value.replace(/^\+/, '') ?? sample.address,
    name: contact.name,
    data: { ...contact.attributes, ...(contact.locale !== null && { locale: contact.locale }) }
  }
}

/** A message ready to be written for anybody, from a draft. Refuses `invalid-input` where it is wrong. */
export async function draftWriter(hub: Hub, campaign: CampaignDoc, given?: CampaignMessage) {
  const message = given ?? campaign.message
  if (!message) return refuse('wrong-state', 'It has no message')
  const account = found(await accountOf(hub, campaign.accountId.toHexString()))
  const compiled = compileMessage(message, campaign.tracking, bulkDoorOf(account).plainText)
  const writer = writerOf({
    compiled,
    subjects: message.subjects,
    fallbacks: message.fallbacks,
    campaignName: campaign.name
  })
  return { compiled, writer, account, message }
}

/** The points of a contact at which an account reaches them, the best first. */
const pointsOf = ({ channel }: AccountDoc): string[] => [channelNamed(channel).point, 'phone']

/** A contact as a recipient of a campaign of an account. Refuses `not-found`. */
export const fillingFor = (account: AccountDoc, contactId: string | undefined): Promise<Filling> =>
  fillingOf(contactId, pointsOf(account))

/** The message as a contact would get it. Refuses `not-found`, `invalid-input`. */
export async function previewCampaignOf(
  hub: Hub,
  campaign: CampaignDoc,
  {
    contactId,
    subject,
    message,
    template
  }: { contactId?: string; subject?: string; message?: CampaignMessage; template?: CampaignTemplate }
): Promise<Static<typeof CampaignPreview>> {
  const account = found(await accountOf(hub, campaign.accountId.toHexString()))
  if (carriedBy(account) === 'template')
    return previewTemplate(campaign, await fillingFor(account, contactId), template)
  const { compiled, writer } = await draftWriter(hub, campaign, message)
  const filling = await fillingOf(contactId)
  try {
    const mail = writer.write(subject ?? null, filling, addressesFor(hub, filling._id))
    const known = new Set(['contact.name', 'contact.first_name', 'contact.email', 'contact.locale'])
    return {
      ...mail,
      bytes: Buffer.byteLength(mail.html),
      unknown: writer.names.filter(
        (name) => !known.has(name) && !(name.slice('contact.'.length) in filling.data)
      ),
      links: compiled.links
    }
  } catch (error) {
    const fault = faultOf(error)
    if (!fault) throw error
    return refuse('invalid-input', undefined, [{ path: 'message/mjml', message: sentenceOf(fault) }])
  }
}

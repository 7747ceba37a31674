import { Types } from 'mongoose'
import type { CampaignMessage, CampaignPreview } from '@palabre/config/contract/campaign'
import type { Static } from 'typebox'
import { accountOf } from '../accounts/accounts.ts'
import { Contact, type ContactDoc } from '../contacts/contact.model.ts'
import type { Hub } from '../hub.ts'
import { found, refuse } from '../refuse.ts'
import type { CampaignDoc } from './campaign.model.ts'
import { faultOf, sentenceOf } from './liquid.ts'
import { compileMessage, writerOf, type Filling } from './message.ts'
import { addressesFor, bulkDoorOf } from './running.ts'

/** Somebody who is nobody: what is missing shows as it would. */
const sample: Filling = {
  _id: new Types.ObjectId('000000000000000000000000'),
  address: 'somebody@example.com',
  name: '',
  data: {}
}

/** A contact as a recipient. Refuses `not-found`. */
export async function fillingOf(contactId: string | undefined): Promise<Filling> {
  if (contactId === undefined) return sample
  const contact = found((await Contact.findById(contactId).lean()) as ContactDoc | null)
  return {
    _id: sample._id,
    address: contact.points.find(({ kind }) => kind === 'email')?.value ?? sample.address,
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

/** The message as a contact would get it. Refuses `not-found`, `invalid-input`. */
export async function previewCampaignOf(
  hub: Hub,
  campaign: CampaignDoc,
  { contactId, subject, message }: { contactId?: string; subject?: string; message?: CampaignMessage }
): Promise<Static<typeof CampaignPreview>> {
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

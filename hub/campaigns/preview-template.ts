import type { CampaignPreview, CampaignTemplate } from '@palabre/config/contract/campaign'
import type { Static } from 'typebox'
import { found, refuse } from '../refuse.ts'
import { textOf } from '../templates/fill.ts'
import { Template, type TemplateDoc } from '../templates/template.model.ts'
import type { CampaignDoc } from './campaign.model.ts'
import { faultOf, sentenceOf } from './liquid.ts'
import type { Filling } from './message.ts'
import { approvedOf, blankWriterOf } from './template-message.ts'

/** A template of the account, ready to be filled for anybody. Refuses `not-found`, `invalid-input` where it is wrong. */
export async function templateDraft(
  { accountId, template, name }: Pick<CampaignDoc, 'accountId' | 'template' | 'name'>,
  over?: CampaignTemplate
) {
  const given = over ?? template
  if (!given) return refuse('wrong-state', 'It has no template')
  const doc = found(
    (await Template.findOne({ _id: given.templateId, accountId }).lean()) as TemplateDoc | null
  )
  const approved = approvedOf(doc)
  return { doc, approved, given, writer: blankWriterOf({ approved, given, campaignName: name }) }
}

/** The template as a contact would get it. Refuses `not-found`, `invalid-input`. */
export async function previewTemplate(
  campaign: CampaignDoc,
  filling: Filling,
  over?: CampaignTemplate
): Promise<Static<typeof CampaignPreview>> {
  const { approved, writer } = await templateDraft(campaign, over)
  const known = new Set(['contact.name', 'contact.first_name', 'contact.phone', 'contact.locale'])
  try {
    const { template, file } = writer.fill(filling)
    return {
      subject: '',
      html: '',
      text: textOf(approved, template.values),
      bytes: 0,
      unknown: writer.names.filter(
        (name) => !known.has(name) && !(name.slice('contact.'.length) in filling.data)
      ),
      links: [],
      values: { ...template.values, ...(file && { 'header.link': file.link }) }
    }
  } catch (error) {
    const fault = faultOf(error)
    if (!fault) throw error
    return refuse('invalid-input', undefined, [{ path: 'template/values', message: sentenceOf(fault) }])
  }
}

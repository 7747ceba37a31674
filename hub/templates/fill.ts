import type { Types } from 'mongoose'
import type { FilledTemplate } from '@palabre/channels/channel'
import { found, refuse } from '../refuse.ts'
import { Template, type TemplateDoc } from './template.model.ts'

/** Our marks of the blanks of a part: `body.1` stands as `{{1}}` in the body. */
const blankOf = (key: string) => `{{${key.slice(key.lastIndexOf('.') + 1)}}}`

const fillPart = (part: 'header' | 'body', text: string, values: Record<string, string>) =>
  Object.entries(values)
    .filter(([key]) => key.startsWith(`${part}.`))
    .reduce((filled, [key, value]) => filled.replaceAll(blankOf(key), () => value), text)

/** A filled template as the channel sends it, and as it reads. */
export interface Filled {
  template: FilledTemplate
  text: string
  /** It begins with a file, which has to come with it. */
  needsFile: boolean
}

/**
 * Fills the blanks of an account's template. Refuses `not-found`, `not-deliverable` for one that is not approved, and
 * `invalid-input` when a value is missing, or is for no blank.
 */
export async function fillTemplate(
  accountId: Types.ObjectId,
  { templateId, values }: { templateId: string; values: Record<string, string> }
): Promise<Filled> {
  const doc = found((await Template.findOne({ _id: templateId, accountId }).lean()) as TemplateDoc | null)
  if (doc.state !== 'approved') return refuse('not-deliverable', `The template is ${doc.state}`)
  const missing = doc.variables.find(({ key }) => !values[key]?.trim())
  if (missing)
    return refuse('invalid-input', undefined, [
      { path: `template/values/${missing.key}`, message: 'is empty' }
    ])
  const unknown = Object.keys(values).find((key) => !doc.variables.some((one) => one.key === key))
  if (unknown !== undefined)
    return refuse('invalid-input', undefined, [
      { path: `template/values/${unknown}`, message: 'is no blank of this template' }
    ])
  const { externalId, name, language, header, body, footer } = doc
  const heading = header && 'text' in header ? fillPart('header', header.text, values) : ''
  return {
    template: { externalId, name, language, values },
    text: [heading, fillPart('body', body, values), footer].filter(Boolean).join('\n\n'),
    needsFile: header !== undefined && header.kind !== 'text'
  }
}

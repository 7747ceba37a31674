import type { Types } from 'mongoose'
import type { FilledTemplate, MessageTemplate } from '@palabre/channels/channel'
import { found, refuse } from '../refuse.ts'
import { Template, type TemplateDoc } from './template.model.ts'

/** A filled template as the channel sends it, and as it reads. */
export interface Filled {
  template: FilledTemplate
  text: string
  /** It begins with a file, which has to come with it. */
  needsFile: boolean
}

/** Fills the blanks of an account's template. Refuses `not-found`, and like `fillIn`. */
export async function fillTemplate(
  accountId: Types.ObjectId,
  { templateId, values }: { templateId: string; values: Record<string, string> }
): Promise<Filled> {
  const doc = (await Template.findOne({ _id: templateId, accountId }).lean()) as TemplateDoc | null
  return fillIn(found(doc), values)
}

/**
 * Fills the blanks of a template. Refuses `not-deliverable` for one that is not approved, and `invalid-input` when a
 * value is missing, is for no blank, or is none that platforms take.
 */
export function fillIn(template: MessageTemplate, values: Record<string, string>): Filled {
  const { state, reason } = template
  if (state !== 'approved')
    return refuse('not-deliverable', [`The template is ${state}.`, reason].filter(Boolean).join(' '))
  checkValues(template, values)
  const { externalId, name, language, header } = template
  return {
    template: { externalId, name, language, values },
    text: textOf(template, values),
    needsFile: header !== undefined && header.kind !== 'text'
  }
}

function checkValues({ variables }: Pick<MessageTemplate, 'variables'>, values: Record<string, string>) {
  const refuseValue = (key: string, message: string) =>
    refuse('invalid-input', undefined, [{ path: `template/values/${key}`, message }])
  for (const { key } of variables) {
    const why = wrongIn(Object.hasOwn(values, key) ? values[key] : undefined)
    if (why !== null) refuseValue(key, why)
  }
  const unknown = Object.keys(values).find((key) => !variables.some((one) => one.key === key))
  if (unknown !== undefined) refuseValue(unknown, 'is no blank of this template')
}

/** Meta refuses a whole message for this in one of its values (132018). */
function wrongIn(value: string | undefined): string | null {
  if (!value?.trim()) return 'is empty'
  if (/[\p{Cc}\u2028\u2029]/u.test(value)) return 'has a line break or a tab'
  return / {5}/.test(value) ? 'has more than four spaces in a row' : null
}

/** What the customer reads. A value is not looked into: what stands in it like a blank stays as it is. */
export function textOf(
  { header, body, footer }: Pick<MessageTemplate, 'header' | 'body' | 'footer'>,
  values: Record<string, string>
): string {
  const heading = header && 'text' in header ? fillPart('header', header.text, values) : ''
  return [heading, fillPart('body', body, values), footer].filter(Boolean).join('\n\n')
}

/** `body.1` stands as `{{1}}` in the body. */
const fillPart = (part: 'header' | 'body', text: string, values: Record<string, string>) =>
  text.replace(/\{\{(\w+)\}\}/g, (blank, name: string) => {
    const key = `${part}.${name}`
    return Object.hasOwn(values, key) ? (values[key] ?? blank) : blank
  })

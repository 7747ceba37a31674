import { Types } from 'mongoose'
import type { FilledTemplate } from '@palabre/channels/channel'
import { fillIn } from '../../templates/fill.ts'
import { Template, type TemplateDoc } from '../../templates/template.model.ts'
import { found } from '../../refuse.ts'

/** What may be put into a template's blanks. */
export interface Blanks {
  /** One sentence that says everything. */
  text: string
  link?: string | undefined
  name?: string | undefined
  code?: string | undefined
}

const inOrder = ['text', 'link', 'name'] as const

/**
 * Fills the blanks of a template: those with a name of theirs (`text`, `link`, `name`, `code`) by it, numbered ones in
 * the order text, link, name; the one blank of a template for codes is the code alone. Refuses `not-deliverable` when it
 * is not approved, `invalid-input` when it has other blanks, `not-found`.
 */
export async function templateOf(
  { accountId, templateId }: { accountId: string; templateId: string },
  blanks: Blanks
): Promise<{ template: FilledTemplate; text: string }> {
  const doc = found(
    (await Template.findOne({
      _id: new Types.ObjectId(templateId),
      accountId: new Types.ObjectId(accountId)
    }).lean()) as TemplateDoc | null
  )
  const values: Record<string, string> = {}
  for (const { key } of doc.variables) {
    const blank = key.split('.').at(-1) ?? ''
    const value = valueOf(blank, doc.category, blanks)
    if (value !== undefined) values[key] = value.replace(/\s+/g, ' ').trim()
  }
  const { template, text } = fillIn(doc, values)
  return { template, text }
}

function valueOf(blank: string, category: string, blanks: Blanks): string | undefined {
  if (blanks.code !== undefined && (blank === 'code' || category === 'authentication')) return blanks.code
  const name = /^\d+$/.test(blank) ? inOrder[Number(blank) - 1] : blank
  return name !== undefined && Object.hasOwn(blanks, name) ? blanks[name as keyof Blanks] : undefined
}

import { errorAnswer, ok, type GraphAnswer } from './faults.ts'

/** A part of a template as Meta writes it: `{ type: 'BODY', text: 'Hello {{1}}', example: … }`. */
export type Component = { type: string } & Record<string, unknown>

/** A message template of a business account, in Meta's words. */
export interface GraphTemplate {
  id: string
  wabaId: string
  name: string
  language: string
  category: string
  status: string
  rejected_reason?: string
  parameter_format?: 'POSITIONAL' | 'NAMED'
  components: Component[]
}

type Given = Pick<GraphTemplate, 'name' | 'components'> &
  Partial<Pick<GraphTemplate, 'language' | 'category' | 'status' | 'parameter_format'>>

/** Templates of all business accounts, made and changed as through the API or by Meta's review. */
export class GraphTemplates {
  private readonly all = new Map<string, GraphTemplate>()
  private made = 0

  create(wabaId: string, given: Given): GraphTemplate {
    const id = String(1_689_556_908_000_000 + ++this.made)
    const template = { language: 'en_US', category: 'UTILITY', status: 'APPROVED', ...given, id, wabaId }
    this.all.set(id, template)
    return template
  }

  change(id: string, change: Partial<Omit<GraphTemplate, 'id' | 'wabaId'>>): void {
    const template = this.all.get(id)
    if (template) Object.assign(template, change)
  }

  remove(id: string): void {
    this.all.delete(id)
  }

  named(wabaId: string, name: string, language?: string): GraphTemplate | undefined {
    return this.of(wabaId).find(
      (one) => one.name === name && (language === undefined || one.language === language)
    )
  }

  of(wabaId: string): GraphTemplate[] {
    return [...this.all.values()].filter((one) => one.wabaId === wabaId)
  }

  /** GET: a page, with the fields asked for. The cursor of the page after it is the id of its last one. */
  page(wabaId: string, url: URL): GraphAnswer {
    const { searchParams: query } = url
    const limit = Number(query.get('limit') ?? 25)
    const after = query.get('after')
    const all = this.of(wabaId)
    const from = after === null ? 0 : all.findIndex(({ id }) => cursorOf(id) === after) + 1
    if (after !== null && from === 0) return errorAnswer(400, 100, '(#100) Invalid cursor')
    const data = all.slice(from, from + limit)
    const last = data.at(-1)
    const next = new URL(url)
    if (last) next.searchParams.set('after', cursorOf(last.id))
    return ok({
      data: data.map((one) => shown(one, query.get('fields'))),
      ...(last && {
        paging: {
          cursors: { before: cursorOf(data[0]!.id), after: cursorOf(last.id) },
          ...(from + limit < all.length && { next: next.href })
        }
      })
    })
  }

  /** POST: one that is to be reviewed. */
  submit(wabaId: string, given: Given): GraphAnswer {
    if (!/^[a-z0-9_]{1,512}$/.test(given.name))
      return errorAnswer(400, 100, '(#100) Param name must be lower case')
    if (this.named(wabaId, given.name, given.language ?? 'en_US'))
      return errorAnswer(400, 100, 'Content in this language already exists', { error_subcode: 2388024 })
    const { id, status, category } = this.create(wabaId, { ...given, status: 'PENDING' })
    return ok({ id, status, category })
  }

  /** DELETE: all languages of a name. */
  erase(wabaId: string, name: string): GraphAnswer {
    const gone = this.of(wabaId).filter((one) => one.name === name)
    if (gone.length === 0)
      return errorAnswer(404, 100, 'Message template not found', { error_subcode: 2593002 })
    for (const { id } of gone) this.remove(id)
    return ok({ success: true })
  }
}

const cursorOf = (id: string) => Buffer.from(id).toString('base64')

/** Without `fields` Meta leaves out what it is not asked for. */
function shown({ wabaId: _, ...template }: GraphTemplate, fields: string | null) {
  const wanted = new Set([
    'id',
    ...(fields?.split(',') ?? ['name', 'components', 'language', 'status', 'category'])
  ])
  const whole = { rejected_reason: 'NONE', parameter_format: 'POSITIONAL', ...template }
  return Object.fromEntries(Object.entries(whole).filter(([name]) => wanted.has(name)))
}

import { errorAnswer, type GraphAnswer } from './faults.ts'
import type { GraphFiles } from './files.ts'
import type { Component, GraphTemplates } from './templates.ts'

type Body = Record<string, unknown>

interface Parameter {
  type: string
  text?: string
  parameter_name?: string
  [media: string]: unknown
}

interface Part {
  type: string
  sub_type?: string
  index?: string
  parameters?: Parameter[]
}

const wrong = (details: string, code = 100) =>
  errorAnswer(400, code, `(#${String(code)}) Invalid parameter`, {
    error_data: { messaging_product: 'whatsapp', details }
  })

/** What Meta finds wrong with a message before it takes it; null when it is well. */
export function faultIn(
  body: Body,
  kept: { files: GraphFiles; templates: GraphTemplates; wabaId: string }
): GraphAnswer | null {
  switch (body['type']) {
    case 'text': {
      const { body: text = '' } = body['text'] as { body?: string }
      return text.length === 0 || text.length > 4096
        ? wrong('Param text.body must be at most 4096 characters long.')
        : null
    }
    case 'image':
    case 'audio':
    case 'video':
    case 'document':
      return faultInFile(body[body['type']], kept.files)
    case 'reaction': {
      const { message_id: on, emoji } = body['reaction'] as { message_id?: string; emoji?: string }
      return on && emoji !== undefined ? null : wrong('Param reaction.message_id and emoji are required')
    }
    case 'interactive':
      return faultInInteractive(body['interactive'] as Interactive, kept.files)
    case 'template':
      return faultInTemplate(body['template'] as Sent, kept)
    default:
      return wrong(`Unexpected type ${String(body['type'])}`)
  }
}

const faultInFile = (given: unknown, files: GraphFiles) =>
  files.get(String((given as { id?: string } | undefined)?.id))
    ? null
    : wrong('Media id is not known', 131053)

/** A file that Meta fetches by itself. */
const isLink = (given: unknown) => /^https?:\/\//.test((given as { link?: string } | undefined)?.link ?? '')

interface Option {
  id?: string
  title?: string
  description?: string
}

interface Interactive {
  type: string
  header?: { type: string } & Record<string, unknown>
  body?: { text?: string }
  action?: {
    button?: string
    buttons?: { type: string; reply: Option }[]
    sections?: { title?: string; rows: Option[] }[]
  }
}

function faultInInteractive({ type, header, body, action = {} }: Interactive, files: GraphFiles) {
  const isList = type === 'list'
  const text = body?.text ?? ''
  const options = isList
    ? (action.sections ?? []).flatMap(({ rows }) => rows)
    : (action.buttons ?? []).map(({ reply }) => reply)
  const longest = isList ? 24 : 20
  const titles = options.map(({ title = '' }) => title)
  if (text.length === 0 || text.length > (isList ? 4096 : 1024))
    return wrong('Body text length invalid', 131009)
  if (options.length === 0 || options.length > (isList ? 10 : 3))
    return wrong('Invalid options count', 131009)
  if (titles.some((title) => title.length === 0 || title.length > longest))
    return wrong(`Title length invalid. Min length: 1, Max length: ${String(longest)}`, 131009)
  if (options.some(({ description = '' }) => description.length > 72))
    return wrong('Description length invalid', 131009)
  if (new Set(options.map(({ id }) => id)).size < options.length) return wrong('Duplicated id', 131009)
  if (!isList && new Set(titles).size < titles.length) return wrong('Duplicated title', 131009)
  if (isList && ((action.button ?? '').length === 0 || (action.button ?? '').length > 20))
    return wrong('Button text length invalid', 131009)
  if (!header) return null
  return isList || !/^(image|video|document)$/.test(header.type)
    ? wrong('Header type is not supported', 131009)
    : faultInFile(header[header.type], files)
}

interface Sent {
  name: string
  language: { code: string }
  components?: Part[]
}

const blanks = (text: unknown) =>
  [...String(text ?? '').matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? '')

function faultInTemplate(
  { name, language, components = [] }: Sent,
  { files, templates, wabaId }: { files: GraphFiles; templates: GraphTemplates; wabaId: string }
): GraphAnswer | null {
  const template = templates.named(wabaId, name, language.code)
  if (!template || /PENDING|REJECTED/.test(template.status))
    return wrong('Template name does not exist in the translation', 132001)
  if (template.status === 'PAUSED') return wrong('Template is paused', 132015)
  if (template.status === 'DISABLED') return wrong('Template is disabled', 132016)
  const isNamed = template.parameter_format === 'NAMED'
  const given = (type: string, index?: number) =>
    components.find((one) => one.type === type && (index === undefined || Number(one.index) === index))
      ?.parameters ?? []
  for (const part of template.components) {
    const type = part.type.toLowerCase()
    if (type === 'header' && part['format'] !== 'TEXT') {
      const kind = String(part['format']).toLowerCase()
      const [file] = given('header')
      if (file?.type !== kind) return wrong(`header: Format mismatch, expected ${kind}`, 132012)
      const fault = isLink(file[kind]) ? null : faultInFile(file[kind], files)
      if (fault) return fault
    } else if (type === 'header' || type === 'body') {
      const fault = faultInText(blanks(part['text']), given(type), isNamed)
      if (fault) return fault
    } else if (type === 'buttons') {
      const fault = faultInButtons(part, given)
      if (fault) return fault
    }
  }
  return null
}

function faultInText(wanted: string[], given: Parameter[], isNamed: boolean): GraphAnswer | null {
  if (given.length !== new Set(wanted).size)
    return wrong(`number of localizable_params (${String(given.length)}) does not match`, 132000)
  const names = given.map((one) => one.parameter_name)
  if (isNamed ? wanted.some((name) => !names.includes(name)) : names.some((name) => name !== undefined))
    return wrong('Parameter name is missing or empty', 132012)
  return given.some(({ text = '' }) => text === '' || /[\n\t]| {5}/.test(text))
    ? wrong('Param text cannot have new-line/tab characters or more than 4 consecutive spaces', 132018)
    : null
}

function faultInButtons(
  part: Component,
  given: (type: string, index: number) => Parameter[]
): GraphAnswer | null {
  const buttons = part['buttons'] as { type: string; url?: string }[]
  for (const [i, { type, url }] of buttons.entries()) {
    const [parameter] = given('button', i)
    if (type === 'URL' && blanks(url).length > 0 && !parameter?.text)
      return wrong(`Button at index ${String(i)} of type Url requires a parameter`, 131008)
    if (type === 'COPY_CODE' && !parameter?.['coupon_code'])
      return wrong(`Button at index ${String(i)} of type Copy Code requires a parameter`, 131008)
  }
  return null
}

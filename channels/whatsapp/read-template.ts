import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import type { MessageTemplate } from '../channel.ts'
import { cleanLine, cleanText } from '../clean-text.ts'
import { limits } from './limits.ts'
import { stateOf } from './template-state.ts'

const text = Type.Optional(Type.String())

const Listed = Type.Object({
  id: Type.String({ minLength: 1 }),
  name: Type.String({ minLength: 1 }),
  language: Type.String(),
  category: text,
  status: Type.String(),
  rejected_reason: text,
  components: Type.Optional(Type.Array(Type.Unknown()))
})

const NamedExamples = Type.Array(Type.Object({ param_name: Type.String(), example: Type.String() }))
const Component = Type.Object({
  type: Type.String(),
  format: text,
  text,
  example: Type.Optional(
    Type.Object({
      header_text: Type.Optional(Type.Array(Type.String())),
      header_text_named_params: Type.Optional(NamedExamples),
      body_text: Type.Optional(Type.Array(Type.Array(Type.String()))),
      body_text_named_params: Type.Optional(NamedExamples)
    })
  ),
  buttons: Type.Optional(
    Type.Array(
      Type.Object({
        type: Type.String(),
        text,
        url: text,
        example: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())]))
      })
    )
  )
})
type Component = Static<typeof Component>

/** What of a template is shown and filled in; `unsupported` says what keeps it from being sent from here. */
type Content = Pick<MessageTemplate, 'header' | 'body' | 'footer' | 'buttons' | 'variables'> & {
  unsupported?: string
}

/**
 * A template as Meta lists it. What cannot be sent from here is disabled, with the reason, whatever Meta thinks of it;
 * null for what is no template.
 */
export function readTemplate(listed: unknown): MessageTemplate | null {
  if (!Value.Check(Listed, listed)) return null
  const { unsupported, ...content } = contentOf(listed.components ?? [])
  const { state, reason } = stateOf(listed.status, listed.rejected_reason)
  return {
    externalId: listed.id,
    name: listed.name,
    language: listed.language,
    category: (listed.category ?? '').toLowerCase(),
    ...(unsupported !== undefined && state === 'approved'
      ? { state: 'disabled', reason: unsupported }
      : { state, ...(reason !== undefined && { reason }) }),
    ...content
  }
}

function contentOf(components: unknown[]): Content {
  const content: Content = { body: '', buttons: [], variables: [] }
  for (const component of components) {
    if (!Value.Check(Component, component)) {
      content.unsupported ??= 'It has a part that is not known here.'
      continue
    }
    const reader = Object.hasOwn(readers, component.type) ? readers[component.type] : undefined
    const unsupported = reader ? reader(component, content) : whyNot(component.type)
    if (unsupported !== undefined) content.unsupported ??= unsupported
  }
  if (content.variables.some(({ key }) => !/^[\w.]{1,60}$/.test(key)))
    content.unsupported ??= 'The name of a blank in it is too long.'
  if (content.body === '') content.unsupported ??= 'It has no words.'
  return content
}

/** Reads one part into the content; says why it cannot be sent, when it cannot. */
type Reader = (component: Component, content: Content) => string | undefined

const readers: Record<string, Reader> = {
  HEADER: ({ format = 'TEXT', text = '', example }, content) => {
    const kind = headerKinds[format]
    if (kind === undefined) return whyNot(format)
    if (kind !== 'text') {
      content.header = { kind }
      return
    }
    content.header = { kind, text: cleanLine(text, limits.lineChars) }
    content.variables.push(
      ...blanksIn('header', text, example?.header_text ?? [], example?.header_text_named_params)
    )
  },
  BODY: ({ text = '', example }, content) => {
    content.body = cleanText(text, limits.textInChars)
    content.variables.push(
      ...blanksIn('body', text, example?.body_text?.[0] ?? [], example?.body_text_named_params)
    )
  },
  FOOTER: ({ text = '' }, content) => {
    content.footer = cleanLine(text, limits.lineChars)
    return undefined
  },
  BUTTONS: ({ buttons = [] }, content) => {
    let unsupported: string | undefined
    for (const [i, button] of buttons.entries()) {
      const kind = Object.hasOwn(buttonKinds, button.type) ? buttonKinds[button.type] : undefined
      if (kind === undefined) unsupported ??= whyNot(button.type)
      content.buttons.push({
        kind: kind ?? 'other',
        text: cleanLine(button.text ?? '', limits.lineChars),
        ...(kind === 'url' && { url: cleanLine(button.url ?? '', limits.lineChars) })
      })
      const example = [button.example ?? ''].flat()[0] ?? ''
      if (kind === 'code') content.variables.push({ key: `button.${String(i)}.code`, example })
      if (kind === 'url')
        content.variables.push(...blanksIn(`button.${String(i)}`, button.url ?? '', [example]))
    }
    return unsupported
  }
}

const headerKinds: Partial<Record<string, 'text' | 'image' | 'video' | 'document'>> = {
  TEXT: 'text',
  IMAGE: 'image',
  VIDEO: 'video',
  DOCUMENT: 'document'
}

const buttonKinds: Partial<Record<string, 'reply' | 'url' | 'phone' | 'code'>> = {
  QUICK_REPLY: 'reply',
  URL: 'url',
  PHONE_NUMBER: 'phone',
  COPY_CODE: 'code'
}

/** The blanks of a text, each once, as they come; with what Meta was given as an example of each. */
function blanksIn(
  part: string,
  text: string,
  byNumber: string[],
  byName: Static<typeof NamedExamples> = []
): MessageTemplate['variables'] {
  const names = [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? '')
  return [...new Set(names)].map((name) => ({
    key: `${part}.${name}`,
    example: cleanLine(
      byName.find((one) => one.param_name === name)?.example ?? byNumber[Number(name) - 1] ?? '',
      limits.lineChars
    )
  }))
}

/** Kinds of parts, headers and buttons that are filled with what is not known here. */
const foreign: Partial<Record<string, string>> = {
  CAROUSEL: 'a carousel',
  LIMITED_TIME_OFFER: 'an offer with an end',
  LOCATION: 'a place',
  PRODUCT: 'a product',
  GIF: 'a moving picture',
  FLOW: 'a form (a flow)',
  CATALOG: 'a catalogue',
  MPM: 'products of a catalogue',
  SPM: 'a product of a catalogue',
  OTP: 'a code that an app fills in',
  VOICE_CALL: 'a call by WhatsApp',
  CALL_PERMISSION_REQUEST: 'a question whether a call is welcome',
  ORDER_DETAILS: 'an order to be paid'
}

const whyNot = (kind: string) =>
  `It has ${(Object.hasOwn(foreign, kind) && foreign[kind]) || `a part of a kind that is not known here (${cleanLine(kind, 40)})`}, which cannot be sent from here.`

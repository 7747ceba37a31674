import type { MessageTemplate } from '@palabre/config/contract/template'

export type Values = Readonly<Record<string, string>>
/** What stands in a template: words as they are, or a blank with what is in it so far. */
export interface Segment {
  text: string
  /** Of the variable; absent: fixed words. */
  key?: string
  isEmpty?: boolean
}

const blankOf = (key: string) => `{{${key.slice(key.lastIndexOf('.') + 1)}}}`
const partOf = (key: string) => key.slice(0, key.lastIndexOf('.'))

type Blanks = Pick<MessageTemplate, 'variables'>

/** A part's text (`header`, `body`, `button.0`) with its blanks filled, or showing their examples. */
export function segments({ variables }: Blanks, part: string, text: string, values: Values): Segment[] {
  const blanks = new Map(
    variables.filter(({ key }) => partOf(key) === part).map((one) => [blankOf(one.key), one])
  )
  return text.split(/(\{\{\w+\}\})/).flatMap((piece): Segment[] => {
    const blank = blanks.get(piece)
    if (!blank) return piece ? [{ text: piece }] : []
    const value = values[blank.key]?.trim()
    return [{ text: value || blank.example || piece, key: blank.key, isEmpty: !value }]
  })
}

/** The text as it will read in the thread; the hub writes the same. */
export function filledText(template: MessageTemplate, values: Values): string {
  const fill = (part: 'header' | 'body', text: string) =>
    segments(template, part, text, values)
      .map(({ text: written }) => written)
      .join('')
  const { header, body, footer } = template
  return [header?.kind === 'text' ? fill('header', header.text) : '', fill('body', body), footer]
    .filter(Boolean)
    .join('\n\n')
}

/** The template begins with a file, which is chosen at each sending. */
export const needsFile = ({ header }: Pick<MessageTemplate, 'header'>): boolean =>
  header !== null && header.kind !== 'text'

/** Blanks that still say nothing. */
export const missing = ({ variables }: Blanks, values: Values): string[] =>
  variables.filter(({ key }) => !values[key]?.trim()).map(({ key }) => key)

const greeting =
  /(?:^|[\s,.!¡])(?:bonjour|bonsoir|salut|chère?|hello|hi|hey|dear|hola|ol[áa]|ciao|hallo|liebe[r]?)\s+$/i
const introduction = /(?:this is|my name is|i am|i'm|ici|je suis|je m['’]appelle|c['’]est)\s+$/i
const farewell =
  /(?:à bientôt|cordialement|bien à vous|salutations|regards|sincerely|best wishes|see you soon)[\s,.!–-]*$/i
const customerKey =
  /^(?:(?:first|last|full|customer|contact|client)_?name|name|customer|client|nom|pr[ée]nom)$/i
const agentKey = /^(?:agent|agent_?name|advisor|conseiller|sender)$/i

/** What can be known beforehand: who is greeted, and who greets. Told by a blank's name, or by the words before it. */
export function defaultsOf(
  template: Pick<MessageTemplate, 'variables' | 'header' | 'body'>,
  people: { contact: string; agent: string }
): Record<string, string> {
  const values: Record<string, string> = {}
  for (const { key } of template.variables) {
    const name = key.slice(key.lastIndexOf('.') + 1)
    const text =
      partOf(key) === 'header' ? (template.header?.text ?? '') : partOf(key) === 'body' ? template.body : ''
    const before = text.slice(0, Math.max(0, text.indexOf(blankOf(key))))
    if (agentKey.test(name) || introduction.test(before) || farewell.test(before)) values[key] = people.agent
    else if (customerKey.test(name) || greeting.test(before)) values[key] = people.contact
  }
  return values
}

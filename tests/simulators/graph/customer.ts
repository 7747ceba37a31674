import type { GraphTemplate } from './templates.ts'
import type { GraphMessage } from './whatsapp.ts'
import type { Sent } from './webhooks.ts'

/** What customers do, as content of a call: `graph.write(number, from, tap(message, 'Yes'))`. */

export const says = (body: string, answering?: string): Sent => ({
  type: 'text',
  text: { body },
  ...(answering !== undefined && { context: { from: '15550783881', id: answering } })
})

/** An emoji on a message; without one it is taken back. */
export const reacts = (on: string, emoji?: string): Sent => ({
  type: 'reaction',
  reaction: { message_id: on, ...(emoji !== undefined && { emoji }) }
})

export const edits = (of: string, body: string): Sent => ({
  type: 'edit',
  edit: { original_message_id: of, message: { type: 'text', text: { body } } }
})

export const revokes = (of: string): Sent => ({ type: 'revoke', revoke: { original_message_id: of } })

interface Interactive {
  type: 'button' | 'list'
  action: {
    buttons?: { reply: { id: string; title: string } }[]
    sections?: { rows: { id: string; title: string; description?: string }[] }[]
  }
}

/** A tap on one of the choices of a message of the business, by its title. */
export function taps(message: GraphMessage, title: string): Sent {
  const { action } = message.body['interactive'] as Interactive
  const context = { from: '15550783881', id: message.id }
  const button = action.buttons?.find(({ reply }) => reply.title === title)?.reply
  if (button)
    return { type: 'interactive', context, interactive: { type: 'button_reply', button_reply: button } }
  const row = action.sections?.flatMap(({ rows }) => rows).find((one) => one.title === title)
  if (!row) throw new Error(`The message has no choice ${title}`)
  return { type: 'interactive', context, interactive: { type: 'list_reply', list_reply: row } }
}

/** A tap on a quick reply of a template; its words are its payload where the business gave none. */
export function tapsTemplate(message: GraphMessage, template: GraphTemplate, text: string): Sent {
  const buttons = template.components.find(({ type }) => type === 'BUTTONS')?.['buttons'] as
    { type: string; text: string }[] | undefined
  if (!buttons?.some((one) => one.type === 'QUICK_REPLY' && one.text === text))
    throw new Error(`The template has no reply ${text}`)
  return {
    type: 'button',
    context: { from: '15550783881', id: message.id },
    button: { payload: text, text }
  }
}

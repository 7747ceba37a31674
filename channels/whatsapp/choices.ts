import { ChannelError, type Choices } from '../channel.ts'
import { limits } from './limits.ts'
import { mediaOf, type Uploaded } from './media.ts'

const refused = (words: string) => new ChannelError('refused', words)
const atMost = (what: string, most: number) =>
  refused(`${what} has ${String(most)} characters at most on WhatsApp.`)

/** Throws ChannelError('refused') for choices that WhatsApp does not show. */
export function checkChoices(choices: Choices, text: string): void {
  const isList = choices.as === 'list'
  const { options } = choices
  const most = isList ? limits.rows : limits.buttons
  if (options.length === 0 || options.length > most)
    throw refused(`WhatsApp shows one to ${String(most)} choices as ${isList ? 'a list' : 'buttons'}.`)
  if (text === '') throw refused('On WhatsApp choices need words above them.')
  const bodyChars = isList ? limits.listBodyChars : limits.buttonsBodyChars
  if (text.length > bodyChars) throw atMost('A message with these choices', bodyChars)
  const titleChars = isList ? limits.rowTitleChars : limits.buttonTitleChars
  const titles = options.map(({ title }) => title.trim())
  if (titles.some((title) => title === '')) throw refused('A choice has no title.')
  if (titles.some((title) => title.length > titleChars))
    throw atMost('The title of such a choice', titleChars)
  if (new Set(titles).size < titles.length) throw refused('Two choices have the same title.')
  if (!isList) return
  if (choices.button.trim() === '' || choices.button.length > limits.listButtonChars)
    throw atMost('What opens a list', limits.listButtonChars)
  if (choices.options.some(({ description = '' }) => description.length > limits.rowDescriptionChars))
    throw atMost('The description of a choice', limits.rowDescriptionChars)
}

/** Words with choices under them, and for buttons a file above. */
export function interactive(choices: Choices, text: string, above?: Uploaded): Record<string, unknown> {
  return {
    type: 'interactive',
    interactive: {
      type: choices.as === 'list' ? 'list' : 'button',
      ...(above && { header: { type: above.kind, [above.kind]: mediaOf(above) } }),
      body: { text },
      action: actionOf(choices)
    }
  }
}

function actionOf(choices: Choices): Record<string, unknown> {
  if (choices.as === 'buttons')
    return {
      buttons: choices.options.map(({ id, title }) => ({ type: 'reply', reply: { id, title: title.trim() } }))
    }
  const rows = choices.options.map(({ id, title, description }) => ({
    id,
    title: title.trim(),
    ...(description && { description })
  }))
  return { button: choices.button.trim(), sections: [{ rows }] }
}

import { ChannelError, type OutboundMessage } from '../channel.ts'
import { checkChoices, interactive } from './choices.ts'
import { limits } from './limits.ts'
import { kindOf, mediaOf, upload, type Uploaded } from './media.ts'
import type { WhatsappAccount } from './settings.ts'
import { templateContent } from './template-content.ts'

/** One of the messages that WhatsApp makes of ours. */
export interface Part {
  label: string
  content: Record<string, unknown>
}

/** Takes a message of ours apart, its files already uploaded. Throws ChannelError('refused') beyond WhatsApp's limits. */
export async function partsOf(message: OutboundMessage, account: WhatsappAccount): Promise<Part[]> {
  const { template, choices } = message
  const text = message.text.trim()
  if (!template && text.length > limits.textChars)
    throw new ChannelError('refused', `WhatsApp carries ${String(limits.textChars)} characters at most.`)
  if (choices) checkChoices(choices, text)
  const files: Uploaded[] = []
  for (const file of message.attachments)
    files.push({ name: file.name, kind: kindOf(file), id: await upload(file, account) })
  if (template) return [{ label: template.name, content: templateContent(template, files) }]
  if (!choices) return wordsAndFiles(text, files)
  // Of one file that buttons can stand under they make one message; a list stands under words only.
  const [only, ...more] = files
  const isHeader = choices.as === 'buttons' && only && more.length === 0 && only.kind !== 'audio'
  return [
    { label: text, content: interactive(choices, text, isHeader ? only : undefined) },
    ...(isHeader ? [] : files.map((file) => filePart(file)))
  ]
}

/** Files follow the words, or carry them as their caption. */
function wordsAndFiles(text: string, files: Uploaded[]): Part[] {
  const only = files.length === 1 ? files[0] : undefined
  const isCaption = only !== undefined && only.kind !== 'audio' && text.length <= limits.captionChars
  return [
    ...(text === '' || isCaption
      ? []
      : [{ label: text, content: { type: 'text', text: { body: text, preview_url: false } } }]),
    ...files.map((file) => filePart(file, isCaption ? text : ''))
  ]
}

const filePart = (file: Uploaded, caption = ''): Part => ({
  label: file.name,
  content: { type: file.kind, [file.kind]: { ...mediaOf(file), ...(caption !== '' && { caption }) } }
})

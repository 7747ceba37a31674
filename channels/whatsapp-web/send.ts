import type { Message, MessageSendOptions } from 'whatsapp-web.js'
import { ChannelError, type OutboundAttachment, type OutboundMessage, type Sent } from '../channel.ts'
import { pageFailure } from './failure.ts'
import { limits } from './limits.ts'
import { phoneOf, type Phone } from './phones.ts'
import type { WhatsappWebAccount } from './settings.ts'
import { within } from './within.ts'

/** One message of WhatsApp: words, or a file with words under it. */
interface Part {
  /** What it is called when it could not leave. */
  label: string
  text: string
  file?: OutboundAttachment
}

/**
 * Hands one message to the linked phone; what becomes of it comes back by `listen`. WhatsApp carries words or one file a
 * message, so that one of ours may become several. Throws ChannelError; what fails after the first part has left is
 * said in `refused`, as the rest must not be repeated.
 */
export async function send(message: OutboundMessage, account: WhatsappWebAccount): Promise<Sent> {
  const phone = phoneOf(account.id)
  const [first, ...rest] = partsOf(message)
  if (!first) throw new ChannelError('refused', 'There is nothing to send.')
  try {
    const chatId = await phone.people.chatOf(message.address)
    if (chatId === null) throw new ChannelError('refused', 'This number is not on WhatsApp.')
    const externalId = await hand(phone, chatId, first, message.answers)
    const refused: NonNullable<Sent['refused']> = []
    for (const part of rest)
      try {
        await hand(phone, chatId, part, message.answers)
      } catch (error) {
        refused.push({ address: part.label, reason: pageFailure(error).message })
      }
    return { externalId, refused }
  } catch (error) {
    throw pageFailure(error)
  }
}

/** One file takes the words along, when they are not too many and it is no sound; else they go first. */
function partsOf({ text, attachments }: OutboundMessage): Part[] {
  const [only] = attachments
  const takesWords =
    attachments.length === 1 && only && text.length <= limits.captionChars && !only.type.startsWith('audio/')
  if (takesWords) return [{ label: only.name, text, file: only }]
  return [
    ...(text.trim() === '' ? [] : [{ label: 'Text', text }]),
    ...attachments.map((file) => ({ label: file.name, text: '', file }))
  ]
}

async function hand(phone: Phone, chatId: string, part: Part, answers: string | undefined): Promise<string> {
  await phone.pace.turn()
  const options: MessageSendOptions = {
    sendSeen: false,
    linkPreview: false,
    parseVCards: false,
    waitUntilMsgSent: true,
    ...(answers !== undefined && { quotedMessageId: answers })
  }
  const { client } = phone
  const sent = part.file
    ? client.sendMessage(chatId, await mediaOf(part.file), {
        ...options,
        ...(part.text !== '' && { caption: part.text }),
        // What WhatsApp shows by itself is shown; all else is a file to open.
        sendMediaAsDocument: !/^(image\/(jpeg|png)|video\/mp4|audio\/(mpeg|ogg|aac|mp4))$/.test(
          part.file.type
        )
      })
    : client.sendMessage(chatId, part.text, options)
  const stored = (await within(limits.sentMs + (part.file ? limits.mediaMs : 0), 'Sending', sent)) as
    Message | null | undefined
  if (!stored) throw new ChannelError('unreachable', 'WhatsApp did not take the message.')
  return stored.id._serialized
}

async function mediaOf({ name, type, content }: OutboundAttachment) {
  const { default: library } = await import('whatsapp-web.js')
  return new library.MessageMedia(type, Buffer.from(content).toString('base64'), name, content.byteLength)
}

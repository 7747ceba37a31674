import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { ChannelError, type OutboundMessage, type Sent } from '../channel.ts'
import { ask } from '../meta/graph.ts'
import { limits } from './limits.ts'
import { kindOf, upload } from './media.ts'
import { isUserId } from './number.ts'
import { graphOf, settingsOf, type WhatsappAccount } from './settings.ts'

const Accepted = Type.Object({
  messages: Type.Array(Type.Object({ id: Type.String({ minLength: 1 }) }), { minItems: 1 })
})

/** One of the messages that WhatsApp makes of ours. */
interface Part {
  label: string
  content: Record<string, unknown>
}

/**
 * Hands one message to Meta; what becomes of it comes back by webhook. WhatsApp carries words or one file a message, so
 * files follow the words, or carry them as their caption. Files are uploaded before anything leaves. Throws
 * ChannelError; what fails after the first part has left is said in `refused`, as the rest must not be repeated.
 */
export async function send(message: OutboundMessage, account: WhatsappAccount): Promise<Sent> {
  const [first, ...rest] = await partsOf(message, account)
  if (!first) throw new ChannelError('refused', 'There is nothing to send.')
  const externalId = await hand(first, message, account)
  const refused: NonNullable<Sent['refused']> = []
  for (const part of rest)
    try {
      await hand(part, message, account)
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error
      refused.push({ address: part.label, reason: error.message })
    }
  return { externalId, refused }
}

async function partsOf(message: OutboundMessage, account: WhatsappAccount): Promise<Part[]> {
  const text = message.text.trim()
  if (text.length > limits.textChars)
    throw new ChannelError('refused', `WhatsApp carries ${String(limits.textChars)} characters at most.`)
  const files = []
  for (const file of message.attachments)
    files.push({ file, kind: kindOf(file), id: await upload(file, account) })
  const only = files.length === 1 ? files[0] : undefined
  const isCaption = only !== undefined && only.kind !== 'audio' && text.length <= limits.captionChars
  return [
    ...(text === '' || isCaption
      ? []
      : [{ label: text, content: { type: 'text', text: { body: text, preview_url: false } } }]),
    ...files.map(({ file: { name }, kind, id }) => ({
      label: name,
      content: {
        type: kind,
        [kind]: {
          id,
          ...(kind === 'document' && { filename: name }),
          ...(isCaption && text !== '' && { caption: text })
        }
      }
    }))
  ]
}

async function hand({ content }: Part, message: OutboundMessage, account: WhatsappAccount): Promise<string> {
  const { phoneNumberId } = settingsOf(account)
  const { id, address, answers } = message
  const answer = await ask(graphOf(account), `${phoneNumberId}/messages`, {
    method: 'POST',
    json: {
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      ...(isUserId(address) ? { recipient: address } : { to: address }),
      ...(answers !== undefined && { context: { message_id: answers } }),
      biz_opaque_callback_data: id,
      ...content
    }
  })
  if (!Value.Check(Accepted, answer))
    throw new ChannelError('unreachable', 'Meta does not say that it has taken the message.')
  return answer.messages[0]!.id
}

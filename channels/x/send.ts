import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { ChannelError, type OutboundAttachment, type OutboundMessage, type Sent } from '../channel.ts'
import { limits } from './limits.ts'
import type { XPort } from './port.ts'
import { messageId, postId } from './said.ts'
import { ensurePaidFor, settingsOf, type XAccount } from './settings.ts'
import { isSnowflake } from './snowflake.ts'
import { portOf } from './twit-port.ts'
import { kindOf, upload } from './upload.ts'
import { weightedLength } from './weighted-length.ts'

const Posted = Type.Object({ data: Type.Object({ id: Type.String({ pattern: '^\\d{1,19}$' }) }) })
const Messaged = Type.Object({ data: Type.Object({ dm_event_id: Type.String({ pattern: '^\\d{1,19}$' }) }) })

/**
 * Hands one message to X: as a public reply where it is meant for everybody, else as a direct message. Nothing becomes
 * public that does not say so. Files are handed up before anything leaves. Throws ChannelError.
 */
export async function send(message: OutboundMessage, account: XAccount): Promise<Sent> {
  ensurePaidFor(settingsOf(account))
  const port = portOf(account)
  const text = message.text.trim()
  if (text === '' && message.attachments.length === 0)
    throw new ChannelError('refused', 'There is nothing to send.')
  return message.audience === 'public' ? reply(port, message, text) : write(port, message, text)
}

const refused = (words: string) => new ChannelError('refused', words)

/** A public reply to the post that is answered. */
async function reply(
  port: XPort,
  { answers = '', attachments }: OutboundMessage,
  text: string
): Promise<Sent> {
  const answered = answers.startsWith('post:') ? answers.slice('post:'.length) : ''
  if (!isSnowflake(answered)) throw refused('It is not known which post this answers.')
  const length = weightedLength(text)
  if (length > limits.postChars)
    throw refused(
      `A post has at most ${String(limits.postChars)} characters as X counts them (a link 23, an emoji or a wide character 2); this one has ${String(length)}.`
    )
  const kinds = attachments.map(kindOf)
  if (kinds.length > limits.imagesOfAPost || (kinds.length > 1 && kinds.some((kind) => kind !== 'image')))
    throw refused(`A post has up to ${String(limits.imagesOfAPost)} pictures, or one film or animation.`)
  const ids = []
  for (const file of attachments) ids.push(await upload(port, file, 'tweet'))
  const posted = await port.ask({
    method: 'POST',
    endpoint: '/2/tweets',
    json: {
      text,
      reply: { in_reply_to_tweet_id: answered },
      ...(ids.length > 0 && { media: { media_ids: ids } })
    }
  })
  if (!Value.Check(Posted, posted))
    throw new ChannelError('unreachable', 'X does not say that it has posted it.')
  return { externalId: postId(posted.data.id) }
}

/** A direct message; X carries one file each, so that further ones follow it. */
async function write(port: XPort, { address, attachments }: OutboundMessage, text: string): Promise<Sent> {
  if (!isSnowflake(address)) throw refused('This is no person on X.')
  if (text.length > limits.messageChars)
    throw refused(`A direct message has at most ${String(limits.messageChars)} characters.`)
  attachments.forEach(kindOf)
  const files: { file: OutboundAttachment; id: string }[] = []
  for (const file of attachments) files.push({ file, id: await upload(port, file, 'dm') })
  const [first, ...rest] = files
  const externalId = await hand(port, address, text, first?.id)
  const missing: NonNullable<Sent['refused']> = []
  for (const { file, id } of rest)
    try {
      await hand(port, address, '', id)
    } catch (error) {
      // The first part has left, and must not be repeated.
      if (!(error instanceof ChannelError)) throw error
      missing.push({ address: file.name, reason: error.message })
    }
  return { externalId, refused: missing }
}

async function hand(port: XPort, to: string, text: string, mediaId: string | undefined): Promise<string> {
  const sent = await port.ask({
    method: 'POST',
    endpoint: '/2/dm_conversations/with/:participant_id/messages',
    params: { participant_id: to },
    json: {
      ...(text !== '' && { text }),
      ...(mediaId !== undefined && { attachments: [{ media_id: mediaId }] })
    }
  })
  if (!Value.Check(Messaged, sent))
    throw new ChannelError('unreachable', 'X does not say that it has taken the message.')
  return messageId(sent.data.dm_event_id)
}

import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { ChannelError, type Choices, type OutboundMessage, type Sent } from '../../channel.ts'
import { cut } from '../../clean-text.ts'
import { ask } from '../graph.ts'
import { limits } from './limits.ts'
import { upload } from './media.ts'
import type { Page } from './page.ts'
import { split } from './split.ts'

const Accepted = Type.Object({ message_id: Type.String({ minLength: 1 }) })
const refused = (words: string) => new ChannelError('refused', words)

/** One of the messages that the platform makes of ours. */
interface Part {
  label: string
  content: Record<string, unknown>
}

/** Ids of what stands where everybody reads it are marked as such. */
export const commentId = (id: string): string => `comment:${id}`
export const commentIn = (externalId: string): string | null => /^comment:(.+)$/.exec(externalId)?.[1] ?? null

/**
 * Hands one message to Meta; what becomes of it comes back by webhook. The platforms carry words or one file a message,
 * so files follow the words; choices stand under the last, because any later message takes them away. Files are
 * uploaded before anything leaves. Throws ChannelError; what fails after the first part has left is said in `refused`,
 * as the rest must not be repeated.
 */
export async function sendByPage(message: OutboundMessage, page: Page): Promise<Sent> {
  if (message.audience === 'public') {
    checkPublic(message, page)
    return { externalId: await page.platform.answerInPublic(message, page) }
  }
  const to = recipientOf(message, page)
  const [first, ...rest] = await partsOf(message, page)
  if (!first) throw refused('There is nothing to send.')
  const externalId = await hand(first, to, page)
  const failed: NonNullable<Sent['refused']> = []
  for (const part of rest)
    try {
      await hand(part, to, page)
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error
      failed.push({ address: part.label, reason: error.message })
    }
  return { externalId, refused: failed }
}

/** Throws 'refused' for what cannot be read by everybody. */
function checkPublic({ text, attachments, choices, answers }: OutboundMessage, { platform }: Page): void {
  if (answers === undefined) throw refused('It is not known which comment this answers.')
  if (attachments.length > 0) throw refused(`${platform.name} carries no files in answers to comments.`)
  if (choices) throw refused('A comment offers no choices.')
  if (text.trim() === '') throw refused('There is nothing to send.')
}

/** Whom it is for and under which of Meta's rules. Throws 'refused' when there is none. */
function recipientOf({ audience, answers = '', address, heardAt, automatic }: OutboundMessage, page: Page) {
  if (audience === 'private') {
    const comment = commentIn(answers)
    if (comment === null) throw refused('Only a comment can be answered in private.')
    return { recipient: { comment_id: comment }, messaging_type: 'RESPONSE' }
  }
  if (!/^\d+$/.test(address))
    throw refused(`${page.platform.name} does not say who this is: nobody can be written to.`)
  const seconds = heardAt ? (Date.now() - heardAt.getTime()) / 1000 : Infinity
  if (seconds < limits.windowSeconds) return { recipient: { id: address }, messaging_type: 'RESPONSE' }
  if (!automatic && seconds < limits.agentSeconds)
    return { recipient: { id: address }, messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' }
  throw refused(
    automatic
      ? 'The customer last wrote more than 24 hours ago: nothing may be sent automatically.'
      : 'The customer last wrote more than 7 days ago: Meta lets no answer through.'
  )
}

async function partsOf(message: OutboundMessage, page: Page): Promise<Part[]> {
  const { platform } = page
  const files = message.attachments.map((file) => {
    const kind = platform.kindOf(file)
    if (kind === null) throw refused(`${file.name}: ${platform.name} carries ${platform.carried}.`)
    return { file, kind }
  })
  const words: Part[] = split(message.text, platform.fits).map((text) => ({ label: text, content: { text } }))
  if (message.audience === 'private' && words.length + files.length > 1)
    throw refused('One message only may answer a comment in private: words, or one file.')
  const sent: Part[] = []
  for (const { file, kind } of files)
    sent.push({
      label: file.name,
      content: { attachment: platform.attachmentOf(kind, await upload(file, kind, page)) }
    })
  const all = message.choices ? [...sent, ...words] : [...words, ...sent]
  const last = all.at(-1)
  if (last) {
    if (message.choices) last.content['quick_replies'] = quickReplies(message.choices)
    // On the last, so that its echo confirms all.
    if (platform.echoesOurId) last.content['metadata'] = message.id
  }
  return all
}

function quickReplies({ as, options }: Choices) {
  if (as === 'list' || options.length > limits.quickReplies)
    throw refused(`${String(limits.quickReplies)} choices can be offered at most, and no list.`)
  return options.map(({ id, title }) => ({ content_type: 'text', title: shortened(title), payload: id }))
}

/** Meta would cut it without a sign. */
const shortened = (title: string) =>
  title.length <= limits.quickReplyChars ? title : `${cut(title, limits.quickReplyChars - 1).trimEnd()}…`

async function hand({ content }: Part, to: object, { graph, pageId }: Page): Promise<string> {
  const answer = await ask(graph, `${pageId}/messages`, { method: 'POST', json: { ...to, message: content } })
  if (!Value.Check(Accepted, answer))
    throw new ChannelError('unreachable', 'Meta does not say that it has taken the message.')
  return answer.message_id
}

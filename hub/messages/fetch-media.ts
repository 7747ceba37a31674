import { ChannelError, type InboundMedia } from '@palabre/channels/channel'
import { channelNamed } from '@palabre/channels/registry'
import { openAccount, type AccountDoc } from '../accounts/account.model.ts'
import { accountOf } from '../accounts/accounts.ts'
import { setHealth } from '../accounts/health.ts'
import { removeFile, storeFile } from '../attachments/store.ts'
import { seenType } from '../attachments/seen-type.ts'
import type { Hub } from '../hub.ts'
import { tellStored } from './delivery.ts'
import { Message, type MessageDoc } from './message.model.ts'

/** How long one attempt may take before another worker may try. */
const claimMs = 120_000
const attemptsAllowed = 48

/** When the next attempt is made: 5 s, 10 s, 20 s … one hour at most, about a day and a half in all. */
const pauseAfter = (attempt: number) => Math.min(3_600_000, 5_000 * 2 ** (attempt - 1))

/**
 * Fetches the files of a customer's message that are still with the provider, once each however many workers try. What
 * cannot be had is said beside the message. Returns when to come back, or null when there is nothing left to do.
 */
export async function fetchMedia(hub: Hub, id: string): Promise<Date | null> {
  const now = new Date()
  const message = (await Message.findOneAndUpdate(
    { _id: id, mediaAt: { $lte: now, $type: 'date' } },
    { $set: { mediaAt: new Date(now.getTime() + claimMs) }, $inc: { mediaAttempts: 1 } },
    { returnDocument: 'after' }
  ).lean()) as MessageDoc | null
  if (!message) return null
  const account = await accountOf(hub, message.accountId.toHexString())
  const signal = AbortSignal.timeout(claimMs)
  let left = 0
  let next: Date | null = null
  for (const media of message.media) {
    const failure = await fetchOne(hub, message, media, account, signal)
    if (!failure) continue
    if (isFinal(failure, message)) {
      await giveUp(message, media, failure.message)
      continue
    }
    left++
    const pause = failure.retryAfterMs ?? pauseAfter(message.mediaAttempts)
    next = new Date(Date.now() + pause)
    await Message.updateOne(
      { _id: message._id },
      { $set: { failure: { reason: sayOf(media, failure.message), temporary: true } } }
    )
  }
  const written = (await Message.findOneAndUpdate(
    { _id: message._id },
    { $set: { mediaAt: left > 0 ? next : null } },
    { returnDocument: 'after' }
  ).lean()) as MessageDoc | null
  if (written?.failure?.temporary && left === 0) {
    await Message.updateOne({ _id: message._id }, { $set: { failure: null } })
    written.failure = null
  }
  if (written) await tellStored(hub, written)
  return next
}

const sayOf = ({ name }: InboundMedia, reason: string) => `${name}: ${reason}`

const isFinal = (failure: ChannelError, { mediaAttempts }: MessageDoc) =>
  failure.reason === 'refused' || mediaAttempts >= attemptsAllowed

/** One file into the message; what went wrong, or null. */
async function fetchOne(
  hub: Hub,
  message: MessageDoc,
  media: InboundMedia,
  account: AccountDoc | null,
  signal: AbortSignal
): Promise<ChannelError | null> {
  const channel = account && channelNamed(account.channel)
  if (!account || !channel?.fetchMedia) return new ChannelError('refused', 'The channel account is gone')
  try {
    const { name, content, type } = await channel.fetchMedia(media, openAccount(hub, account), signal)
    const ref = await storeFile(content, name, {
      type: await seenType(content, type),
      inline: false,
      interactionId: message.interactionId,
      visitKey: null,
      messageId: message._id,
      byId: null,
      use: 'attachment'
    })
    const { modifiedCount } = await Message.updateOne({ _id: message._id, 'media.id': media.id }, {
      $pull: { media: { id: media.id } },
      $push: { attachments: ref }
    } as never)
    // Another worker was faster; its copy counts.
    if (modifiedCount === 0) await removeFile(ref.id)
    return null
  } catch (error) {
    if (!(error instanceof ChannelError)) {
      hub.log.error({ err: error, messageId: message._id }, 'fetching a file failed unexpectedly')
      return new ChannelError('unreachable', 'Something went wrong on our side', { cause: error })
    }
    if (error.reason === 'unauthorized') await setHealth(hub, account, 'refused', error.message)
    return error
  }
}

const giveUp = (message: MessageDoc, media: InboundMedia, reason: string) =>
  Message.updateOne({ _id: message._id }, {
    $pull: { media: { id: media.id } },
    $set: { failure: { reason: sayOf(media, reason), temporary: false } }
  } as never)

import { ChannelError, type InboundMedia } from '@palabre/channels/channel'
import { channelNamed } from '@palabre/channels/registry'
import { openAccount, type AccountDoc } from '../accounts/account.model.ts'
import { accountOf } from '../accounts/accounts.ts'
import { setHealth } from '../accounts/health.ts'
import { prepareFile } from '../attachments/prepare.ts'
import { findFile, removeFile, removeUnused, toRef } from '../attachments/store.ts'
import { takeIn } from '../attachments/take-in.ts'
import type { Hub } from '../hub.ts'
import { tellStored } from './delivery.ts'
import { Message, type AwaitedMedia, type MessageDoc } from './message.model.ts'

/** How long one attempt may take before another worker may try. */
const claimMs = 120_000
const attemptsAllowed = 48

/** When the next attempt is made: 5 s, 10 s, 20 s … one hour at most, about a day and a half in all. */
const pauseAfter = (attempt: number) => Math.min(3_600_000, 5_000 * 2 ** (attempt - 1))

/**
 * Fetches the files of a customer's message that are still with the provider, once each however many workers try: only
 * the holder of the claim writes, so that one that was frozen meanwhile matches nothing. What cannot be had is said
 * beside the message. Returns when to come back, or null when there is nothing left to do.
 */
export async function fetchMedia(hub: Hub, id: string): Promise<Date | null> {
  const now = new Date()
  const until = new Date(now.getTime() + claimMs)
  const message = (await Message.findOneAndUpdate(
    { _id: id, mediaAt: { $lte: now, $type: 'date' } },
    { $set: { mediaAt: until }, $inc: { mediaAttempts: 1 } },
    { returnDocument: 'after' }
  ).lean()) as MessageDoc | null
  if (!message) return null
  const mine = { _id: message._id, mediaAt: until, mediaAttempts: message.mediaAttempts }
  // What a worker stored that ended before it could say so.
  if (message.mediaAttempts > 1)
    await removeUnused(
      message._id,
      message.attachments.map((one) => one.id)
    )
  const account = await accountOf(hub, message.accountId.toHexString())
  const signal = AbortSignal.timeout(claimMs)
  let next: Date | null = null
  let failure: MessageDoc['failure'] = null
  for (const media of message.media) {
    if (media.failure !== undefined) {
      failure ??= { reason: sayOf(media, media.failure), temporary: false }
      continue
    }
    const error = await fetchOne(hub, { message, mine, media, account, signal })
    if (!error) continue
    const isLast = isFinal(error, message)
    failure = { reason: sayOf(media, error.message), temporary: !isLast }
    if (isLast) await giveUp(mine, media, error.message)
    else next = new Date(Date.now() + (error.retryAfterMs ?? pauseAfter(message.mediaAttempts)))
  }
  const written = (await Message.findOneAndUpdate(
    mine,
    { $set: { mediaAt: next, failure } },
    { returnDocument: 'after' }
  ).lean()) as MessageDoc | null
  if (!written) return null
  await tellStored(hub, written)
  return next
}

const sayOf = ({ name }: InboundMedia, reason: string) => `${name}: ${reason}`

const isFinal = (failure: ChannelError, { mediaAttempts }: MessageDoc) =>
  failure.reason === 'refused' || mediaAttempts >= attemptsAllowed

/** What only the holder of the claim finds. */
type Mine = Pick<MessageDoc, '_id' | 'mediaAt' | 'mediaAttempts'>

interface One {
  message: MessageDoc
  mine: Mine
  media: AwaitedMedia
  account: AccountDoc | null
  signal: AbortSignal
}

/** One file into the message; what went wrong, or null. */
async function fetchOne(
  hub: Hub,
  { message, mine, media, account, signal }: One
): Promise<ChannelError | null> {
  const channel = account && channelNamed(account.channel)
  if (!account || !channel?.fetchMedia) return new ChannelError('refused', 'The channel account is gone')
  try {
    const { name, content, type } = await channel.fetchMedia(media, openAccount(hub, account), signal)
    const { id } = await takeIn(hub, content, name, {
      type,
      inline: false,
      interactionId: message.interactionId,
      visitKey: null,
      messageId: message._id,
      byId: null,
      use: 'attachment',
      mediaId: media.id
    })
    const fileId = id.toHexString()
    const next = await prepareFile(hub, fileId)
    const file = await findFile(id)
    const { modifiedCount } = file
      ? await Message.updateOne({ ...mine, 'media.id': media.id }, {
          $pull: { media: { id: media.id } },
          $push: { attachments: toRef(file) }
        } as never)
      : { modifiedCount: 0 }
    // Another worker has the claim by now; its copy counts.
    if (modifiedCount === 0 && file) await removeFile(id)
    else if (next) hub.schedule('file.prepare', { fileId }, { key: `${fileId}-${String(+next)}`, at: next })
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

/** It stays beside the message, where somebody may have it asked for again. */
const giveUp = (mine: Mine, media: AwaitedMedia, failure: string) =>
  Message.updateOne({ ...mine, 'media.id': media.id }, { $set: { 'media.$.failure': failure } } as never)

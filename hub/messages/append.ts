import { previewOf } from './preview.ts'
import type { Hub } from '../hub.ts'
import { Interaction, interactionTold, type InteractionDoc } from '../interactions/interaction.model.ts'
import { relayGraceMs } from '../record/change.ts'
import { grouped } from '../record/group.ts'
import { repeatsIn } from '../record/repeats.ts'
import { updateEach } from '../record/update-each.ts'
import { Refusal } from '../refuse.ts'
import { Message, presentMessage, type MessageDoc } from './message.model.ts'
import { settleMessages, tellMessage } from './tell.ts'

interface Append {
  message: MessageDoc
  interaction: InteractionDoc
}

type Appender = (append: Append) => Promise<MessageDoc>
const appenders = new WeakMap<Hub, Appender>()

/**
 * Stores a message written on our side and brings its interaction up to date; concurrent ones share their database
 * commands. A repeat of the same clientId gives the message that was stored first.
 */
export function appendMessage(
  hub: Hub,
  message: MessageDoc,
  interaction: InteractionDoc
): Promise<MessageDoc> {
  let appender = appenders.get(hub)
  if (!appender) {
    appender = grouped<Append, MessageDoc>((appends) => appendGroup(hub, appends))
    appenders.set(hub, appender)
  }
  return appender({ message, interaction })
}

/** What a message of ours changes in its interaction. A note does not answer the customer. */
function changeOf(message: MessageDoc, now: Date): Record<string, unknown> {
  return {
    $set: {
      preview: previewOf(message.text, message.attachments),
      previewKind: message.kind,
      lastMessageAt: message.at,
      updatedAt: now,
      relayAt: new Date(now.getTime() + relayGraceMs),
      ...(message.kind === 'out' && message.automatic === null && { waitingFor: 'customer', unread: 0 })
    },
    $inc: { version: 1 }
  }
}

async function appendGroup(hub: Hub, appends: Append[]): Promise<(MessageDoc | Error)[]> {
  let repeats = new Set<number>()
  try {
    await Message.collection.insertMany(appends.map(({ message }) => message) as never, { ordered: false })
  } catch (error) {
    repeats = repeatsIn(error)
  }
  const stored = appends.filter((_, i) => !repeats.has(i))
  if (stored.length > 0) {
    const now = new Date()
    // A whisper leaves no trace in what others see of the interaction.
    const seen = stored.filter(({ message }) => !message.whisper)
    const newest = await updateEach(
      Interaction,
      seen.map(({ message, interaction }) => ({ _id: interaction._id, update: changeOf(message, now) }))
    )
    for (const { message, interaction } of stored)
      tellMessage(hub, presentMessage(message), newest.get(interaction._id.toHexString()) ?? interaction)
    for (const doc of newest.values()) hub.relay.pass(interactionTold, doc)
    settleMessages(
      hub,
      stored.map(({ message }) => message._id)
    )
  }
  return Promise.all(appends.map(async ({ message }, i) => (repeats.has(i) ? firstOf(message) : message)))
}

async function firstOf(message: MessageDoc): Promise<MessageDoc | Error> {
  const { interactionId, clientId } = message
  const first = (await Message.findOne({
    interactionId,
    clientId: { $eq: clientId, $type: 'string' }
  }).lean()) as MessageDoc | null
  // Nobody reads a whisper by guessing its id.
  return first && !first.whisper === !message.whisper ? first : new Refusal('already-exists')
}

/** Tells what a crash left untold of a message of ours. */
export async function retellOwn(hub: Hub, message: MessageDoc) {
  const interaction = (await Interaction.findById(message.interactionId).lean()) as InteractionDoc | null
  if (interaction) {
    if (!message.whisper && interaction.lastMessageAt < message.at) {
      await Interaction.updateOne({ _id: interaction._id }, changeOf(message, new Date()))
    }
    tellMessage(hub, presentMessage(message), interaction)
  }
  settleMessages(hub, [message._id])
}

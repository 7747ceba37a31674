import type { CallbackSource } from '@palabre/config/contract/callback'
import type { Hub } from '../hub.ts'
import type { InteractionDoc } from '../interactions/interaction.model.ts'
import { linesAfter } from '../record/logged.ts'
import { catalogOf } from '../settings/catalog.ts'
import { idText } from '../wire.ts'
import { languageOf } from './language.ts'
import { Callback, callbackTold, type CallbackDoc } from './callback.model.ts'

const duplicateKey = 11000

/**
 * The callback of an interaction that waited on the line, or was begun by a flow: it has the interaction's own id, so
 * that a repeat makes one. Without effect on what is no callback.
 */
export async function adoptCallback(
  hub: Hub,
  interaction: InteractionDoc,
  source: CallbackSource
): Promise<CallbackDoc | null> {
  const { callback } = interaction
  if (!callback?.id?.equals(interaction._id)) return null
  const now = new Date()
  const queue = (await catalogOf(hub)).queue(interaction.queueId.toHexString())
  const own = new Set(queue?.requirements.map((one) => JSON.stringify(one)))
  const doc: CallbackDoc = {
    _id: interaction._id,
    version: 1,
    log: linesAfter(0, [{ name: 'asked', figures: { source, number: callback.number } }], now),
    logged: 1,
    relayed: 0,
    relayAt: now,
    updatedAt: now,
    state: 'queued',
    queueId: interaction.queueId,
    agentId: null,
    source,
    accountId: interaction.accountId,
    channel: interaction.channel,
    contactId: interaction.contactId,
    name: interaction.contactName === callback.number ? '' : interaction.contactName,
    number: callback.number,
    email: '',
    reason: '',
    locale: await languageOf(hub, interaction.accountId),
    slot: null,
    nextAt: null,
    interactionId: interaction._id,
    conversationId: interaction.conversationId,
    attempts: [],
    kept: null,
    consent: null,
    // What the queue itself asks and adds comes again whenever it is given to it.
    requirements: interaction.requirements.filter((one) => !own.has(JSON.stringify(one))),
    priority: 0,
    round: 0,
    createdAt: callback.askedAt,
    endedAt: null
  }
  try {
    await Callback.collection.insertOne(doc as never)
  } catch (error) {
    if ((error as { code?: number }).code !== duplicateKey) throw error
    return (await Callback.findById(interaction._id).lean()) as CallbackDoc | null
  }
  hub.relay.pass(callbackTold, doc)
  hub.log.debug({ interactionId: idText(interaction._id) }, 'a callback was noted')
  return doc
}

/** The callback that an interaction is the work of; null when it is none. */
export async function callbackOf(hub: Hub, interaction: InteractionDoc): Promise<CallbackDoc | null> {
  const id = interaction.callback?.id
  if (!id) return null
  const doc = (await Callback.findById(id).lean()) as CallbackDoc | null
  return doc ?? adoptCallback(hub, interaction, 'wait')
}

import { Types } from 'mongoose'
import { receiveMessage } from '../conversations/receive.ts'
import type { Hub } from '../hub.ts'
import { Message } from '../messages/message.model.ts'
import { customerOf, type CallDoc } from './call.model.ts'
import { customerLeft } from './party-state.ts'
import { writeCall } from './write.ts'

/**
 * Makes the call's interaction in its queue; a repeat finds the one that was made. The media server's id of the
 * customer's party keeps it one.
 */
export async function enterQueue(hub: Hub, call: CallDoc): Promise<void> {
  const externalId = customerOf(call).partyId ?? call._id.toHexString()
  const found = call.findings.map(({ label, value }) => `${label}: ${value}`).join('\n')
  const stored =
    (await receiveMessage(
      hub,
      call.accountId.toHexString(),
      {
        kind: 'message',
        address: call.number || `anonymous:${externalId}`,
        externalId,
        text: found,
        ...(call.name && { name: call.name })
      },
      {
        customerOnline: true,
        form: Object.fromEntries(call.findings.map(({ label, value }) => [label, value])),
        ...(call.into && { into: call.into })
      }
    )) ??
    (await Message.findOne(
      { accountId: call.accountId, externalId: { $eq: externalId, $type: 'string' } },
      { interactionId: 1 }
    ).lean())
  const interactionId = stored?.interactionId
  if (!interactionId) throw new Error(`Call ${call._id.toHexString()} has no interaction yet`)
  const { doc } = await writeCall(hub, call._id, (newest) =>
    newest.interactionId
      ? null
      : {
          set: { interactionId: new Types.ObjectId(interactionId) },
          entries: [{ name: 'queued', figures: { interactionId: interactionId.toHexString() } }]
        }
  )
  // They hung up while their place was made: it is nobody's.
  if (doc.state === 'ended') await customerLeft(hub, doc, customerOf(doc).end)
}

/** The caller hears music already; should this fail, the watch of the node tries again. */
export function enterQueueSoon(hub: Hub, call: CallDoc): void {
  enterQueue(hub, call).catch((error: unknown) => {
    hub.log.warn({ err: error, callId: call._id.toHexString() }, 'a call could not be queued yet')
  })
}

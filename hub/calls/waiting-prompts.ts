import type { Prompt } from '@palabre/channels/call'
import type { Hub } from '../hub.ts'
import { loadInteraction } from '../interactions/find.ts'
import { waitOf, type Wait } from '../visitors/wait.ts'
import type { CallDoc, PartyDoc } from './call.model.ts'
import type { VoiceDoor } from './door.ts'
import { linesOf } from './lines.ts'

/** The place is told about so often. */
const tellEveryMs = 45_000

/**
 * What somebody hears who is alone in a room: on hold only music; in the queue the place and what may be expected of
 * it, then music. It is asked for again when it has been played, which shows that the party is still there.
 */
export async function waitingPrompts(
  hub: Hub,
  { policy, wording }: VoiceDoor,
  call: CallDoc,
  party: PartyDoc
): Promise<Prompt[]> {
  if (party.held || call.state === 'talking') return policy.music
  if (!linesOf(hub).takesPlace(call._id.toHexString(), party.tag, tellEveryMs)) return policy.music
  const place = await placeOf(hub, call)
  if (!place) return [wording.say('patience'), ...policy.music]
  return [
    wording.say('position', {
      position: place.position,
      minutes: place.estimatedS === null ? 0 : Math.max(1, Math.ceil(place.estimatedS / 60))
    }),
    ...policy.music
  ]
}

async function placeOf(hub: Hub, { interactionId }: CallDoc): Promise<Wait | null> {
  const interaction = interactionId && (await loadInteraction(interactionId.toHexString()))
  if (!interaction) return null
  return waitOf(hub, {
    id: interaction._id.toHexString(),
    queueId: interaction.queueId.toHexString(),
    state: interaction.state
  })
}

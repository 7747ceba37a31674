import type { Prompt } from '@palabre/channels/call'
import type { Hub } from '../hub.ts'
import { loadInteraction } from '../interactions/find.ts'
import { waitOf, type Wait } from '../visitors/wait.ts'
import type { CallDoc, PartyDoc } from './call.model.ts'
import type { VoiceDoor } from './door.ts'

/** The place is told at first and then about so often, in seconds. */
const tellEveryS = 45
/** Where a prompt list ends, it is asked for again: music of about this length comes between. */
const beatS = 20

/**
 * What somebody hears who is alone in a room: on hold only music; in the queue the place and what may be expected of
 * it, then music. It is asked for again when it has been played, which shows that the party is still there.
 */
export async function waitingPrompts(
  hub: Hub,
  { policy, wording }: VoiceDoor,
  call: CallDoc,
  party: PartyDoc,
  seconds: number
): Promise<Prompt[]> {
  if (party.held || call.state === 'talking') return policy.music
  const isTimeToTell = seconds < 1 || seconds % tellEveryS < beatS
  if (!isTimeToTell) return policy.music
  const place = await placeOf(hub, call)
  if (!place) return seconds < 1 ? policy.music : [wording.say('patience'), ...policy.music]
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

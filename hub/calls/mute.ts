import type { Hub } from '../hub.ts'
import { actorOf, type Who } from '../sessions/who.ts'
import { partyOf, type CallDoc } from './call.model.ts'
import { mineOf } from './mine.ts'
import { withParty } from './parties.ts'
import { writeCall } from './write.ts'

/** Mutes the asker in the call, whichever phone it is; or lets them be heard again. */
export async function muteCall(hub: Hub, who: Who, id: string, on: boolean): Promise<CallDoc> {
  const { call, party } = await mineOf(hub, who, id)
  const { doc } = await writeCall(
    hub,
    id,
    (newest) =>
      partyOf(newest, party.tag).muted === on
        ? null
        : {
            set: {
              parties: withParty(newest.parties, party.tag, () => ({ muted: on, changedAt: new Date() }))
            },
            entries: [{ name: on ? 'muted' : 'unmuted', by: actorOf(who), figures: {} }]
          },
    call
  )
  return doc
}

import type { Member } from '../rooms/room.ts'
import type { Session } from '../session.ts'
import { waitLoop } from '../rooms/wait-loop.ts'

/** A member on hold hears its wait_hook, round after round without a gap, and nobody hears it. */
export function holdMember(session: Session, member: Member, hook: unknown) {
  if (member.held) return
  const held = new AbortController()
  member.held = held
  session.leg.heard.add('held')
  if (hook === undefined) return
  void waitLoop(session, {
    hook,
    payload: () => session.leg.info.toRawJson(),
    gap: 0,
    music: held.signal,
    stop: held.signal
  })
}

export function releaseMember(member: Member) {
  member.held?.abort('over')
  member.held = undefined
}

import type { Verb } from '../frame.ts'
import { aborted, pause } from '../pause.ts'
import type { Member, Room } from '../rooms/room.ts'
import { waitLoop } from '../rooms/wait-loop.ts'
import type { Session } from '../session.ts'
import { stopOf, type Run } from '../stage.ts'
import { timing } from '../timing.ts'
import { openStream } from './listen.ts'
import { play } from './play.ts'
import { say } from './say.ts'
import { isFields } from '../frame.ts'

/** jambonz sets the coach mode of `speakOnlyTo` only after the join; until then everybody hears it: a trap. */
const coachesAfter = 100

/** Joins a room, or waits for its start; until kicked, moved, redirected or hung up. Its reply wins over a redirect. */
export const conference: Run<Session> = async (session, verb, signal) => {
  const room = session.platform.rooms.get(String(verb['name']))
  const starts = verb['startConferenceOnEnter'] !== false
  if (!room.started && !starts && !(await awaitStart(session, verb, room, signal))) {
    session.platform.rooms.forget(room)
    return session.act(verb)
  }
  // Servers do not mix audio with each other: the call has to go where the room is.
  if (room.server && room.server !== session.server) {
    session.move(room.server)
    return session.act(verb)
  }
  const begins = !room.started
  if (begins) room.start(session, verb['statusHook'], verb['statusEvents'])
  return takePart(session, verb, room, signal, begins)
}

async function awaitStart(session: Session, verb: Verb, room: Room, signal: AbortSignal): Promise<boolean> {
  const { started, giveUp } = room.awaitStart()
  const music = new AbortController()
  if (verb['waitHook'] !== undefined)
    void waitLoop(session, {
      hook: verb['waitHook'],
      payload: () => session.leg.info.toRawJson(),
      gap: timing.roomGap,
      music: music.signal,
      stop: signal
    })
  await Promise.race([started, aborted(signal)])
  giveUp()
  music.abort('bridged')
  return !signal.aborted
}

async function takePart(session: Session, verb: Verb, room: Room, signal: AbortSignal, begins: boolean) {
  const member = memberOf(session, verb)
  session.member = member
  room.join(member)
  if (begins) room.letIn()
  const stopped = AbortSignal.any([signal, member.out.signal])
  void enter(session, verb, member, stopped)
  const stream = isFields(verb['listen']) ? openStream(session, verb['listen']) : undefined
  await aborted(stopped)
  stream?.stop()
  session.member = undefined
  return leave(session, verb, room, member, signal)
}

function memberOf(session: Session, verb: Verb): Member {
  const only = verb['speakOnlyTo']
  return {
    stage: session,
    moderator: verb['startConferenceOnEnter'] !== false,
    ...(verb['memberTag'] !== undefined && { tag: String(verb['memberTag']) }),
    // speakOnlyTo alone does not mute; with an explicit start it mutes for ever: both traps of 0.9.8.
    muted: verb['joinMuted'] === true || (only !== undefined && verb['startConferenceOnEnter'] === true),
    joinedAt: performance.now(),
    out: new AbortController()
  }
}

async function enter(session: Session, verb: Verb, member: Member, stopped: AbortSignal) {
  const only = verb['speakOnlyTo']
  if (only !== undefined) void pause(coachesAfter, stopped).then(() => (member.coaching = String(only)))
  const verbs = await session.ask('verb:hook', verb['enterHook'], session.about())
  for (const one of verbs ?? []) {
    if (one.verb === 'play') await play(session, one, stopped)
    if (one.verb === 'say') await say(session, one, stopped)
  }
}

/** Every member's leave is told twice, before and after its actionHook: seen so. */
async function leave(session: Session, verb: Verb, room: Room, member: Member, signal: AbortSignal) {
  const ends = verb['endConferenceOnExit'] === true
  const since = member.joinedAt
  room.part(member)
  const left = room.members.size
  const tell = (members: number) => {
    room.tell(session, 'leave', since, members)
    if (members === 0 || ends) room.tell(session, 'end', since, members)
  }
  tell(left)
  const reply = session.act(verb)
  await Promise.race([reply, pause(timing.secondLeave)])
  tell(Math.max(0, left - 1))
  if (ends) for (const other of room.members) other.out.abort('over')
  session.platform.rooms.forget(room)
  const verbs = await reply
  return stopOf(signal) === 'gone' ? undefined : verbs
}

import { isFields, type Command, type Fields, type Verb } from '../frame.ts'
import type { Leg } from '../leg.ts'
import type { Member } from '../rooms/room.ts'
import type { Session } from '../session.ts'
import { Stage, type Run } from '../stage.ts'
import { configure } from '../verbs/config.ts'
import { pause } from '../verbs/pause.ts'
import { play } from '../verbs/play.ts'
import { say } from '../verbs/say.ts'
import { InvalidVerb, validate } from '../verbs/validate.ts'
import { holdMember, releaseMember } from './hold.ts'
import { redirectCall } from './redirect.ts'

type Act = (session: Session, data: Fields, leg: Leg, command: Command) => void

/** Does what the application commands. What it does not know, or finds no use for, it ignores without a word. */
export function control(session: Session, command: Command) {
  const leg = legOf(session, command.callSid)
  if (!leg) return
  try {
    if (command.command === 'redirect') return redirectCall(session, command)
    if (isFields(command.data)) acts[command.command]?.(session, command.data, leg, command)
  } catch (error) {
    // An unhandled rejection in jambonz's log: the application never hears of it.
    if (!(error instanceof InvalidVerb)) throw error
  }
}

export function legOf(session: Session, callSid?: string): Leg | undefined {
  if (callSid === undefined || callSid === session.leg.info.callSid) return session.leg
  return session.dial?.legs.find(({ info }) => info.callSid === callSid)
}

const acts: Record<string, Act> = {
  'call:status': (_session, { call_status }, leg) => {
    if (call_status === 'completed') leg.bye()
    else if (call_status === 'no-answer') endUnanswered(leg)
  },
  dial: (session, data) => void session.platform.create(data, session.server, session.requestor.base),
  'mute:status': (session, { mute_status }, leg) => {
    const muted = mute_status === 'mute'
    if (session.member && leg === session.leg) session.member.muted = muted
    else if (session.dial?.connected) leg.audio.muted = muted
  },
  // Not the member alone: everybody who did not start the room, a trap of 0.9.8.
  'conf:mute-status': (session, { conf_mute_status }) => {
    const { member } = session
    if (!member) return
    for (const other of membersWith(session)) if (!other.moderator) other.muted = conf_mute_status === 'mute'
  },
  'conf:hold-status': (session, { conf_hold_status, wait_hook }) => {
    if (session.member) hold(session, session.member, conf_hold_status === 'hold', wait_hook)
  },
  'conf:participant-action': (session, { action, tag, wait_hook }) => {
    if (session.member) participate[String(action)]?.(session, session.member, tag, wait_hook)
  },
  whisper: (session, { whisper }, leg) => {
    const verbs = validate(Array.isArray(whisper) ? whisper : [whisper])
    if (session.leg.audio.released) return
    if (session.dial?.connected || session.stream) void whisperTo(session, leg, verbs)
  },
  'listen:status': (session, { listen_status }) => pauseStream(session, listen_status),
  'stream:status': (session, { stream_status, listen_status }) =>
    pauseStream(session, stream_status ?? listen_status),
  config: (session, data) => {
    const [verb] = validate([{ verb: 'config', ...data }])
    if (verb) configure(session, verb)
  },
  dtmf: (_session, { dtmf }, leg) => {
    if (isFields(dtmf)) leg.heard.add('digits', String(dtmf['digit']))
  }
}

/** An inbound caller is refused with 503, a leg that rings is cancelled. */
function endUnanswered(leg: Leg) {
  if (leg.info.kind === 'inbound') leg.refuse(503, true)
  else leg.cancel()
}

function pauseStream({ stream }: Session, status: unknown) {
  if (stream) stream.paused = status === 'pause'
}

function hold(session: Session, member: Member, on: boolean, hook: unknown) {
  if (on) holdMember(session, member, hook)
  else releaseMember(member)
}

const participate: Record<string, (session: Session, member: Member, tag: unknown, hook: unknown) => void> = {
  tag: (_session, member, tag) => (member.tag = String(tag)),
  untag: (_session, member) => (member.tag = undefined),
  coach: (_session, member, tag) => (member.coaching = String(tag)),
  uncoach: (_session, member) => (member.coaching = undefined),
  mute: (_session, member) => (member.muted = true),
  unmute: (_session, member) => (member.muted = false),
  hold: (session, member, _tag, hook) => holdMember(session, member, hook),
  unhold: (_session, member) => releaseMember(member),
  kick: (_session, member) => member.out.abort('over')
}

const membersWith = (session: Session): Member[] =>
  session.platform.rooms
    .started()
    .flatMap(({ members }) => (session.member && members.has(session.member) ? [...members] : []))

const whispers: Record<string, Run> = { play, say, pause }

/** Both sides of a bridge hear nothing of each other while it plays. */
async function whisperTo(session: Session, leg: Leg, verbs: Verb[]) {
  const both = [session.leg, session.dial?.connected].filter((one) => one !== undefined)
  for (const one of both) one.audio.parted = true
  const stage = new Stage(session.platform, session.server, leg, session.requestor)
  const gone = new AbortController()
  leg.once('ended', () => gone.abort('gone'))
  for (const verb of verbs) {
    await whispers[verb.verb]?.(stage, verb, gone.signal)
  }
  for (const one of both) one.audio.parted = false
}

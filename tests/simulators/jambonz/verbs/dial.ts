import { isFields, type Fields, type Verb } from '../frame.ts'
import { CallInfo } from '../call-info.ts'
import { Leg } from '../leg.ts'
import { aborted, pause } from '../pause.ts'
import { bridge } from '../rooms/bridge.ts'
import type { Session } from '../session.ts'
import { stopOf, type Run } from '../stage.ts'
import { timing } from '../timing.ts'
import { detect } from './amd.ts'
import { confirm } from './confirm.ts'
import { openStream } from './listen.ts'
import { playMedia } from './play.ts'

/** What is being dialled, for commands that act on it. */
export interface Dialling {
  legs: Leg[]
  connected?: Leg
  /** The connected leg lives on in a session of its own when this dial is killed. */
  split?: (leg: Leg) => void
}

type Outcome = { status: string; sipStatus: number; leg: Leg }

/** Calls up to ten at once; the first to answer (and confirm) is bridged. A dial that fails goes on with its ack. */
export const dial: Run<Session> = async (session, verb, signal) => {
  if (verb['answerOnBridge'] !== true) session.leg.answer()
  const targets = (verb['target'] as Fields[]).slice(0, 10)
  const calls = [...targets]
    // Only `sip` needs no look-up, so it is first.
    .sort((a, b) => Number(b['type'] === 'sip') - Number(a['type'] === 'sip'))
    .map((target) => ({ target, leg: legTo(session, verb, target) }))
  const dialling: Dialling = { legs: calls.map(({ leg }) => leg) }
  session.dial = dialling
  const music = playMusic(session, verb)
  for (const { leg } of calls) leg.invite()
  for (const { leg } of calls) session.platform.directory.invite(leg)
  const outcome = await connect(session, verb, calls, signal)
  music.abort('over')
  const last = 'leg' in outcome ? outcome : await talk(session, verb, dialling, outcome.connected, signal)
  session.dial = undefined
  const next = await session.act(verb, {
    dial_call_status: last.status,
    dial_sip_status: last.sipStatus,
    dial_call_sid: last.leg.info.callSid,
    dial_sbc_callid: 'xcid'
  })
  // Only a dial that ended by itself goes on with its ack.
  return signal.aborted ? undefined : next
}

function legTo(session: Session, verb: Verb, target: Fields): Leg {
  const { platform, server } = session
  const routing = target['type'] === 'user' ? 'user' : target['type'] === 'sip' ? 'sip' : 'phone'
  const name = String(target['name'] ?? target['number'] ?? target['sipUri'] ?? '')
  const info = new CallInfo({
    kind: 'dialled',
    from: String(verb['callerId'] ?? session.leg.info.from),
    to: routing === 'user' && !name.includes('@') ? `${name}@${platform.options.realm}` : name,
    account: session.leg.info.account,
    serverAddress: server.address,
    parent: session.leg.info,
    ...(isFields(verb['tag']) && { customerData: { ...verb['tag'] } })
  })
  const headers = { ...(verb['headers'] as object), ...(target['headers'] as object) }
  const leg = new Leg(info, { routing, headers })
  leg.report = () => session.requestor.alert('call:status', info.toJson())
  return leg
}

/** Waits for the one that answers and confirms. */
async function connect(
  session: Session,
  verb: Verb,
  calls: { leg: Leg; target: Fields }[],
  signal: AbortSignal
): Promise<Outcome | { connected: Leg }> {
  const timeout = pause(Number(verb['timeout'] ?? 60) * 1000, signal)
  const trying = new Set(calls)
  let last: Outcome | undefined
  while (trying.size > 0) {
    const first = await Promise.race([timeout, ...[...trying].map((call) => settled(call))])
    if (typeof first === 'boolean') {
      for (const { leg } of trying) {
        leg.cancel()
        last = outcomeOf(leg)
      }
      break
    }
    trying.delete(first)
    const { leg, target } = first
    last = outcomeOf(leg)
    if (!leg.answered) continue
    const others = () => [...trying].forEach((call) => call.leg.cancel())
    const hook = target['confirmHook'] ?? verb['confirmHook']
    if (hook === undefined) others()
    else if (!(await confirm(session, leg, hook, signal))) {
      // The status stays in-progress, and nothing more is told of this leg: traps of 0.9.8.
      leg.byeUntold()
      continue
    } else others()
    return { connected: leg }
  }
  if (!last) throw new Error('A dial has at least one target')
  return last
}

const settled = (call: { leg: Leg; target: Fields }) =>
  new Promise<typeof call>((resolve) => {
    if (call.leg.answered || call.leg.ended) return resolve(call)
    call.leg.once('answered', () => resolve(call))
    call.leg.once('ended', () => resolve(call))
  })

const outcomeOf = (leg: Leg): Outcome => ({
  status: leg.info.status,
  sipStatus: leg.info.sipStatus,
  leg
})

async function talk(
  session: Session,
  verb: Verb,
  dialling: Dialling,
  leg: Leg,
  signal: AbortSignal
): Promise<Outcome> {
  const over = new AbortController()
  session.leg.answer()
  const part = bridge(session.leg, leg)
  dialling.connected = leg
  const untap = tap(session, verb, leg)
  if (verb['anchorMedia'] !== true)
    void pause(timing.release, over.signal).then((passed) => (session.leg.audio.released = passed))
  if (isFields(verb['amd'])) detect(session, leg, verb['amd'], (verbs) => session.redirect(verbs))
  const limit = Number(verb['timeLimit'] ?? 0)
  await Promise.race([
    new Promise<void>((resolve) => (leg.ended ? resolve() : void leg.once('ended', () => resolve()))),
    aborted(signal),
    ...(limit > 0 ? [pause(limit * 1000, over.signal)] : [])
  ])
  over.abort('over')
  session.leg.audio.released = false
  untap()
  part()
  if (dialling.split && stopOf(signal) === 'redirect') dialling.split(leg)
  else leg.bye()
  return { status: 'completed', sipStatus: 200, leg }
}

/** What listens in while two talk: a nested `listen`, and the keys of `dtmfCapture`. */
function tap(session: Session, verb: Verb, leg: Leg): () => void {
  const wanted = verb['listen'] ?? verb['stream']
  const stream = isFields(wanted) ? openStream(session, wanted, leg.info) : undefined
  session.stream = stream
  const captures = isFields(verb['dtmfCapture']) ? verb['dtmfCapture'] : {}
  const capture = (of: unknown) => (key: string) => {
    if (!Array.isArray(of) || !of.includes(key)) return
    void session.ask('verb:hook', verb['dtmfHook'], session.about({ dtmf: key })).then((verbs) => {
      if (verbs?.length) session.redirect(verbs)
    })
  }
  const parent = capture(captures['parentCall'])
  const child = capture(captures['childCall'])
  session.leg.on('digit', parent)
  leg.on('digit', child)
  return () => {
    session.leg.off('digit', parent)
    leg.off('digit', child)
    stream?.stop()
    session.stream = undefined
  }
}

function playMusic(session: Session, verb: Verb): AbortController {
  const music = new AbortController()
  const url = verb['dialMusic']
  if (typeof url === 'string' && session.leg.answered)
    void playMedia(session.leg, 'music', url, { ...session.platform.media(url), seconds: 3600 }, music.signal)
  return music
}

import { randomBytes } from 'node:crypto'
import type { RawData, WebSocket } from 'ws'
import type { AudioOrder, Desk, Line, LineCommand, LineEvent, Role, Step } from '../call.ts'
import { Acks } from './acks.ts'
import { cleaned } from './clean.ts'
import { commandsOf, stackOf, type Situation } from './commands.ts'
import { answeredByFrom, arrivedFrom, resultFrom, roomFrom } from './events.ts'
import { textIn, type Fields } from './fields.ts'
import { callSidIn, readFrame, type Frame, type Verb } from './frames.ts'
import { readHook, type Hook } from './hooks.ts'
import { keepAlive } from './keep-alive.ts'
import { limits, type Pace } from './limits.ts'
import { Paced } from './paced.ts'
import { musicOf } from './policy.ts'
import { promptVerbs } from './prompts.ts'
import { end } from './rest.ts'
import { settingsOf, type VoiceAccount } from './settings.ts'
import { isOver, stateOf, stateRank } from './status.ts'
import { Turns } from './turns.ts'
import { messageOf, written } from './valid.ts'
import { onLine, verbsAfter, verbsOf, waitingVerbs } from './verbs.ts'

/** Serves one call session of jambonz until its socket closes. */
export const attend = (socket: WebSocket, account: VoiceAccount, desk: Desk, pace: Pace = limits): Line =>
  new JambonzLine(socket, account, desk, pace)

/** How a frame is answered that the hub has a say in. */
interface Answering {
  verbs(steps: Step[]): Verb[]
  /** While the hub thinks for too long. */
  safe(): Verb[]
  /** When the hub fails. */
  fault(): Verb[]
  /** Whether the steps replace what the party does: if so they may also come late. */
  replaces: boolean
}

/** Bodies of these are notices that need no answer, and that nobody asked for. */
const unasked = new Set([
  'verb:status',
  'llm:event',
  'llm:tool-call',
  'tts:tokens-result',
  'tts:streaming-event'
])

class JambonzLine implements Line {
  private readonly socket: WebSocket
  private readonly account: VoiceAccount
  private readonly desk: Desk
  private readonly pace: Pace
  private readonly acks: Acks
  private readonly paced: Paced
  private readonly turns = new Turns()

  private sid: string | null = null
  private applicationSid: string
  /** The party was told to the hub, as new or as returned. */
  private isGreeted = false
  private answered: boolean | null = null
  /** This line was told to end the call. */
  private isOurEnd = false

  /** Names the newest batch of steps; begins with what no other line begins with. */
  private readonly name = randomBytes(6).toString('base64url')
  private batches = 0
  /** Steps of the newest batch that was told over this line. */
  private told: Step[] | null = null
  private role: Role | null = null
  private muted = false
  private streamed: AudioOrder | null = null

  /** Commands that a new call could not take yet. */
  private heldBack: (() => void)[] | null = null
  private readonly seen = new Set<string>()
  private readonly ranks = new Map<string, number>()
  /** A party that left its room, as far as is known. */
  private leaving: { timer: NodeJS.Timeout; tell: () => void } | null = null
  private waiting: { id: string; since: number; askedAt: number } | null = null

  constructor(socket: WebSocket, account: VoiceAccount, desk: Desk, pace: Pace) {
    this.socket = socket
    this.account = account
    this.desk = desk
    this.pace = pace
    this.applicationSid = settingsOf(account).applicationSid
    const send = (text: string) => {
      if (socket.readyState === socket.OPEN) socket.send(text)
    }
    this.acks = new Acks(send)
    this.paced = new Paced(send, pace)
    socket.on('message', (raw, isBinary) => {
      this.read(raw, isBinary)
    })
    // A broken socket closes; what was wrong with it changes nothing.
    socket.on('error', () => {
      socket.terminate()
    })
    socket.once('close', (code) => {
      this.acks.forget()
      this.paced.clear()
      clearTimeout(this.leaving?.timer)
      // 1000 is how jambonz ends the line of a call that moved: it did not leave its room.
      if (code !== 1000) this.leaving?.tell()
      desk.lost(this)
    })
    keepAlive(socket, pace.pingMs)
  }

  get partyId(): string | null {
    return this.sid
  }

  tell(command: LineCommand): void {
    if (command.kind === 'cancel') return this.cancel(command.partyId)
    const situation = this.situation(command.kind === 'do' ? this.nextBatch : this.batch)
    const texts = commandsOf(command, situation).map((frame) =>
      written({ ...frame, ...(this.sid !== null && { callSid: this.sid }) })
    )
    if (command.kind === 'do') this.commit(command.steps)
    if (command.kind === 'hangUp') this.isOurEnd = true
    if (command.kind === 'mute' || command.kind === 'unmute') this.muted = command.kind === 'mute'
    if (command.kind === 'stream') this.streamed = command.audio
    if (command.kind === 'streaming' && command.on === 'off') this.streamed = null
    const send = () => {
      this.paced.push(command.kind, texts)
    }
    if (!this.heldBack) return send()
    this.heldBack.push(send)
    // What it is told now is newer than the answer that it still waits for.
    if (command.kind === 'do' || command.kind === 'hangUp') this.acks.flush()
  }

  /** 1012: jambonz comes back, here or elsewhere. 1000 would mean that the call needs us no more. */
  drain(): void {
    this.acks.flush()
    this.socket.close(1012)
  }

  private read(raw: RawData, isBinary: boolean) {
    const frame = isBinary || !Buffer.isBuffer(raw) ? null : readFrame(raw.toString())
    if (!frame) return this.trouble('jambonz sent a frame that cannot be read')
    if (frame.msgid !== null) {
      if (this.seen.has(frame.msgid)) return
      this.seen.add(frame.msgid)
      forgetOldest(this.seen, limits.idsRemembered)
    }
    if (this.turns.pending >= limits.eventsPending) {
      this.acks.flush()
      return this.socket.close(1013)
    }
    this.bind(frame)
    this.handle(frame)
  }

  /** The socket belongs to the call of its first frame; frames of called legs, which name their parent, bind nothing. */
  private bind({ type, data }: Frame) {
    const sid = callSidIn(data)
    if (sid === null || (this.sid !== null && this.sid !== sid)) return
    if (this.sid === null && type === 'call:status' && textIn(data, 'parent_call_sid') !== '') return
    this.sid = sid
    this.applicationSid =
      settingsOf(this.account).applicationSid || textIn(data, 'application_sid') || this.applicationSid
    // A reconnected line is told what was true when the call began.
    const status = type === 'session:reconnect' ? '' : textIn(data, 'call_status')
    if (status === 'in-progress') this.answered = true
    else if (status !== '') this.answered ??= false
  }

  private handle(frame: Frame) {
    switch (frame.type) {
      case 'call:status':
        return this.status(frame.data)
      case 'jambonz:error':
        return this.trouble(`${textIn(frame.data, 'msg')}: ${textIn(frame.data, 'details')}`)
      case 'session:new':
      case 'session:reconnect':
      case 'session:adulting':
      case 'verb:hook':
        break
      default:
        if (unasked.has(frame.type)) return
        this.acks.now(frame.msgid, [])
        return this.trouble(`jambonz sent ${frame.type}, which nobody asked for`)
    }
    if (this.sid === null || (callSidIn(frame.data) ?? this.sid) !== this.sid) {
      this.acks.now(frame.msgid, [])
      return this.trouble(`jambonz sent ${frame.type} of another call`)
    }
    if (frame.type === 'session:new') return this.arrived(frame)
    if (frame.type === 'verb:hook') return this.hook(frame)
    // Not an empty list: had the first answer been lost with the old socket, this one would answer in its place.
    this.acks.now(frame.msgid, holding(1))
    if (frame.type === 'session:adulting') return this.returned(null)
    // Only then is there a session that can be told something.
    this.heldBack ??= []
    this.release()
    this.returned(arrivedFrom(frame.data, this.account))
  }

  private arrived(frame: Frame) {
    // A repeat: the steps of the first one go on.
    if (this.isGreeted) return this.acks.now(frame.msgid, holding(1))
    this.isGreeted = true
    this.heldBack = []
    this.ask(
      frame,
      arrivedFrom(frame.data, this.account),
      {
        verbs: (steps) => stackOf(this.stepVerbs(steps)),
        safe: () => holding(limits.holdSeconds),
        fault: () => [...this.faultVerbs(), { verb: 'hangup' }],
        replaces: true
      },
      () => {
        this.release()
      }
    )
  }

  /** The answer is on its way: a moment later there is a session that takes commands. */
  private release() {
    setTimeout(() => {
      const held = this.heldBack ?? []
      this.heldBack = null
      for (const send of held) send()
    }, this.pace.arrivalSettleMs)
  }

  /** The party is known already: what it was doing goes on. */
  private returned(arrival: Extract<LineEvent, { kind: 'returned' }>['arrival']) {
    this.isGreeted = true
    this.inform({ kind: 'returned', arrival })
  }

  private status(data: Fields) {
    const sid = callSidIn(data)
    const isOwn = sid !== null && sid === this.sid
    if (isOwn && !this.isGreeted && textIn(data, 'direction') === 'inbound') {
      // A call begins with session:new, unless it was moved here from another feature server: then it is a running one.
      this.ranks.set(sid, stateRank.answered)
      this.returned(null)
    }
    const state = stateOf(data, this.account, isOwn && this.isOurEnd)
    if (!state) return this.trouble(`jambonz told no state: ${textIn(data, 'call_status')}`)
    const rank = stateRank[state.state]
    if (rank <= (this.ranks.get(state.partyId) ?? -1)) return
    this.ranks.set(state.partyId, rank)
    forgetOldest(this.ranks, limits.idsRemembered)
    this.inform(state)
  }

  private hook(frame: Frame) {
    if (!this.isGreeted) {
      this.ranks.set(this.sid ?? '', stateRank.answered)
      this.returned(null)
    }
    const hook = readHook(frame.hook)
    switch (hook?.kind) {
      case 'result':
        return this.result(frame, hook)
      case 'waiting':
        return this.waits(frame, hook)
      case 'room': {
        this.acks.now(frame.msgid, [])
        const event = roomFrom(hook.room, frame.data, this.role)
        return event ? this.inform(event) : undefined
      }
      case 'answeredBy': {
        this.acks.now(frame.msgid, [])
        const event = answeredByFrom(frame.data)
        return event ? this.inform(event) : undefined
      }
      default:
        this.acks.now(frame.msgid, [])
        return this.trouble(`jambonz came back with ${frame.hook}, which is not ours`)
    }
  }

  private result(frame: Frame, hook: Extract<Hook, { kind: 'result' }>) {
    const event: LineEvent = { kind: 'result', id: hook.id, result: resultFrom(hook.of, frame.data) }
    // Left over: other steps were told meanwhile, and an answer to this would win over them.
    if (this.isLeftOver(hook.batch) || isOver(frame.data)) {
      this.acks.now(frame.msgid, [])
      // That it left its room for what it was told is no news.
      return hook.of === 'left' ? undefined : this.inform(event)
    }
    const after = () => (this.told ? verbsAfter(hook.id, this.told, onLine(this.account, this.batch)) : [])
    const how: Answering = {
      verbs: (steps) => this.stepVerbs(steps),
      // What follows would go on (and hang up) while the hub still thinks.
      safe: () => (hook.more ? [...holding(limits.holdSeconds), ...after()] : []),
      fault: () => [...this.faultVerbs(), ...after()],
      replaces: true
    }
    if (hook.of !== 'left') return this.ask(frame, event, how)
    this.acks.now(frame.msgid, how.safe())
    this.leaves(() => {
      if (!this.isLeftOver(hook.batch)) this.ask({ ...frame, msgid: null }, event, how)
    })
  }

  /** Tells the hub after a moment, unless the line ends as that of a call which moves. */
  private leaves(left: () => void) {
    const tell = () => {
      this.leaving = null
      left()
    }
    clearTimeout(this.leaving?.timer)
    this.leaving = { tell, timer: setTimeout(tell, this.pace.leftSettleMs) }
  }

  private waits(frame: Frame, { id, batch, since }: Extract<Hook, { kind: 'waiting' }>) {
    // One more question may come after the party was moved.
    if (this.isLeftOver(batch)) return this.acks.now(frame.msgid, [])
    const now = Date.now()
    const before = this.waiting?.id === id ? this.waiting : null
    const isHere = this.told !== null && batch === this.batch
    const begun = before?.since ?? (isHere ? now : since * 1000)
    this.waiting = { id, since: begun, askedAt: now }
    const music = () => this.musicVerbs()
    if (before && now - before.askedAt < this.pace.waitingMs)
      return this.acks.now(frame.msgid, [{ verb: 'pause', length: limits.silentWaitSeconds }])
    this.ask(
      frame,
      { kind: 'waiting', id, seconds: Math.max(0, Math.floor((now - begun) / 1000)) },
      { verbs: (steps) => waitingVerbs(steps, this.account), safe: music, fault: music, replaces: false }
    )
  }

  private ask(frame: Frame, event: LineEvent, how: Answering, sent?: () => void) {
    const { msgid } = frame
    const before = this.batch
    this.acks.expect(msgid, this.pace.answerMs, how.safe, sent)
    this.turns
      .take(async () => this.desk.take(event, this), this.pace.answerMs)
      .then((steps) => {
        const isInTime = this.acks.isOpen(msgid)
        // Newer steps were told while the hub thought about these.
        if (before !== this.batch && how.replaces) return isInTime ? this.acks.answer(msgid, []) : undefined
        if (!isInTime) return how.replaces && steps.length > 0 ? this.tell({ kind: 'do', steps }) : undefined
        this.acks.answer(msgid, how.verbs(steps))
        if (how.replaces && steps.length > 0) this.commit(steps)
      })
      .catch((error: unknown) => {
        if (error instanceof Error && error.name === 'ChannelError') this.trouble(messageOf(error))
        if (this.acks.isOpen(msgid)) this.acks.give(msgid, how.fault())
      })
  }

  /** Tells the hub something that needs no answer; if there is one all the same, the party is told it. */
  private inform(event: LineEvent) {
    this.turns
      .take(async () => this.desk.take(event, this), this.pace.answerMs)
      .then((steps) => {
        if (event.kind === 'returned' && steps.length > 0) this.tell({ kind: 'do', steps })
      })
      // The hub logs what it rejects; steps that cannot be told are told to it as trouble.
      .catch((error: unknown) => {
        if (error instanceof Error && error.name === 'ChannelError') this.trouble(messageOf(error))
      })
  }

  private trouble(detail: string) {
    this.inform({ kind: 'trouble', detail: cleaned(detail, limits.detailChars) })
  }

  /** Whoever is called has a line of their own from the first ring on; when it is not at hand, REST ends the ringing. */
  private cancel(partyId: string) {
    if (partyId === this.sid) return this.tell({ kind: 'hangUp' })
    end(partyId, this.account).catch((error: unknown) => {
      this.trouble(`The ringing could not be ended: ${messageOf(error)}`)
    })
  }

  private get batch(): string {
    return `${this.name}.${this.batches}`
  }

  private get nextBatch(): string {
    return `${this.name}.${this.batches + 1}`
  }

  /** Steps were sent: what comes back of earlier ones is left over. */
  private commit(steps: Step[]) {
    this.batches++
    this.told = steps
    this.waiting = null
    const place = steps.findLast((step) => step.kind === 'wait' || step.kind === 'join')
    this.role = place?.kind === 'join' ? place.as : place ? 'customer' : null
    this.muted = place?.kind === 'join' && (place.muted || place.as === 'supervisor')
    for (const step of steps) if (step.kind === 'stream') this.streamed = step.audio
  }

  /** A node that told nothing yet cannot know, and takes it for new. */
  private isLeftOver(batch: string): boolean {
    return this.told !== null && batch !== this.batch
  }

  private stepVerbs(steps: Step[]): Verb[] {
    return verbsOf(steps, onLine(this.account, this.nextBatch))
  }

  private situation(batch: string): Situation {
    const { applicationSid, answered, muted, streamed } = this
    return { ...onLine(this.account, batch), applicationSid, answered, muted, streamed }
  }

  private musicVerbs(): Verb[] {
    const settings = settingsOf(this.account)
    return promptVerbs(musicOf(settings), settings)
  }

  private faultVerbs(): Verb[] {
    const settings = settingsOf(this.account)
    const text = settings.fault[settings.language.startsWith('fr') ? 'fr' : 'en']
    return text === '' ? [] : promptVerbs([{ kind: 'say', text }], settings)
  }
}

/** Does nothing for so long, and does not answer a call that was not answered yet. */
const holding = (seconds: number): Verb[] => [{ verb: 'pause', length: seconds }]

function forgetOldest(kept: Set<string> | Map<string, unknown>, size: number): void {
  for (const key of kept.keys()) {
    if (kept.size <= size) return
    kept.delete(key)
  }
}

import type { Line, LineCommand } from '@palabre/channels/call'
import { ChannelError } from '@palabre/channels/channel'
import type { Hub } from '../hub.ts'
import { customerTag, type CallDoc, type PartyDoc } from './call.model.ts'
import { leaderTag } from './parties.ts'
import { stepId } from './steps.ts'

/** A party's line at this node, and what it was told last. */
interface Held {
  line: Line
  /** Newest version of the call that it was followed to. */
  version: number
  callId: string
  tag: string
  /** The party as it was followed last. */
  party: PartyDoc
  /** Is on the way into its room: what is told of it there would be lost. */
  isOnTheWay: boolean
  /** Others are called from here, and the call is looked after at this node. */
  leads: boolean
  /** Turn of the task it was told; -1: not known, it is told again. */
  turn: number
  marks: Marks
  /** When a customer who waits was last heard to wait, and last told their place. */
  waitedAt: number
  placeToldAt: number
}

/** Tells a line its task, or others what only they can do; set by the desk, which knows the words. */
type Teller = (call: CallDoc, party: PartyDoc, line: Line) => void

/** How a party is in the call, beside its task. */
type Marks = Pick<PartyDoc, 'held' | 'muted' | 'coach' | 'stream'>

/** How somebody is who has just come into the room: supervisors are not heard at first. */
const fresh = ({ role }: PartyDoc): Marks => ({
  held: false,
  muted: role === 'supervisor',
  coach: null,
  stream: 'off'
})
const marksOf = ({ held, muted, coach, stream }: PartyDoc): Marks => ({ held, muted, coach, stream })
/** Whoever was told a task is in its room by then, and can be held or muted there. */
const settleMs = 1000
/** A task that is younger than this may not have reached a line that was lost: it is told again. */
const doubtMs = 15_000

/**
 * May what a party was told have been lost with its line, or what came back of it? Music is asked for over the line, and
 * ends with a question that was lost. Who is on hold was in the room before.
 */
function isDoubtful({ state, flow }: CallDoc, { task, held, changedAt }: PartyDoc): boolean {
  const isYoung = Date.now() - changedAt.getTime() < doubtMs
  switch (task.kind) {
    case 'flow':
      // What is looked up is told by whoever goes on with the flow; a message that is being left is not asked for again.
      return Boolean(flow?.awaits) && (isYoung || flow?.awaits?.kind !== 'voicemail')
    case 'confirm':
    case 'out':
      return true
    case 'wait':
      return !held && (isYoung || state !== 'talking')
    default:
      return isYoung
  }
}

/** What has to be told so that a party is as it is to be. */
function commandsFrom(was: Marks, party: PartyDoc): LineCommand[] {
  const { tag, turn, held, muted, coach } = party
  const commands: LineCommand[] = []
  if (held !== was.held)
    commands.push(held ? { kind: 'hold', id: stepId({ tag, turn }) } : { kind: 'unhold' })
  // Who hears them is settled before they are heard, and after they are heard no more.
  if (muted && !was.muted) commands.push({ kind: 'mute' })
  if (coach !== was.coach) commands.push(coach ? { kind: 'coach', role: coach } : { kind: 'uncoach' })
  if (!muted && was.muted) commands.push({ kind: 'unmute' })
  return commands
}

/**
 * The lines of this node. Each call is followed here: whatever is new for one of its parties is told to the line, if
 * the line is here. What another node's line has to do is done there, from the same event.
 */
export class Lines {
  readonly #byParty = new Map<string, Held>()
  readonly #byCall = new Map<string, Set<Held>>()
  /** Calls that are looked after here, by interaction. */
  readonly #byInteraction = new Map<string, string>()
  readonly #hub: Hub
  tellTask: Teller = () => undefined
  /** Calls parties that are wanted; only the node with the customer's line does. */
  callWanted: (call: CallDoc, line: Line) => void = () => undefined

  /** Has the sound of a customer come, or come no more, as their call says now. */
  stream: (callId: string, line: Line) => void = () => undefined
  /** A call has ended. */
  over: (call: CallDoc) => void = () => undefined

  constructor(hub: Hub) {
    this.#hub = hub
  }

  get callIds(): string[] {
    return [...this.#byCall.keys()]
  }

  /** Tells again whatever may have been lost: this process stood still for longer than the far side waits. */
  doubt(call: CallDoc): void {
    for (const held of [...(this.#byCall.get(call._id.toHexString()) ?? [])]) {
      const party = call.parties.find(({ tag }) => tag === held.tag)
      if (party) this.attach(call, party, held.line, 'before')
    }
  }

  has(callId: string): boolean {
    return this.#byCall.has(callId)
  }

  /** The call of an interaction, when it is looked after here. */
  callOf(interactionId: string): string | null {
    return this.#byInteraction.get(interactionId) ?? null
  }

  /** Was the call followed to this version, or a later one? */
  knows(callId: string, version: number): boolean {
    return [...(this.#byCall.get(callId) ?? [])].every((held) => held.version >= version)
  }

  /** Calls that are looked after here. */
  get led(): string[] {
    return [...this.#byParty.values()].flatMap(({ leads, callId }) => (leads ? callId : []))
  }

  /** Customers whose sound is to come, whose lines are here, and since when. */
  get streaming(): { callId: string; line: Line; since: number }[] {
    return [...this.#byParty.values()].flatMap(({ party, callId, line }) =>
      party.tag === customerTag && party.state === 'in' && party.stream === 'on'
        ? { callId, line, since: party.changedAt.getTime() }
        : []
    )
  }

  lineOf(callId: string, tag: string): Line | null {
    return this.#find(callId, tag)?.line ?? null
  }

  /**
   * Takes a party's line; a former one of the same party is forgotten. `told`: what it does already, in the answer to
   * its own event; without it, whatever may have been lost is told again.
   */
  attach(call: CallDoc, party: PartyDoc, line: Line, told: 'now' | 'before'): void {
    const callId = call._id.toHexString()
    const key = `${callId} ${party.tag}`
    const former = this.#byParty.get(key)
    if (former) this.#drop(former)
    const isLost = told === 'before' && isDoubtful(call, party)
    // Music on hold is begun anew, whether it was lost or not.
    const isHeldAnew = told === 'before' && party.held && !isLost
    if (isHeldAnew) this.#try(() => line.tell({ kind: 'unhold' }))
    const held: Held = {
      line,
      version: 0,
      party,
      isOnTheWay: false,
      leads: false,
      callId,
      tag: party.tag,
      turn: isLost ? -1 : party.turn,
      // Sound goes over a socket of its own, which may have been lost too.
      marks: isLost ? fresh(party) : { ...marksOf(party), stream: 'off', ...(isHeldAnew && { held: false }) },
      waitedAt: Date.now(),
      placeToldAt: 0
    }
    this.#byParty.set(key, held)
    const set = this.#byCall.get(callId) ?? new Set()
    this.#byCall.set(callId, set.add(held))
    this.follow(call)
  }

  /** The party does its newest task already: it was the answer to its own event. */
  answered(call: CallDoc, party: PartyDoc): void {
    const held = this.#find(call._id.toHexString(), party.tag)
    if (held) held.turn = party.turn
  }

  waited(callId: string, tag: string): void {
    const held = this.#find(callId, tag)
    if (held) held.waitedAt = Date.now()
  }

  /** Is it time to tell somebody who waits their place? If so it counts as told. */
  takesPlace(callId: string, tag: string, everyMs: number): boolean {
    const held = this.#find(callId, tag)
    if (!held || Date.now() - held.placeToldAt < everyMs) return false
    held.placeToldAt = Date.now()
    return true
  }

  /** Customers who should be hearing music and have not asked for more since `before`. */
  silentSince(before: number): { callId: string; tag: string }[] {
    return [...this.#byParty.values()].filter(({ waitedAt }) => waitedAt < before)
  }

  /** Has a silent party told its task once more. */
  tellAgain(callId: string, tag: string): void {
    const held = this.#find(callId, tag)
    if (!held) return
    held.waitedAt = Date.now()
    if (!held.party.held) held.turn = -1
    else {
      this.#try(() => held.line.tell({ kind: 'unhold' }))
      held.marks = { ...held.marks, held: false }
    }
  }

  detach(line: Line): { callId: string; tag: string } | null {
    for (const held of this.#byParty.values())
      if (held.line === line) {
        this.#drop(held)
        return held
      }
    return null
  }

  /** Tells every line of the call that is here what is new for it. */
  follow(call: CallDoc): void {
    const callId = call._id.toHexString()
    // Its lines may have gone before it was told.
    if (call.state === 'ended') this.over(call)
    if (!this.#byCall.has(callId)) return
    const leader = leaderTag(call)
    if (call.interactionId && this.#find(callId, leader))
      this.#byInteraction.set(call.interactionId.toHexString(), callId)
    for (const party of call.parties) {
      const held = this.#find(callId, party.tag)
      if (!held || held.version > call.version) continue
      held.version = call.version
      held.party = party
      held.leads = party.tag === leader
      if (party.state === 'ended') continue
      if (held.turn < party.turn) {
        held.turn = party.turn
        held.waitedAt = Date.now()
        // A new task begins unmarked; what is streamed goes on beside it.
        held.marks = { ...fresh(party), stream: held.marks.stream }
        this.#settle(held)
        this.#try(() => {
          this.tellTask(call, party, held.line)
        })
      }
      this.#mark(held)
      if (held.leads)
        this.#try(() => {
          this.callWanted(call, held.line)
        })
    }
  }

  drain(): void {
    for (const { line } of this.#byParty.values()) line.drain()
  }

  #settle(held: Held) {
    held.isOnTheWay = true
    setTimeout(() => {
      held.isOnTheWay = false
      if (this.#find(held.callId, held.tag) === held) this.#mark(held)
    }, settleMs).unref()
  }

  #mark(held: Held) {
    const { party, callId, marks: was } = held
    if (party.state !== 'in' || held.isOnTheWay) return
    if (party.held && !was.held) held.waitedAt = Date.now()
    held.marks = marksOf(party)
    for (const command of commandsFrom(was, party))
      this.#try(() => {
        held.line.tell(command)
      })
    if (party.tag === customerTag && party.stream !== was.stream) this.stream(callId, held.line)
  }

  #try(act: () => void) {
    try {
      act()
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error
      this.#hub.log.error({ err: error }, 'a line could not be told')
    }
  }

  #find = (callId: string, tag: string) => this.#byParty.get(`${callId} ${tag}`)

  #drop(held: Held) {
    this.#byParty.delete(`${held.callId} ${held.tag}`)
    const set = this.#byCall.get(held.callId)
    set?.delete(held)
    if (set?.size === 0) this.#byCall.delete(held.callId)
    if (!held.leads) return
    for (const [interactionId, callId] of this.#byInteraction)
      if (callId === held.callId) this.#byInteraction.delete(interactionId)
  }
}

const known = new WeakMap<Hub, Lines>()

/** The lines of this node. */
export function linesOf(hub: Hub): Lines {
  let lines = known.get(hub)
  if (!lines) known.set(hub, (lines = new Lines(hub)))
  return lines
}

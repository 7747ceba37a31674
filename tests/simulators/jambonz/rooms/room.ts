import type { Fields } from '../frame.ts'
import type { FeatureServer } from '../feature-server.ts'
import { mix, silence, type Samples } from '../audio/pcm.ts'
import type { Stage } from '../stage.ts'
import { hookUrl } from '../stage.ts'

/** Somebody in a conference. */
export interface Member {
  stage: Stage
  /** Entered with startConferenceOnEnter. */
  moderator: boolean
  tag?: string
  muted: boolean
  /** On hold: neither heard nor hearing. */
  held?: AbortController
  /** Only members with this tag hear it. */
  coaching?: string
  joinedAt: number
  /** Sends it out, as `kick` and the end of the room do. */
  out: AbortController
}

type StatusEvent = 'start' | 'join' | 'leave' | 'end'

/** A conference: who is in, who waits for it, and who hears whom. */
export class Room {
  readonly name: string
  readonly sid: string
  readonly members = new Set<Member>()
  /** Where it started; calls on other servers have to move there. */
  server?: FeatureServer
  startedAt = 0
  readonly #waiting = new Set<() => void>()
  #statusHook?: unknown
  #statusEvents: unknown[] = []

  constructor(name: string, accountSid: string) {
    this.name = name
    this.sid = `conf:${accountSid}:${name}`
  }

  get started() {
    return this.server !== undefined
  }

  get deserted() {
    return this.members.size === 0 && this.#waiting.size === 0
  }

  /** Status hooks and events are those of whoever started the room; others inherit them. */
  start(stage: Stage, statusHook: unknown, statusEvents: unknown) {
    this.server = stage.server
    this.startedAt = performance.now()
    this.#statusHook = statusHook
    this.#statusEvents = Array.isArray(statusEvents) ? statusEvents : []
    this.tell(stage, 'start', this.startedAt, 0)
  }

  join(member: Member) {
    this.members.add(member)
    const { leg } = member.stage
    leg.heard.add('room', this.name)
    leg.audio.play(undefined)
    leg.audio.hears = (slot) => this.#mixFor(member, slot)
    this.tell(member.stage, 'join', this.startedAt, this.members.size)
  }

  part(member: Member) {
    this.members.delete(member)
    member.held?.abort('over')
    member.stage.leg.audio.hears = undefined
  }

  /** Those who wait for the start come in after the one who started it. */
  letIn() {
    for (const enter of [...this.#waiting]) enter()
  }

  /** Resolves once the room has started. */
  awaitStart(): { started: Promise<void>; giveUp: () => void } {
    let giveUp!: () => void
    const started = new Promise<void>((resolve) => {
      const enter = () => {
        this.#waiting.delete(enter)
        resolve()
      }
      this.#waiting.add(enter)
      giveUp = () => void this.#waiting.delete(enter)
    })
    return { started, giveUp }
  }

  /** Tells the status hook on the line of the member that it is about. `members` is as approximate as in 0.9.8. */
  tell(stage: Stage, event: StatusEvent, since: number, members: number) {
    const hook = hookUrl(this.#statusHook)
    if (hook === undefined || !this.#statusEvents.includes(event)) return
    const about: Fields = {
      event,
      duration: Math.round(performance.now() - since) / 1000,
      time: new Date().toISOString(),
      members,
      conference_sid: this.sid,
      friendly_name: this.name,
      ...stage.leg.info.toJson()
    }
    void stage.ask('verb:hook', hook, about, 'data')
  }

  #mixFor(listener: Member, slot: number): Samples {
    if (listener.held) return silence
    const voices: Samples[] = []
    for (const member of this.members) {
      if (member === listener || member.muted || member.held) continue
      if (member.coaching !== undefined && member.coaching !== listener.tag) continue
      voices.push(member.stage.leg.audio.voice(slot))
    }
    return mix(voices)
  }
}

export class Rooms {
  readonly #all = new Map<string, Room>()
  readonly #accountSid: string

  constructor(accountSid: string) {
    this.#accountSid = accountSid
  }

  get(name: string): Room {
    const known = this.#all.get(name)
    if (known) return known
    const made = new Room(name, this.#accountSid)
    this.#all.set(name, made)
    return made
  }

  forget(room: Room) {
    if (room.deserted && this.#all.get(room.name) === room) this.#all.delete(room.name)
  }

  started(): Room[] {
    return [...this.#all.values()].filter((room) => room.started)
  }
}

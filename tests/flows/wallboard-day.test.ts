import { describe, expect, it } from 'vitest'
import type { BoardQuarter } from '@palabre/config/contract/board'
import type { wallboard } from '@palabre/config/contract/wallboard'
import { type Tile, type Wall, type WallServerFrame } from '@palabre/config/contract/wallboard'
import { quarterMs } from '@palabre/config/figures/quarters'
import { isShownAlike, statesOf } from '@palabre/hub/wallboards/states'
import { WallLine, type Socket } from '../../agent-app/src/lib/wallboard/line.ts'

const [second, minute, hour] = [1000, 60_000, 3_600_000]
/** The line may wait half a minute, and a dead handshake another ten seconds. */
const backMs = 45 * second

/** Repeats itself by its seed. */
function dice(seed: number) {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}

/** Time as it is, without waiting for it. */
class Time {
  now: number
  #plan: { at: number; run: () => void }[] = []
  constructor(from: number) {
    this.now = from
  }
  at(at: number, run: () => void) {
    let low = 0
    let high = this.#plan.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#plan[middle]!.at <= at) low = middle + 1
      else high = middle
    }
    this.#plan.splice(low, 0, { at: Math.max(at, this.now), run })
  }
  /** Whole milliseconds, so that nothing is due in none. */
  in = (ms: number, run: () => void) => this.at(this.now + Math.max(1, Math.round(ms)), run)
  until(end: number) {
    for (;;) {
      const next = this.#plan[0]
      if (!next || next.at > end) break
      this.#plan.shift()
      this.now = next.at
      next.run()
    }
    this.now = end
  }
}

class Wire implements Socket {
  onopen: Socket['onopen'] = null
  onmessage: Socket['onmessage'] = null
  onclose: Socket['onclose'] = null
  /** Nothing goes through any more, in either direction, and nobody is told. */
  dead = false
  closed = false
  readonly #hub: Hub
  constructor(hub: Hub) {
    this.#hub = hub
  }
  send(text: string) {
    if (!this.closed) this.#hub.hear(this, text)
  }
  close() {
    this.closed = true
    this.#hub.screens.delete(this)
  }
}

const figure = (name: 'arrived' | 'waiting'): Tile => ({
  ...{ kind: 'figure', columns: 1, rows: 1, label: '', figure: name, warn: null, danger: null },
  ...{
    comparison: 'above',
    filter: { queueIds: [], channels: [], accountIds: [], media: [], teamIds: [], siteIds: [] }
  }
})

/** The far side: the hub's own figures over an imaginary day. */
class Hub {
  up = true
  revoked = false
  screens = new Set<Wire>()
  readonly fields
  readonly time: Time
  readonly #random: () => number
  readonly #day: Intl.DateTimeFormat
  readonly #perDay = new Map<string, number>()
  readonly #quarters = new Map<number, BoardQuarter>()
  #told: Wall['states'] = {}
  #arrived = 0
  #dayAt = { slot: 0, day: '' }
  #known = { key: '', states: {} as Wall['states'] }
  /** The truth, with since when it has been so. */
  truths: { at: number; value: number }[] = []

  constructor(time: Time, zone: string, random: () => number) {
    this.time = time
    this.#random = random
    this.#day = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' })
    this.fields = {
      ...{ name: 'Day', title: '', pageSeconds: 20, theme: 'dark', locale: 'en', showNames: false },
      ...{ timeZone: zone, pages: [{ name: '', columns: 1, tiles: [figure('arrived')] }] }
    } satisfies typeof wallboard.fields extends never ? never : object
    const note = () => {
      const value = this.truth()
      if (this.truths.at(-1)?.value !== value) this.truths.push({ at: time.now, value })
      if (this.truths.length > 50) this.truths.shift()
    }
    const arrive = () => {
      const slot = Math.floor(time.now / quarterMs) * quarterMs
      const known = this.#quarters.get(slot)
      this.#quarters.set(slot, {
        ...{ id: String(slot), slot: new Date(slot).toISOString(), kind: 'queue', agentId: null },
        ...{
          queueId: 'a',
          accountId: 'b',
          channel: 'chat',
          medium: 'chat',
          version: (known?.version ?? 0) + 1
        },
        sums: { arrived: (known?.sums['arrived'] ?? 0) + 1 }
      })
      const day = this.#today()
      this.#arrived++
      this.#perDay.set(day, (this.#perDay.get(day) ?? 0) + 1)
      time.in(20 * second * (0.1 + random()), arrive)
    }
    const look = () => {
      note()
      this.#tell()
      time.in(second / 2, look)
    }
    const tick = () => {
      for (const wire of this.screens) this.say(wire, { type: 'tick', at: new Date(time.now).toISOString() })
      time.in(4 * second, tick)
    }
    arrive()
    look()
    tick()
  }

  /** Worked out another way than figures are: by the date on the calendar. */
  truth = () => this.#perDay.get(this.#today()) ?? 0

  /** Days begin at quarters of an hour. */
  #today(): string {
    const slot = Math.floor(this.time.now / quarterMs)
    if (this.#dayAt.slot !== slot) this.#dayAt = { slot, day: this.#day.format(this.time.now) }
    return this.#dayAt.day
  }

  /** The same until somebody arrives or another quarter of an hour begins. */
  #states(): Wall['states'] {
    const key = `${String(this.#arrived)} ${String(Math.floor(this.time.now / quarterMs))}`
    if (this.#known.key !== key) this.#known = { key, states: this.#worked() }
    return this.#known.states
  }

  #worked() {
    const floor = { cells: [], quarters: [...this.#quarters.values()], agents: [], teams: [], queues: [] }
    return statesOf(this.fields as never, {
      floorSince: () => floor,
      scope: { all: true },
      queueName: () => '',
      now: this.time.now
    })
  }

  #tell() {
    if (!this.up || this.screens.size === 0) return
    const states = this.#states()
    if (isShownAlike(this.#told['0.0'], states['0.0']!, 'count')) return
    this.#told = states
    for (const wire of this.screens)
      this.say(wire, { type: 'tiles', at: new Date(this.time.now).toISOString(), states })
  }

  hear(wire: Wire, text: string) {
    this.time.in(5 + 100 * this.#random(), () => {
      if (!this.up || wire.dead || wire.closed || !text.includes('hello')) return
      if (this.revoked) return this.say(wire, { type: 'refused', reason: 'unknown' })
      this.screens.add(wire)
      this.#told = this.#states()
      const at = new Date(this.time.now).toISOString()
      this.say(wire, { type: 'wall', wall: { at, states: this.#told } as Wall })
    })
  }

  /** Set by the machine: how a frame comes to it. */
  say: (wire: Wire, frame: WallServerFrame) => void = () => {}
}

/** A television with its own clocks, a network and somebody who closes its lid. */
function televisionOf(time: Time, hub: Hub, random: () => number) {
  const machine = { asleep: false, slept: 0, sleptAt: 0, skew: 0, network: true, timers: 0, connects: 0 }
  const wires: Wire[] = []
  const steady = () => time.now - machine.slept - (machine.asleep ? time.now - machine.sleptAt : 0)
  hub.say = (wire, frame) => {
    const text = JSON.stringify(frame)
    time.in(5 + 60 * random(), () => {
      if (machine.network && !wire.dead && !machine.asleep) wire.onmessage?.({ data: text })
    })
  }
  const line = new WallLine({
    token: 'token',
    now: () => time.now + machine.skew,
    steady,
    random,
    changed: () => {},
    after: (ms, run) => {
      const due = steady() + ms
      let active = true
      machine.timers++
      const end = () => {
        if (active) machine.timers--
        active = false
      }
      const look = () => {
        if (!active) return
        if (machine.asleep) time.in(second, look)
        else if (steady() < due) time.in(due - steady(), look)
        else {
          end()
          run()
        }
      }
      time.in(ms, look)
      return end
    },
    connect: () => {
      machine.connects++
      const wire = new Wire(hub)
      wires.push(wire)
      const silent = random() < 0.5
      time.in(5 + 150 * random(), () => {
        if (wire.closed || machine.asleep) wire.dead = true
        else if (machine.network && hub.up) wire.onopen?.()
        else if (machine.network || !silent) wire.onclose?.({ code: 1006 })
        else wire.dead = true
      })
      return wire
    }
  })
  /** Cuts what is open: told, or not. */
  const cut = (code: number, told: boolean) => {
    for (const wire of wires) {
      hub.screens.delete(wire)
      if (wire.dead || wire.closed) continue
      wire.dead = true
      if (told && !machine.asleep) wire.onclose?.({ code })
    }
    wires.splice(0, wires.length, ...wires.filter(({ onmessage }) => onmessage !== null))
  }
  return { machine, line, wires, cut }
}

/** Troubles of a day and a bit, in any order, on top of each other. */
function trouble(
  time: Time,
  hub: Hub,
  { machine, cut, line }: ReturnType<typeof televisionOf>,
  random: () => number
) {
  const often = (meanMs: number, run: () => void) => {
    const next = () => {
      run()
      time.in(meanMs * (0.2 + 1.6 * random()), next)
    }
    time.in(meanMs * random(), next)
  }
  often(11 * minute, () => cut(1006, random() < 0.6))
  often(37 * minute, () => {
    machine.network = false
    cut(1006, random() < 0.5)
    time.in(random() * 4 * minute, () => {
      machine.network = true
      if (random() < 0.5) line.hurry()
    })
  })
  often(53 * minute, () => {
    hub.up = false
    cut(random() < 0.7 ? 1012 : 1006, random() < 0.8)
    time.in(random() * 2 * minute, () => (hub.up = true))
  })
  often(97 * minute, () => {
    if (machine.asleep) return
    Object.assign(machine, { asleep: true, sleptAt: time.now })
    cut(1006, false)
    time.in(random() * 50 * minute, () => {
      machine.slept += time.now - machine.sleptAt
      machine.asleep = false
      if (random() < 0.5) line.hurry()
    })
  })
  often(71 * minute, () => (machine.skew += (random() - 0.5) * 6 * hour))
}

const days = [
  { zone: 'Europe/Paris', day: 'whose clocks go back', from: '2026-10-24T18:00:00Z' },
  { zone: 'Europe/Paris', day: 'whose clocks go forward', from: '2027-03-27T18:00:00Z' },
  { zone: 'America/Sao_Paulo', day: 'like any other', from: '2026-11-23T20:00:00Z' },
  { zone: 'America/St_Johns', day: 'of a half-hour zone', from: '2026-10-31T20:00:00Z' },
  { zone: 'Africa/Cairo', day: 'that leaves midnight out', from: '2027-04-29T16:00:00Z' },
  { zone: 'Pacific/Apia', day: 'at the other end', from: '2026-11-23T04:00:00Z' }
]

describe('the line of a wallboard', () => {
  it.each(days)('comes back through a day in $zone $day, and shows right figures', ({ zone, from }) => {
    const seen = { pulses: 0, fresh: 0, midnights: 0, returns: 0 }
    for (const seed of [7]) {
      const random = dice(seed)
      const time = new Time(Date.parse(from))
      const hub = new Hub(time, zone, random)
      const television = televisionOf(time, hub, random)
      const { machine, line, wires } = television
      trouble(time, hub, television, random)
      line.start()
      const wrong: string[] = []
      let last = 0
      let wokenAt = 0
      const end = time.now + 34 * hour
      while (time.now < end && wrong.length === 0) {
        time.until(time.now + second)
        if (machine.asleep) wokenAt = time.now + 3 * second
        // The second of its first look.
        if (time.now < wokenAt) continue
        seen.pulses++
        const complain = (what: string) => wrong.push(`${what} at ${new Date(time.now).toISOString()}`)
        // One timer and one line, whatever happened.
        if (machine.timers !== 1) complain(`${String(machine.timers)} timers`)
        if (wires.filter(({ onmessage }) => onmessage !== null).length > 1) complain('several lines')
        const state = line.states['0.0']
        if (state?.kind !== 'figure' || line.stale) continue
        seen.fresh++
        // What stands there was true at some moment within the last ten seconds, and the second of a pulse.
        const since = time.now - 11.5 * second
        const could = hub.truths.filter((_, n, all) => (all[n + 1]?.at ?? Infinity) >= since)
        if (!could.some(({ value }) => value === state.value)) complain(`shows ${String(state.value)}`)
        if (Math.abs(line.hubNow() - time.now) > 1500) complain(`thinks it is ${String(line.hubNow())}`)
        if (hub.truth() < last) seen.midnights++
        last = hub.truth()
      }
      expect(wrong).toEqual([])
      seen.returns += line.returns
      line.stop()
      expect(machine.timers).toBe(0)
      expect(wires.filter(({ onmessage }) => onmessage !== null)).toEqual([])
    }
    // The day did what it was to do: it was rough, and it went on.
    expect(seen.returns).toBeGreaterThan(150)
    expect(seen.midnights).toBeGreaterThanOrEqual(1)
    expect(seen.fresh / seen.pulses).toBeGreaterThan(0.85)
  })

  it('is back within its longest wait after every kind of trouble', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = dice(seed)
      const time = new Time(Date.parse('2026-11-23T12:00:00Z'))
      const hub = new Hub(time, 'Africa/Dakar', random)
      const television = televisionOf(time, hub, random)
      const { machine, line, cut } = television
      line.start()
      time.until(time.now + minute)
      expect(line.returns).toBe(1)
      const kind = seed % 4
      if (kind === 0) machine.network = false
      if (kind === 1) hub.up = false
      if (kind === 2) Object.assign(machine, { asleep: true, sleptAt: time.now })
      if (kind === 3) machine.skew = (random() - 0.5) * 48 * hour
      cut(random() < 0.5 ? 1012 : 1006, random() < 0.5 && kind !== 2)
      time.until(time.now + random() * hour)
      if (machine.asleep) machine.slept += time.now - machine.sleptAt
      Object.assign(machine, { network: true, asleep: false })
      hub.up = true
      time.until(time.now + backMs)
      expect([seed, line.stale, line.returns >= 2]).toEqual([seed, false, true])
      line.stop()
    }
  })

  it('greys figures once nothing was heard for ten seconds, and not before', () => {
    const random = dice(3)
    const time = new Time(Date.parse('2026-11-23T12:00:00Z'))
    const hub = new Hub(time, 'Africa/Dakar', random)
    const { machine, line } = televisionOf(time, hub, random)
    line.start()
    time.until(time.now + 30 * second)
    machine.network = false
    time.until(time.now + 5 * second)
    expect(line.stale).toBe(false)
    time.until(time.now + 6 * second)
    expect(line.stale).toBe(true)
    expect(time.now - (line.asOf ?? 0)).toBeLessThan(20 * second)
  })

  it('shows nothing once it is refused, and asks ever more rarely', () => {
    const random = dice(5)
    const time = new Time(Date.parse('2026-11-23T12:00:00Z'))
    const hub = new Hub(time, 'Africa/Dakar', random)
    const { machine, line, wires } = televisionOf(time, hub, random)
    line.start()
    time.until(time.now + 30 * second)
    hub.revoked = true
    for (const wire of [...wires]) hub.say(wire, { type: 'refused', reason: 'unknown' })
    time.until(time.now + second)
    expect([line.wall, line.states, line.refused]).toEqual([null, {}, 'unknown'])
    const before = machine.connects
    time.until(time.now + 24 * hour)
    expect(machine.connects - before).toBeLessThan(210)
    expect(machine.connects - before).toBeGreaterThan(80)
    hub.revoked = false
    time.until(time.now + 16 * minute)
    expect(line.refused).toBeNull()
    expect(line.wall).not.toBeNull()
  })
})

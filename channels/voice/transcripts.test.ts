import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LineEvent, Step } from '../call.ts'
import type { Fields } from './fields.ts'
import { standInDesk, startWire, until, type Wire } from './fixtures/wire.ts'

/** Frames as jambonz 0.9.8 sent them: one line each, with the time, the scenario and the socket's path. */
interface Recorded {
  scenario: string
  dir: 'connect' | 'jambonz->app'
  path: string
  msg: { type: string; msgid: string; call_sid?: string; hook?: string; data: Fields }
}

const recorded = readFileSync(new URL('fixtures/transcripts.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded)

/** The paths of the recorded application, in ours; `batch` is that of the steps that were told. */
const hookOf = (path: string, batch: string): string =>
  ({
    '/wait': `/waiting/c.0/${batch}/1700000000`,
    '/hold': `/waiting/c.0/${batch}/1700000000`,
    '/conf': '/room/room1',
    '/confdone': `/result/left/c.0/${batch}/last`,
    '/pressed': `/result/asked/q.0/${batch}/last`
  })[path] ?? path

let wire: Wire
beforeAll(async () => {
  wire = await startWire()
})
afterAll(() => wire.close())

/** Plays the frames of one socket to a line; each connection of the recording is a socket of its own. */
const replay = async (scenario: string, path = '/hub', connection = 0) => {
  const all = recorded.filter((one) => one.scenario === scenario && one.path === path)
  const starts = all.flatMap(({ dir }, at) => (dir === 'connect' ? [at] : []))
  const frames = all.slice(starts[connection]! + 1, starts[connection + 1])
  const desk = standInDesk((event): Step[] =>
    event.kind === 'waiting'
      ? [{ kind: 'prompt', prompts: [{ kind: 'say', text: 'Soon' }] }]
      : event.kind === 'arrived'
        ? [{ kind: 'wait', id: 'c.0', room: 'room1' }]
        : []
  )
  const { jambonz, line } = await wire.open(desk, { pace: { waitingMs: 0 } })
  let batch = 'other.1'
  for (const { msg } of frames) {
    jambonz.raw(JSON.stringify({ ...msg, ...(msg.hook && { hook: hookOf(msg.hook, batch) }) }))
    if (msg.type !== 'session:new') continue
    const [verb] = await jambonz.ackOf(msg.msgid)
    batch = decodeURIComponent(String(verb?.['actionHook']).split('/')[4] ?? '')
  }
  const needing = frames.filter(({ msg }) => msg.type !== 'call:status' && msg.type !== 'jambonz:error')
  await until(() => jambonz.acks.length >= needing.length)
  // Whatever needs no answer is behind the last one that does.
  const last = jambonz.say('unheard:of')
  await jambonz.ackOf(last)
  await until(() => desk.kinds().at(-1) === 'trouble')
  expect(
    jambonz.acks
      .map(({ msgid }) => msgid)
      .filter((id) => id !== last)
      .sort()
  ).toEqual(needing.map(({ msg }) => msg.msgid).sort())
  return { events: desk.events.slice(0, -1), line, jambonz }
}

const states = (events: LineEvent[]) => events.flatMap((event) => (event.kind === 'state' ? [event] : []))
const ends = (events: LineEvent[]) => states(events).flatMap(({ end }) => (end ? [end] : []))

describe('what jambonz said in real runs', () => {
  it('a conference, from the customer’s side', async () => {
    const { events } = await replay('conf')
    expect(events[0]).toMatchObject({ kind: 'arrived', direction: 'in', from: '+1', to: '100', tag: null })
    expect(states(events).map(({ state }) => state)).toEqual(['trying', 'answered', 'ended'])
    expect(ends(events)).toEqual([{ cause: 'hungUp', by: 'us', sipStatus: 200, seconds: 10 }])
    expect(events.filter(({ kind }) => kind === 'room')).toContainEqual({
      kind: 'room',
      room: 'room1',
      event: 'leave',
      role: 'customer'
    })
  })

  it('a conference, from the agent’s side: states before the line, a leave that comes twice', async () => {
    const { events, line } = await replay('conf', '/hub/agent')
    expect(line.partyId).toBe('a4a15dbd-ba79-4144-b60d-fe41236a41cf')
    expect(events.slice(0, 4).map((event) => (event.kind === 'state' ? event.state : event.kind))).toEqual([
      'trying',
      'ringing',
      'answered',
      'arrived'
    ])
    expect(events.filter((event) => event.kind === 'room' && event.event === 'leave')).toHaveLength(2)
    expect(ends(events)).toEqual([{ cause: 'hungUp', by: 'party', sipStatus: 200, seconds: 6 }])
  })

  it('an agent’s phone that is not there, and one that answers', async () => {
    const away = await replay('wsDial', '/hub/agentleg', 0)
    expect(ends(away.events)).toEqual([{ cause: 'unreachable', by: null, sipStatus: 480, seconds: 0 }])
    expect(away.events.some(({ kind }) => kind === 'arrived')).toBe(false)
    const there = await replay('wsDial', '/hub/agentleg', 1)
    expect(there.events.map(({ kind }) => kind)).toContain('arrived')
  })

  it('a number that is busy', async () => {
    const { events } = await replay('restOutboundBusy', '/hub/out')
    expect(ends(events)).toEqual([{ cause: 'busy', by: 'party', sipStatus: 486, seconds: 0 }])
  })

  it('a line that drops and comes back', async () => {
    const { events, jambonz } = await replay('enqueueWsDrop', '/hub', 1)
    expect(events[0]).toMatchObject({ kind: 'returned', arrival: { direction: 'in', from: '+1', to: '100' } })
    expect(jambonz.acks[0]!.data).not.toEqual([])
    expect(ends(events)).toEqual([{ cause: 'hungUp', by: 'party', sipStatus: 200, seconds: 8 }])
  })

  it('a leg that grew up', async () => {
    const { events, line } = await replay('adulting', '/hub/adulting')
    expect(line.partyId).toBe('344db763-16f0-4c24-81fb-f7bbfb152480')
    expect(events[0]).toEqual({ kind: 'returned', arrival: null })
  })

  it('legs that somebody else’s verbs called, over the customer’s line', async () => {
    const { events, line } = await replay('adulting')
    expect(line.partyId).toBe('23b9a9fe-e4ac-409a-9240-573cada5ad1d')
    const other = states(events).filter(({ partyId }) => partyId !== line.partyId)
    expect(other.map(({ state }) => state)).toEqual(['trying', 'ringing', 'answered'])
  })

  it.each(['confCallerHangs', 'hold480', 'dialCallerHangsWhileRinging'])('%s', async (scenario) => {
    const { events } = await replay(scenario)
    expect(events[0]).toMatchObject({ kind: 'arrived' })
    expect(ends(events).length).toBeGreaterThan(0)
  })

  it.each([0, 1, 2, 3])('a call with a leg that has to confirm, %i', async (connection) => {
    const { events } = await replay('confirmVariants', '/hub', connection)
    expect(events[0]).toMatchObject({ kind: 'arrived' })
  })
})

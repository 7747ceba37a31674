import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LineEvent, Step } from '../call.ts'
import { voiceAccount } from './fixtures/account.ts'
import { pause, standInDesk, startWire, until, type Wire } from './fixtures/wire.ts'
import type { Verb } from './frames.ts'

let wire: Wire
beforeAll(async () => {
  wire = await startWire()
})
afterAll(() => wire.close())

const fast = { answerMs: 60 }
const wait = (id = 'c.0'): Step[] => [{ kind: 'wait', id, room: 'c-1' }]
const join = (id = 'c.1'): Step[] => [{ kind: 'join', id, room: 'c-1', as: 'customer', muted: false }]
const hookOf = (verbs: Verb[], name: string) => {
  const hook = verbs.map((verb) => verb[name]).find((value) => typeof value === 'string')
  if (typeof hook !== 'string') throw new Error(`No verb has ${name}: ${JSON.stringify(verbs)}`)
  return hook
}
const onArrival = (steps: Step[]) => (event: LineEvent) => (event.kind === 'arrived' ? steps : [])

describe('a line', () => {
  it('binds to the call of its first frame and answers it with the steps of the hub', async () => {
    const desk = standInDesk(onArrival(wait()))
    const { jambonz, line } = await wire.open(desk)
    expect(line.partyId).toBeNull()
    const [verb] = await jambonz.arrive({
      caller_name: '"Ann\r\nX-Evil: 1" <ann>',
      sip: { headers: { 'X-Case': '7', via: 'x' } }
    })
    expect(line.partyId).toBe(jambonz.sid)
    expect(verb).toMatchObject({
      verb: 'conference',
      name: 'c-1',
      startConferenceOnEnter: false,
      memberTag: 'customer'
    })
    expect(desk.events).toEqual([
      {
        kind: 'arrived',
        direction: 'in',
        from: '+33612345678',
        to: '+33199001234',
        name: 'Ann X-Evil: 1 ann',
        tag: null,
        headers: { 'x-case': '7' }
      }
    ])
  })

  it('holds a call whose hub is slow, and tells the steps when they come', async () => {
    const desk = standInDesk(async () => {
      await pause(150)
      return wait()
    })
    const { jambonz } = await wire.open(desk, { pace: fast })
    expect(await jambonz.arrive()).toEqual([{ verb: 'pause', length: 10 }])
    const command = await jambonz.command()
    expect(command).toMatchObject({
      command: 'redirect',
      callSid: jambonz.sid,
      data: [{ verb: 'conference' }]
    })
    expect(jambonz.acks).toHaveLength(1)
  })

  it('answers in time even when the fault and what follows it fill more than a frame', async () => {
    const ask: Step = { kind: 'ask', id: 'q', prompts: [], digits: { min: 1, max: 1 }, seconds: 5 }
    const long: Step = { kind: 'prompt', prompts: [{ kind: 'say', text: 'a'.repeat(23_400) }] }
    const desk = standInDesk((event) => {
      if (event.kind === 'arrived') return [ask, long]
      return event.kind === 'result' ? Promise.reject(new Error('The store is away')) : []
    })
    const account = voiceAccount({ fault: { en: '', fr: 'f'.repeat(1_000) } })
    const { jambonz } = await wire.open(desk, { account })
    const hook = hookOf(await jambonz.arrive(), 'actionHook')
    const answer = await jambonz.ackOf(jambonz.say('verb:hook', { reason: 'timeout' }, hook))
    expect(answer.map(({ verb }) => verb)).toEqual(['pause'])
  })

  it('never answers a new call with an empty list, which would decline it', async () => {
    const { jambonz } = await wire.open(standInDesk())
    expect(await jambonz.arrive()).toEqual([{ verb: 'pause', length: 1 }])
  })

  it('lets a caller hear that there is a fault, then ends the call', async () => {
    const desk = standInDesk(() => Promise.reject(new Error('The store is away')))
    const { jambonz } = await wire.open(desk)
    const verbs = await jambonz.arrive()
    expect(verbs.map(({ verb }) => verb)).toEqual(['say', 'hangup'])
    expect(verbs[0]!['text']).toMatch(/panne/)
  })

  it('tells the hub of steps that jambonz would not take, and the caller of a fault', async () => {
    const desk = standInDesk(onArrival([{ kind: 'wait', id: 'c.0', room: 'a room; rm' }]))
    const { jambonz } = await wire.open(desk)
    expect((await jambonz.arrive()).at(-1)).toEqual({ verb: 'hangup' })
    await until(() => desk.kinds().includes('trouble'))
  })

  it('answers each of several questions at once by its own id, whichever comes first', async () => {
    const desk = standInDesk(async (event) => {
      if (event.kind === 'arrived')
        return [{ kind: 'ask', id: 'q', prompts: [], digits: { min: 1, max: 1 }, seconds: 5 }]
      if (event.kind !== 'result') return []
      await pause(80)
      return [{ kind: 'prompt', prompts: [{ kind: 'say', text: 'Thank you' }] }]
    })
    const { jambonz } = await wire.open(desk)
    const hook = hookOf(await jambonz.arrive(), 'actionHook')
    const slow = jambonz.say('verb:hook', { reason: 'dtmfDetected', digits: '1' }, hook)
    const quick = jambonz.say('verb:hook', { event: 'join' }, '/room/c-1')
    expect(await jambonz.ackOf(quick)).toEqual([])
    expect(jambonz.acksOf(slow)).toEqual([])
    expect(await jambonz.ackOf(slow)).toMatchObject([{ verb: 'say', text: 'Thank you' }])
  })

  it('lets no slow answer keep another frame from its answer', async () => {
    const desk = standInDesk((event) =>
      event.kind === 'arrived' ? new Promise<Step[]>(() => undefined) : []
    )
    const { jambonz } = await wire.open(desk, { pace: { answerMs: 200 } })
    jambonz.say('session:new', { direction: 'inbound' })
    const ids = Array.from({ length: 5 }, () => jambonz.say('verb:hook', { event: 'leave' }, '/room/c-1'))
    for (const id of ids) expect(await jambonz.ackOf(id)).toEqual([])
    expect(jambonz.acks).toHaveLength(5)
    await until(() => jambonz.acks.length === 6)
    // Nor do the others wait for it with the hub any longer.
    await until(() => desk.kinds().filter((kind) => kind === 'room').length === 5, 1_000)
  })

  it('gives the hub one event after the other, in order', async () => {
    const order: string[] = []
    const desk = standInDesk(async (event) => {
      order.push(`begin ${event.kind}`)
      await pause(event.kind === 'arrived' ? 60 : 1)
      order.push(`end ${event.kind}`)
      return wait()
    })
    const { jambonz } = await wire.open(desk)
    jambonz.say('session:new', { direction: 'inbound' })
    jambonz.say('call:status', { call_status: 'in-progress', direction: 'inbound' })
    await until(() => order.length === 4)
    expect(order).toEqual(['begin arrived', 'end arrived', 'begin state', 'end state'])
  })

  it('keeps what follows a question from going on while the hub thinks', async () => {
    const steps: Step[] = [
      { kind: 'ask', id: 'c.0', prompts: [], digits: { min: 1, max: 1 }, seconds: 5 },
      { kind: 'hangUp' }
    ]
    const desk = standInDesk(async (event) => {
      if (event.kind === 'arrived') return steps
      await pause(150)
      return join()
    })
    const { jambonz } = await wire.open(desk, { pace: fast })
    const hook = hookOf(await jambonz.arrive(), 'actionHook')
    const id = jambonz.say('verb:hook', { reason: 'dtmfDetected', digits: '1' }, hook)
    expect(await jambonz.ackOf(id)).toEqual([{ verb: 'pause', length: 10 }, { verb: 'hangup' }])
    expect(await jambonz.command()).toMatchObject({ command: 'redirect', data: [{ verb: 'conference' }] })
  })
})

describe('a line that is told something before its call was answered', () => {
  it('answers first, and tells it when jambonz has a session to take it', async () => {
    const desk = standInDesk(async (event, line) => {
      if (event.kind !== 'arrived') return []
      line.tell({ kind: 'stream', audio: { metadata: {}, channels: 1, sampleRate: 8_000 } })
      await pause(60)
      return wait()
    })
    const { jambonz } = await wire.open(desk)
    expect(await jambonz.arrive()).toMatchObject([{ verb: 'conference' }])
    expect(jambonz.commands).toEqual([])
    expect(await jambonz.command()).toMatchObject({ command: 'config' })
  })

  it('never declines the call by it, and does what is newest', async () => {
    const desk = standInDesk(async (event, line) => {
      if (event.kind !== 'arrived') return []
      line.tell({ kind: 'do', steps: join() })
      await pause(20)
      return wait()
    })
    const { jambonz } = await wire.open(desk)
    expect(await jambonz.arrive()).toEqual([{ verb: 'pause', length: 10 }])
    expect(await jambonz.command()).toMatchObject({
      command: 'redirect',
      data: [{ startConferenceOnEnter: true }]
    })
    await pause(50)
    expect(jambonz.commands).toHaveLength(1)
  })
})

describe('a line whose party was moved', () => {
  const movedParty = async () => {
    const desk = standInDesk(onArrival(wait()))
    const { jambonz, line } = await wire.open(desk)
    const verbs = await jambonz.arrive()
    line.tell({ kind: 'do', steps: join() })
    const command = await jambonz.command()
    return { desk, jambonz, before: verbs, after: command.data as Verb[] }
  }

  it('answers what is left over of the old room with nothing, or it would win over the new steps', async () => {
    const { desk, jambonz, before } = await movedParty()
    const left = jambonz.say('verb:hook', { call_status: 'in-progress' }, hookOf(before, 'actionHook'))
    const waiting = jambonz.say('verb:hook', {}, hookOf(before, 'waitHook'))
    expect(await jambonz.ackOf(left)).toEqual([])
    expect(await jambonz.ackOf(waiting)).toEqual([])
    // That it left its old room is no news: the hub moved it.
    await pause(400)
    expect(desk.kinds()).not.toContain('result')
    expect(desk.kinds()).not.toContain('waiting')
  })

  it('asks the hub about the new one', async () => {
    const { desk, jambonz, after } = await movedParty()
    const id = jambonz.say('verb:hook', {}, hookOf(after, 'actionHook'))
    await jambonz.ackOf(id)
    await until(() => desk.kinds().includes('result'))
    expect(desk.events).toContainEqual({ kind: 'result', id: 'c.1', result: { kind: 'left' } })
  })

  it('has not left its room when its line ends with it: it moves to another feature server', async () => {
    const { desk, jambonz, after } = await movedParty()
    await jambonz.ackOf(jambonz.say('verb:hook', { call_status: 'in-progress' }, hookOf(after, 'actionHook')))
    jambonz.close(1000)
    await until(() => desk.lostLines.length === 1)
    await pause(400)
    expect(desk.kinds()).not.toContain('result')
  })

  it('has left its room when the line breaks in that moment', async () => {
    const { desk, jambonz, after } = await movedParty()
    await jambonz.ackOf(jambonz.say('verb:hook', { call_status: 'in-progress' }, hookOf(after, 'actionHook')))
    jambonz.close(1001)
    await until(() => desk.kinds().includes('result'))
  })

  it('is told what comes next when it was put out of its room', async () => {
    const desk = standInDesk((event) =>
      event.kind === 'arrived' ? join() : event.kind === 'result' ? wait('c.2') : []
    )
    const { jambonz } = await wire.open(desk)
    const id = jambonz.say('verb:hook', {}, hookOf(await jambonz.arrive(), 'actionHook'))
    expect(await jambonz.ackOf(id)).toEqual([])
    expect(await jambonz.command()).toMatchObject({ command: 'redirect', data: [{ verb: 'conference' }] })
  })

  it('tells no late steps when newer ones were told', async () => {
    const desk = standInDesk(async (event) => {
      if (event.kind !== 'arrived') return []
      await pause(120)
      return wait()
    })
    const { jambonz, line } = await wire.open(desk, { pace: fast })
    await jambonz.arrive()
    line.tell({ kind: 'do', steps: join() })
    await pause(150)
    expect(jambonz.commands).toHaveLength(1)
  })
})

describe('a party that waits', () => {
  const waiting = async (steps: Step[] | (() => Promise<Step[]>), pace = {}) => {
    const desk = standInDesk((event) => {
      if (event.kind === 'arrived') return wait()
      return typeof steps === 'function' ? steps() : steps
    })
    const { jambonz, line } = await wire.open(desk, { pace: { waitingMs: 0, ...pace } })
    const hook = hookOf(await jambonz.arrive(), 'waitHook')
    return { desk, jambonz, line, ask: () => jambonz.ackOf(jambonz.say('verb:hook', {}, hook)) }
  }
  const prompts: Step[] = [
    {
      kind: 'prompt',
      prompts: [
        { kind: 'play', url: '/sounds/a.mp3' },
        { kind: 'say', text: 'Soon' }
      ]
    }
  ]

  it('hears what the hub has, and is asked again and again', async () => {
    const { desk, ask } = await waiting(prompts)
    expect(await ask()).toMatchObject([
      { verb: 'play', url: 'https://palabre.example.com/sounds/a.mp3' },
      { verb: 'say', text: 'Soon' }
    ])
    await ask()
    expect(desk.events.filter(({ kind }) => kind === 'waiting')).toEqual([
      { kind: 'waiting', id: 'c.0', seconds: 0 },
      { kind: 'waiting', id: 'c.0', seconds: 0 }
    ])
  })

  it('hears music while the hub thinks for too long, and is not torn away by what comes late', async () => {
    const { jambonz, ask } = await waiting(() => pause(150).then(() => prompts), fast)
    expect(await ask()).toEqual([{ verb: 'play', url: 'https://sounds.example.com/wait.mp3' }])
    await pause(150)
    expect(jambonz.commands).toEqual([])
  })

  it('hears music when the hub fails, or answers with what cannot be played there', async () => {
    const failing = await waiting(() => Promise.reject(new Error('The store is away')))
    expect(await failing.ask()).toMatchObject([{ verb: 'play' }])
    const wrong = await waiting([{ kind: 'hangUp' }])
    expect(await wrong.ask()).toMatchObject([{ verb: 'play' }])
    await until(() => wrong.desk.kinds().includes('trouble'))
  })

  it('ends the wait for good only when the hub says so', async () => {
    const { ask } = await waiting([])
    expect(await ask()).toEqual([])
  })

  it('does not ask the hub in circles when nothing can be played', async () => {
    const { desk, ask } = await waiting(prompts, { waitingMs: 10_000 })
    await ask()
    for (let i = 0; i < 5; i++) expect(await ask()).toEqual([{ verb: 'pause', length: 5 }])
    expect(desk.events.filter(({ kind }) => kind === 'waiting')).toHaveLength(1)
  })
})

describe('a line that was lost', () => {
  it('is told as returned after a reconnect, and its answer holds a call that was never answered', async () => {
    const desk = standInDesk()
    const { jambonz } = await wire.open(desk)
    const id = jambonz.say('session:reconnect', { direction: 'inbound', call_status: 'trying' })
    expect(await jambonz.ackOf(id)).toEqual([{ verb: 'pause', length: 1 }])
    // How it came is told once more: the node that was told first may not have kept it.
    expect(desk.events).toMatchObject([{ kind: 'returned', arrival: { kind: 'arrived', direction: 'in' } }])
  })

  it('ends a reconnected call however far it is, as nobody says so', async () => {
    const { jambonz, line } = await wire.open(standInDesk())
    await jambonz.ackOf(jambonz.say('session:reconnect', { direction: 'inbound', call_status: 'trying' }))
    line.tell({ kind: 'hangUp' })
    await until(() => jambonz.commands.length === 2)
    expect(jambonz.commands.map(({ data }) => data)).toEqual([
      { call_status: 'completed' },
      { call_status: 'no-answer' }
    ])
  })

  it('knows a call that was moved to another feature server by its first states', async () => {
    const desk = standInDesk()
    const { jambonz } = await wire.open(desk)
    jambonz.say('call:status', { call_status: 'trying', sip_status: 100, direction: 'inbound' })
    jambonz.say('call:status', { call_status: 'in-progress', sip_status: 200, direction: 'inbound' })
    const id = jambonz.say('verb:hook', { event: 'join' }, '/room/c-1')
    expect(await jambonz.ackOf(id)).toEqual([])
    await until(() => desk.events.length === 2)
    expect(desk.kinds()).toEqual(['returned', 'room'])
  })

  it('understands the hooks of steps that another node told', async () => {
    const desk = standInDesk((event) => (event.kind === 'result' ? wait('c.9') : []))
    const { jambonz } = await wire.open(desk)
    await jambonz.ackOf(jambonz.say('session:reconnect', { direction: 'inbound' }))
    const id = jambonz.say('verb:hook', { reason: 'timeout' }, '/result/asked/c.8/elsewhere.4/last')
    expect(await jambonz.ackOf(id)).toMatchObject([{ verb: 'conference' }])
    expect(desk.events).toContainEqual({ kind: 'result', id: 'c.8', result: { kind: 'silence' } })
  })

  it('answers an adulted leg', async () => {
    const desk = standInDesk()
    const { jambonz, line } = await wire.open(desk)
    await jambonz.ackOf(jambonz.say('session:adulting', { parent_call_sid: 'other' }))
    expect(line.partyId).toBe(jambonz.sid)
    expect(desk.kinds()).toEqual(['returned'])
  })

  it('drains with 1012 after it has answered everything', async () => {
    const desk = standInDesk(() => new Promise<Step[]>(() => undefined))
    const { jambonz, line } = await wire.open(desk)
    const id = jambonz.say('session:new', { direction: 'inbound' })
    await until(() => desk.events.length === 1)
    line.drain()
    await until(() => jambonz.closed !== null)
    expect(jambonz.closed).toBe(1012)
    expect(jambonz.acksOf(id)).toHaveLength(1)
    expect(desk.lostLines).toEqual([line])
    line.tell({ kind: 'do', steps: wait() })
  })

  it('pings, and gives up a far side that is dead', async () => {
    const desk = standInDesk()
    const alive = await wire.open(desk, { pace: { pingMs: 40 } })
    await until(() => alive.jambonz.pings >= 3)
    expect(desk.lostLines).toEqual([])
    const dead = await wire.open(desk, { pace: { pingMs: 40 }, autoPong: false })
    await until(() => desk.lostLines.includes(dead.line))
    expect(dead.jambonz.closed).toBe(1006)
  })
})

describe('a line that is sent rubbish', () => {
  it.each([
    ['no JSON', '{"type":'],
    ['no object', '[1]'],
    ['no type', '{"msgid":"x"}'],
    ['nothing', ''],
    ['binary', Buffer.from([1, 2, 3])]
  ])('tells the hub of %s, and goes on', async (_, raw) => {
    const desk = standInDesk(onArrival(wait()))
    const { jambonz } = await wire.open(desk)
    jambonz.raw(raw)
    expect(await jambonz.arrive()).toMatchObject([{ verb: 'conference' }])
    expect(desk.kinds()).toEqual(['trouble', 'arrived'])
  })

  it('answers unknown frames, hooks that are not its own and frames of other calls with nothing', async () => {
    const desk = standInDesk(onArrival(wait()))
    const { jambonz } = await wire.open(desk)
    await jambonz.arrive()
    const ids = [
      jambonz.say('session:surprise'),
      jambonz.say('dial:confirm'),
      jambonz.say('session:redirect', {}, '/child'),
      jambonz.say('verb:hook', {}, '/nobody/knows'),
      jambonz.say('verb:hook', {}, '/result/asked/%E0%A4%A/b/last'),
      jambonz.say('verb:hook', { call_sid: 'another' }, '/room/c-1'),
      jambonz.say('session:new', { call_sid: 'another' })
    ]
    for (const id of ids) expect(await jambonz.ackOf(id)).toEqual([])
    await until(() => desk.kinds().filter((kind) => kind === 'trouble').length === ids.length)
    expect(desk.kinds().filter((kind) => kind === 'arrived')).toHaveLength(1)
  })

  it('takes a repeated frame once', async () => {
    const desk = standInDesk(onArrival(wait()))
    const { jambonz } = await wire.open(desk)
    await jambonz.arrive()
    for (let i = 0; i < 3; i++) jambonz.say('verb:hook', { event: 'join' }, '/room/c-1', 'the same')
    await jambonz.ackOf(jambonz.say('verb:hook', { event: 'leave' }, '/room/c-1'))
    expect(jambonz.acksOf('the same')).toHaveLength(1)
    expect(desk.kinds()).toEqual(['arrived', 'room', 'room'])
  })

  it('tells each state once, and none that comes too late', async () => {
    const desk = standInDesk(onArrival(wait()))
    const { jambonz } = await wire.open(desk)
    await jambonz.arrive()
    for (const call_status of [
      'in-progress',
      'trying',
      'ringing',
      'in-progress',
      'completed',
      'completed',
      'in-progress'
    ])
      jambonz.say('call:status', {
        call_status,
        direction: 'inbound',
        sip_status: 200,
        duration: 8,
        call_termination_by: 'caller'
      })
    await jambonz.ackOf(jambonz.say('verb:hook', { event: 'leave' }, '/room/c-1'))
    expect(desk.events.flatMap((event) => (event.kind === 'state' ? [event.state] : []))).toEqual([
      'answered',
      'ended'
    ])
  })

  it('cannot answer a frame without an id, and tells its steps as a command', async () => {
    const { jambonz } = await wire.open(standInDesk(onArrival(wait())))
    jambonz.raw(
      JSON.stringify({ type: 'session:new', data: { call_sid: jambonz.sid, direction: 'inbound' } })
    )
    expect(await jambonz.command()).toMatchObject({ command: 'redirect' })
    expect(jambonz.acks).toEqual([])
  })

  it('starts anew elsewhere rather than let events pile up', async () => {
    const desk = standInDesk(() => new Promise<Step[]>(() => undefined))
    const { jambonz } = await wire.open(desk, { pace: { answerMs: 60_000 } })
    for (let i = 0; i < 520; i++) jambonz.say('verb:hook', { event: 'join' }, '/room/c-1')
    await until(() => jambonz.closed !== null)
    expect(jambonz.closed).toBe(1013)
  })

  it('passes on what jambonz could not do', async () => {
    const desk = standInDesk()
    const { jambonz } = await wire.open(desk)
    jambonz.say('jambonz:error', { msg: 'TTS error', details: 'no credentials\u0000\r\n' })
    await until(() => desk.events.length === 1)
    expect(desk.events).toEqual([{ kind: 'trouble', detail: 'TTS error: no credentials' }])
  })
})

describe('a party that is called', () => {
  it('has a line of its own from the first ring on, with its tag', async () => {
    const desk = standInDesk((event) =>
      event.kind === 'arrived' ? [{ kind: 'join', id: 'a.0', room: 'c-1', as: 'agent', muted: false }] : []
    )
    const { jambonz, line } = await wire.open(desk)
    const leg = { direction: 'outbound', to: 'bob@cc.example.com', customerData: { tag: 'offer-7' } }
    jambonz.say('call:status', { ...leg, call_status: 'trying', sip_status: 100 })
    jambonz.say('call:status', { ...leg, call_status: 'ringing', sip_status: 180 })
    await until(() => desk.events.length === 2)
    expect(desk.events[1]).toEqual({
      kind: 'state',
      state: 'ringing',
      tag: 'offer-7',
      partyId: jambonz.sid,
      end: null
    })
    line.tell({ kind: 'hangUp' })
    expect((await jambonz.command()).data).toEqual({ call_status: 'no-answer' })
    jambonz.say('call:status', { ...leg, call_status: 'in-progress', sip_status: 200 })
    const id = jambonz.say('session:new', { ...leg, call_status: 'in-progress' })
    expect(await jambonz.ackOf(id)).toMatchObject([
      { verb: 'conference', memberTag: 'agent', startConferenceOnEnter: true }
    ])
    expect(desk.events.at(-1)).toMatchObject({ kind: 'arrived', direction: 'out', tag: 'offer-7' })
  })

  it('is whispered to: coach mode stands before anybody is unmuted, and ends after they were muted', async () => {
    const desk = standInDesk((event) =>
      event.kind === 'arrived'
        ? [{ kind: 'join', id: 's.0', room: 'c-1', as: 'supervisor', muted: true }]
        : []
    )
    const { jambonz, line } = await wire.open(desk, { pace: { coachSettleMs: 80 } })
    const [verb] = await jambonz.arrive({ direction: 'outbound' })
    expect(verb).toMatchObject({ joinMuted: true, startConferenceOnEnter: false, memberTag: 'supervisor' })
    line.tell({ kind: 'coach', role: 'agent' })
    line.tell({ kind: 'unmute' })
    await jambonz.command()
    await pause(30)
    expect(jambonz.commands.map(({ data }) => data)).toEqual([{ action: 'coach', tag: 'agent' }])
    await until(() => jambonz.commands.length === 2)
    line.tell({ kind: 'uncoach' })
    line.tell({ kind: 'mute' })
    await until(() => jambonz.commands.length === 4)
    expect(jambonz.commands.map(({ data }) => (data as { action: string }).action)).toEqual([
      'coach',
      'unmute',
      'mute',
      'uncoach'
    ])
  })

  it('stays muted when it comes back from hold', async () => {
    const { jambonz, line } = await wire.open(standInDesk(onArrival(join())))
    await jambonz.arrive()
    for (const kind of ['mute', 'hold', 'unhold'] as const)
      line.tell(kind === 'hold' ? { kind, id: 'c.1' } : { kind })
    await until(() => jambonz.commands.length === 4)
    expect(jambonz.commands.at(-1)!.data).toEqual({ action: 'mute' })
    const hold = jambonz.commands[1]!.data as { wait_hook: string }
    expect(hold.wait_hook).toMatch(/^\/waiting\/c\.1\//)
  })

  it('is sent keys one after the other', async () => {
    const { jambonz, line } = await wire.open(standInDesk(onArrival(join())), { pace: { keyMs: 30 } })
    await jambonz.arrive()
    line.tell({ kind: 'keys', keys: '1#A' })
    await until(() => jambonz.commands.length === 3)
    expect(jambonz.commands.map(({ data }) => data)).toEqual([
      { dtmf: { digit: '1' } },
      { dtmf: { digit: '#' } },
      { dtmf: { digit: 'A' } }
    ])
  })

  it('is called with the application of the line that calls it', async () => {
    const { jambonz, line } = await wire.open(standInDesk(onArrival(wait())))
    await jambonz.arrive({ application_sid: 'app00000-0000-0000-0000-000000000001' })
    line.tell({
      kind: 'call',
      party: { tag: 'offer-7', target: { kind: 'user', name: 'bob' }, from: '+33612345678', seconds: 20 }
    })
    const { command, data } = await jambonz.command()
    expect(command).toBe('dial')
    expect(data).toEqual({
      from: '+33612345678',
      to: { type: 'user', name: 'bob@cc.example.com' },
      tag: { tag: 'offer-7' },
      timeout: 20,
      application_sid: 'app00000-0000-0000-0000-000000000001'
    })
  })

  it('sends nothing of a command that cannot be valid', async () => {
    const { jambonz, line } = await wire.open(standInDesk(onArrival(wait())), { account: voiceAccount() })
    await jambonz.arrive()
    const refused = expect.objectContaining({ reason: 'refused' }) as Error
    const long = 'a'.repeat(25_000)
    expect(() =>
      line.tell({ kind: 'do', steps: [{ kind: 'prompt', prompts: [{ kind: 'say', text: long }] }] })
    ).toThrow(refused)
    expect(() =>
      line.tell({
        kind: 'do',
        steps: [{ kind: 'prompt', prompts: [{ kind: 'play', url: 'file:///etc/passwd' }] }]
      })
    ).toThrow(refused)
    expect(() => line.tell({ kind: 'keys', keys: '1; rm' })).toThrow(refused)
    expect(() =>
      line.tell({
        kind: 'call',
        party: { tag: 't', target: { kind: 'number', number: '+447911123456' }, from: '', seconds: 9 }
      })
    ).toThrow(refused)
    await pause(200)
    expect(jambonz.commands).toEqual([])
    // What is left over is judged by what was sent.
    line.tell({ kind: 'mute' })
    expect(await jambonz.command()).toMatchObject({ command: 'conf:participant-action' })
  })
})

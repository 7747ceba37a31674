import { afterAll, describe, expect, it } from 'vitest'
import type { Fields } from '../frame.ts'
import type { Party } from '../party.ts'
import { answering, eventually, frameOf, hookIs, openScene, sleep, statusIs, type Scene } from '../scene.ts'

const statusHook = { statusHook: '/conf', statusEvents: ['start', 'end', 'join', 'leave'] }
const waiting = {
  verb: 'conference',
  name: 'r',
  startConferenceOnEnter: false,
  waitHook: '/wait',
  memberTag: 'caller',
  actionHook: '/done',
  ...statusHook
}
const music = [{ verb: 'play', url: 'http://x/moh.mp3' }]

describe.concurrent('conferences and queues', () => {
  const scenes: Scene[] = []
  const open = async (...args: Parameters<typeof openScene>) => {
    const scene = await openScene(...args)
    scenes.push(scene)
    return scene
  }
  afterAll(() => Promise.all(scenes.map(({ close }) => close())))

  /** A caller who waits, an agent dialled by command from the caller's line, and a supervisor who listens. */
  async function openRoom(agent: Fields = {}, callerVerb: Fields = waiting) {
    const scene = await open((frame, line) => {
      if (frame.hook === '/wait') return line.ack(frame, music)
      if (frame.type !== 'session:new') return line.ack(frame, [])
      const roles: Record<string, Fields> = {
        '/hub/agent': { memberTag: 'agent', startConferenceOnEnter: true, ...statusHook, ...agent },
        '/hub/supervisor': { memberTag: 'supervisor', joinMuted: true }
      }
      const role = roles[line.path]
      line.ack(frame, [role ? { verb: 'conference', name: 'r', ...role } : callerVerb])
    })
    const { app, jambonz } = scene
    const caller = jambonz.call({ from: '+331', to: '100' })
    await frameOf(app, hookIs('/wait'))
    return { ...scene, caller, callIn: (user: string, path: string) => callIn(scene, user, path) }
  }

  async function callIn({ app, jambonz }: Scene, user: string, path: string): Promise<Party> {
    const phone = jambonz.knownPhone(user)
    app.lines[0]?.command('dial', {
      from: '+100',
      to: { type: 'user', name: user },
      call_hook: path,
      tag: { user },
      timeout: 10
    })
    await phone.rings()
    const party = phone.answer()
    return party.until(({ heard }) => heard.some(({ kind }) => kind === 'room'))
  }

  it('lets caller and agent hear each other, and a muted supervisor hear both', async () => {
    const { caller, callIn, app } = await openRoom()
    const agent = await callIn('ann', '/hub/agent')
    const supervisor = await callIn('sue', '/hub/supervisor')
    caller.hum(440)
    agent.hum(620)
    supervisor.hum(910)
    await sleep(50)
    expect(await agent.hearsTone(440)).toBe(true)
    expect(await caller.hearsTone(620)).toBe(true)
    expect(await supervisor.hearsTone(440)).toBe(true)
    expect(await caller.hearsTone(910)).toBe(false)
    const [started] = app.line('/hub/agent').frames.filter(hookIs('/conf'))
    expect(started?.data).toMatchObject({ event: 'start', members: 0, friendly_name: 'r' })
  })

  it('coaches one member only, and barges in', async () => {
    const { caller, callIn, app } = await openRoom()
    const agent = await callIn('ann', '/hub/agent')
    const supervisor = await callIn('sue', '/hub/supervisor')
    const act = (action: string, tag?: string) =>
      app.line('/hub/supervisor').command('conf:participant-action', { action, ...(tag && { tag }) })
    supervisor.hum(910)
    act('coach', 'agent')
    act('unmute')
    await sleep(100)
    expect(await agent.hearsTone(910)).toBe(true)
    expect(await caller.hearsTone(910)).toBe(false)
    act('uncoach')
    await sleep(100)
    expect(await caller.hearsTone(910)).toBe(true)
  })

  it('holds one member with its own music, deaf and mute', async () => {
    const { caller, callIn, app, jambonz } = await openRoom()
    jambonz.options.media = { 'http://x/moh.mp3': { seconds: 1.5, tone: 300 } }
    const agent = await callIn('ann', '/hub/agent')
    agent.hum(620)
    caller.hum(440)
    app.lines[0]?.command('conf:hold-status', { conf_hold_status: 'hold', wait_hook: '/wait' })
    await caller.until(({ heard }) => heard.at(-1)?.kind === 'played')
    await sleep(100)
    expect(await caller.hearsTone(300)).toBe(true)
    expect(await agent.hearsTone(440)).toBe(false)
    app.lines[0]?.command('conf:hold-status', { conf_hold_status: 'unhold' })
    await sleep(100)
    expect(await caller.hearsTone(620)).toBe(true)
  })

  it('mutes everybody who did not start the room, not the member that was meant', async () => {
    const { caller, callIn, app } = await openRoom()
    const agent = await callIn('ann', '/hub/agent')
    caller.hum(440)
    agent.hum(620)
    app.line('/hub/agent').command('conf:mute-status', { conf_mute_status: 'mute' })
    await sleep(100)
    expect(await agent.hearsTone(440)).toBe(false)
    expect(await caller.hearsTone(620)).toBe(true)
  })

  it('kicks the others when one leaves who ends the room, and tells every leave twice', async () => {
    const { caller, callIn, app } = await openRoom({ endConferenceOnExit: true })
    const agent = await callIn('ann', '/hub/agent')
    agent.hangUp()
    await frameOf(app, hookIs('/done'))
    const leaves = () =>
      app.lines[0]?.frames.filter(
        ({ hook, data }) => hook === '/conf' && (data as Fields)['event'] === 'leave'
      )
    await eventually(() => leaves()?.length === 2)
    expect(caller.state).toBe('answered')
  })

  it('ignores a redirect if the actionHook of the conference has verbs of its own', async () => {
    const { app, jambonz } = await open(
      answering({
        'session:new': [waiting],
        '/wait': music,
        '/done': [{ verb: 'play', url: 'http://x/own.mp3' }]
      })
    )
    const caller = jambonz.call({ from: '+331', to: '100' })
    await frameOf(app, hookIs('/wait'))
    app.line().command('redirect', [{ verb: 'play', url: 'http://x/redirected.mp3' }])
    await caller.until(({ heard }) => heard.at(-1)?.what === 'http://x/own.mp3')
    expect(caller.heard.some(({ what }) => what === 'http://x/redirected.mp3')).toBe(false)
  })

  it('moves a waiting call to the server where its room starts: a spurious hook, then a line without session:new', async () => {
    const { app, jambonz, caller } = await openRoom()
    const [, other] = jambonz.featureServers
    jambonz.knownPhone('ann')
    const phone = jambonz.knownPhone('bob')
    jambonz.create({ from: '+100', to: { type: 'user', name: 'bob' }, call_hook: '/hub/agent' }, other)
    await phone.rings()
    phone.answer()
    const [old] = app.lines
    await eventually(() => old?.closeCode === 1000)
    expect(old?.frames.at(-1)).toMatchObject({ hook: '/done', data: { call_status: 'in-progress' } })
    await caller.until(({ heard }) => heard.at(-1)?.kind === 'room')
    const moved = app.line('/hub')
    expect(moved).not.toBe(old)
    await eventually(() => moved.frames.length >= 3)
    const [trying, inProgress, join] = moved.frames
    expect(trying).toMatchObject({
      type: 'call:status',
      data: { call_sid: caller.callSid, call_status: 'trying' }
    })
    expect(inProgress).toMatchObject({ type: 'call:status', data: { call_status: 'in-progress' } })
    expect(join).toMatchObject({ hook: '/conf', data: { event: 'join', call_sid: caller.callSid } })
    for (const frame of moved.frames) expect(frame).not.toHaveProperty('call_sid')
    expect(caller.featureServer).toBe(other)
    caller.hangUp()
    await frameOf(
      app,
      statusIs('completed', ({ call_sid }) => call_sid === caller.callSid)
    )
  })

  it('moves where a test wants it, and goes on waiting there', async () => {
    const { app, jambonz, caller } = await openRoom()
    const [, other] = jambonz.featureServers
    if (!other) throw new Error('There are two feature servers')
    caller.moveTo(other)
    await eventually(() => app.lines.length === 2)
    await eventually(() => app.line().frames.some(({ hook }) => hook === '/wait'))
    expect(app.lines[0]?.closeCode).toBe(1000)
  })

  it('serves a queue by priority, and tells its webhook nothing over the socket', async () => {
    const enqueue = (priority: number) => [{ verb: 'enqueue', name: 'q', priority, waitHook: '/wait' }]
    const { app, jambonz } = await open((frame, line) => {
      const { from } = frame.data as Fields
      if (frame.type !== 'session:new') return line.ack(frame, music)
      if (from === '+agent') return line.ack(frame, [{ verb: 'dequeue', name: 'q', timeout: 10 }])
      line.ack(frame, enqueue(from === '+vip' ? 1 : 5))
    })
    const usual = jambonz.call({ from: '+usual', to: '100' })
    await usual.until(({ heard }) => heard.some(({ kind }) => kind === 'played'))
    const vip = jambonz.call({ from: '+vip', to: '100' })
    await vip.until(({ heard }) => heard.some(({ kind }) => kind === 'played'))
    expect(jambonz.queues.lengths()).toEqual([{ name: 'q', length: 2 }])
    const agent = jambonz.call({ from: '+agent', to: '100' })
    await agent.until(({ heard }) => heard.some(({ kind }) => kind === 'bridged'))
    expect(vip.heard.at(-1)).toMatchObject({ kind: 'bridged' })
    expect(usual.heard.some(({ kind }) => kind === 'bridged')).toBe(false)
    expect(app.entries.some(({ msg }) => String((msg as Fields)['type']).startsWith('queue'))).toBe(false)
  })
})

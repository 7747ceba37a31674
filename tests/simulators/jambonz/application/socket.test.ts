import { afterAll, describe, expect, it } from 'vitest'
import { answering, eventually, frameOf, hookIs, openScene, sleep, statusIs, type Scene } from '../scene.ts'

describe.concurrent('the socket of a call', () => {
  const scenes: Scene[] = []
  const open = async (...args: Parameters<typeof openScene>) => {
    const scene = await openScene(...args)
    scenes.push(scene)
    return scene
  }
  afterAll(() => Promise.all(scenes.map(({ close }) => close())))
  const hold = { verb: 'enqueue', name: 'q', waitHook: '/wait' }
  const holding = answering({ 'session:new': [hold], '/wait': [{ verb: 'play', url: 'http://x/moh.mp3' }] })

  it('opens with basic authentication, its user agent and its protocol', async () => {
    const { app, jambonz } = await open(holding, { user: 'u', password: 'p' })
    jambonz.call({ from: '+331', to: '100' })
    await frameOf(app, statusIs('in-progress'))
    const { headers } = app.line().request
    expect(headers.authorization).toBe(`Basic ${btoa('u:p')}`)
    expect(headers['user-agent']).toBe('jambonz')
    expect(headers['sec-websocket-protocol']).toBe('ws.jambonz.org')
  })

  it('refuses the caller and closes with 1001 when session:new gets no ack in five seconds', async () => {
    const { app, jambonz } = await open(() => undefined)
    const caller = jambonz.call({ from: '+331', to: '100' })
    await eventually(() => app.lines.length === 1)
    await sleep(4500)
    expect(caller.state).toBe('trying')
    await eventually(() => app.line().closeCode === 1001, 3000)
    expect(caller.leg.info.sipStatus).toBe(480)
    expect(app.line().frames.map(({ type }) => type)).toEqual(['session:new'])
  })

  it('comes back after half a second, then a second, and queues frames until session:reconnect is acked', async () => {
    let holds = true
    const { app, jambonz } = await open((frame, line) => {
      if (frame.type === 'session:reconnect' && holds) return
      holding(frame, line)
    })
    const caller = jambonz.call({ from: '+331', to: '100' })
    await frameOf(app, hookIs('/wait'))
    const dropped = performance.now()
    app.line().socket.close(1012)
    const { line, frame, data } = await frameOf(app, ({ type }) => type === 'session:reconnect')
    expect(performance.now() - dropped).toBeGreaterThan(480)
    expect(data).toEqual(app.lines[0]?.frames[0]?.data)
    // The music ends meanwhile, and its next round has to wait for the ack.
    await sleep(2500)
    expect(line.frames.filter(({ hook }) => hook === '/wait')).toHaveLength(0)
    holds = false
    line.ack(frame, [])
    await eventually(() => line.frames.some(({ hook }) => hook === '/wait'))
    const again = performance.now()
    line.socket.terminate()
    await eventually(() => app.lines.length === 3)
    expect(performance.now() - again).toBeGreaterThan(980)
    expect(caller.state).toBe('answered')
  })

  it('hangs up when session:reconnect is not acked', async () => {
    const { app, jambonz } = await open((frame, line) => {
      if (frame.type !== 'session:reconnect') holding(frame, line)
    })
    const caller = jambonz.call({ from: '+331', to: '100' })
    await frameOf(app, hookIs('/wait'))
    caller.socketDrop()
    await caller.until(({ state }) => state === 'ended')
    expect(caller.leg.info.terminatedBy).toBe('jambonz')
  })

  it('takes the ack of session:reconnect for the one of a session:new that was lost', async () => {
    const { app, jambonz } = await open((frame, line) => {
      if (frame.type === 'session:reconnect') line.ack(frame, [{ verb: 'play', url: 'http://x/hello.mp3' }])
    })
    const caller = jambonz.call({ from: '+331', to: '100' })
    await eventually(() => app.lines[0]?.frames.length === 1)
    app.line().socket.terminate()
    await caller.until(({ heard }) => heard.some(({ what }) => what === 'http://x/hello.mp3'))
  })

  it('abandons what is in flight at a drop, so the music of a lost waitHook never comes back', async () => {
    const { app, jambonz } = await open((frame, line) => {
      if (frame.hook !== '/wait') answering({ 'session:new': [hold] })(frame, line)
    })
    const caller = jambonz.call({ from: '+331', to: '100' })
    await frameOf(app, hookIs('/wait'))
    app.line().socket.close(1012)
    await caller.until(({ heard }) => heard.some(({ kind }) => kind === 'silence'))
    await eventually(() => app.lines.length === 2)
    await sleep(1500)
    expect(app.line().frames.map(({ type }) => type)).toEqual(['session:reconnect'])
  })

  it('never comes back after 1000, drops what follows, and leaves the caller in silence', async () => {
    const { app, jambonz } = await open(holding)
    const caller = jambonz.call({ from: '+331', to: '100' })
    await caller.until(({ heard }) => heard.some(({ kind }) => kind === 'played'))
    app.line().socket.close(1000)
    await caller.until(({ heard }) => heard.at(-1)?.kind === 'silence')
    await sleep(1000)
    expect(app.lines).toHaveLength(1)
    expect(caller.state).toBe('answered')
  })

  it('reconnects four times by itself and then only when there is something to say', async () => {
    const { app, jambonz } = await open(answering({ 'session:new': [{ verb: 'answer' }] }))
    const caller = jambonz.call({ from: '+331', to: '100' })
    await frameOf(app, statusIs('in-progress'))
    for (let nth = 1; nth <= 4; nth++) {
      app.line().socket.terminate()
      await eventually(() => app.lines.length === nth + 1, 6000)
      await sleep(50)
    }
    app.line().socket.terminate()
    await sleep(6500)
    expect(app.lines).toHaveLength(5)
    caller.hangUp()
    await frameOf(app, statusIs('completed'))
    expect(app.lines).toHaveLength(6)
  })

  it('closes with 1009 on an ack of more than 24 KiB', async () => {
    const { app, jambonz } = await open(
      answering({ 'session:new': [{ verb: 'tag', data: { big: 'x'.repeat(25_000) } }] })
    )
    jambonz.call({ from: '+331', to: '100' })
    await eventually(() => app.lines[0]?.closeCode === 1009)
    await eventually(() => app.lines.length === 2)
  })

  it('tries a 503 again only if the hook says so', async () => {
    const strict = await open(holding)
    strict.app.refusing = 503
    const refused = strict.jambonz.call({ from: '+331', to: '100' })
    await refused.until(({ state }) => state === 'ended')
    const scene = await open(holding)
    scene.jambonz.options.appUrl = `${scene.app.url}#rc=5&rp=ct,5xx`
    scene.app.refusing = 503
    const caller = scene.jambonz.call({ from: '+331', to: '100' })
    await sleep(700)
    scene.app.refusing = undefined
    await caller.until(({ state }) => state === 'answered')
  })

  it('complains of what is no message, and ignores commands that it does not know', async () => {
    const { app, jambonz } = await open(holding)
    const caller = jambonz.call({ from: '+331', to: '100' })
    await frameOf(app, hookIs('/wait'))
    app.line().socket.send('{')
    app.line().socket.send('{"type":"command","command":"redirect"}')
    app.line().command('frobnicate', {})
    app.line().command('redirect', [{ verb: 'say', txt: 'oops' }])
    const errors = () => app.line().frames.filter(({ type }) => type === 'jambonz:error')
    await eventually(() => errors().length === 2)
    expect(errors()[0]?.data).toMatchObject({ msg: 'InvalidMessage', content: '{' })
    await sleep(300)
    expect(errors()).toHaveLength(2)
    expect(caller.state).toBe('answered')
  })

  it('loses all calls of a server that dies, without a status, and takes new ones on another', async () => {
    const { app, jambonz } = await open(holding)
    const caller = jambonz.call({ from: '+331', to: '100' })
    await frameOf(app, hookIs('/wait'))
    jambonz.crash(caller.featureServer)
    await eventually(() => app.lines[0]?.closeCode === 1006)
    expect(caller.state).toBe('ended')
    const next = jambonz.call({ from: '+332', to: '100' })
    await next.until(({ state }) => state === 'answered')
    expect(next.featureServer).not.toBe(caller.featureServer)
    await sleep(800)
    expect(app.lines).toHaveLength(2)
    expect(
      app.lines[0]?.frames.some(({ data }) => (data as { call_status?: string }).call_status === 'completed')
    ).toBe(false)
  })

  it('loses the ack that a test wants lost', async () => {
    const { app, jambonz } = await open(holding)
    const caller = jambonz.call({ from: '+331', to: '100' })
    await frameOf(app, statusIs('in-progress'))
    jambonz.loseNextAck('verb:hook')
    await frameOf(app, hookIs('/wait'))
    await caller.until(({ heard }) => heard.at(-1)?.kind === 'silence')
    expect(caller.heard.some(({ kind }) => kind === 'played')).toBe(false)
  })
})

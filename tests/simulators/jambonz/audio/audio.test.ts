import { afterAll, describe, expect, it } from 'vitest'
import { answering, eventually, frameOf, openScene, sleep, statusIs, type Scene } from '../scene.ts'
import { goertzel } from './goertzel.ts'
import { fromBytes, resample, toBytes, type Samples } from './pcm.ts'
import { tone } from './tone.ts'

const samplesOf = (hertz: number, ms: number): Samples => {
  const sound = tone(hertz)
  return concat(Array.from({ length: ms / 20 }, (_, slot) => sound(slot) ?? new Int16Array()))
}

const concat = (parts: Samples[]): Samples => Int16Array.from(parts.flatMap((part) => [...part]))

describe.concurrent('the sound of calls', () => {
  const scenes: Scene[] = []
  const open = async (...args: Parameters<typeof openScene>) => {
    const scene = await openScene(...args)
    scenes.push(scene)
    return scene
  }
  afterAll(() => Promise.all(scenes.map(({ close }) => close())))

  it('knows a tone from others, at any rate', () => {
    const pure = samplesOf(440, 1000)
    expect(goertzel(pure, 440)).toBeGreaterThan(0.9)
    expect(goertzel(pure, 880)).toBeLessThan(0.01)
    expect(goertzel(resample(pure, 8000, 16_000), 440, 16_000)).toBeGreaterThan(0.9)
    expect(goertzel(new Int16Array(800), 440)).toBe(0)
  })

  it('carries both voices of a bridged call, and only to the other', async () => {
    const { jambonz } = await open(
      answering({ 'session:new': [{ verb: 'dial', target: [{ type: 'user', name: 'ann' }] }] })
    )
    const phone = jambonz.knownPhone('ann')
    const caller = jambonz.call({ from: '+331', to: '100' })
    await phone.rings()
    const agent = phone.answer()
    await caller.until(({ heard }) => heard.some(({ kind }) => kind === 'bridged'))
    caller.hum(440)
    agent.hum(620)
    expect(await agent.hearsTone(440)).toBe(true)
    expect(await caller.hearsTone(620)).toBe(true)
    expect(await caller.hearsTone(440)).toBe(false)
    caller.silence()
    expect(await agent.hearsTone(440)).toBe(false)
  })

  const listening = (listen: object) =>
    answering({
      'session:new': [
        { verb: 'answer' },
        { verb: 'config', listen: { enable: true, url: '/audio', ...listen } },
        { verb: 'play', url: 'http://x/tone.mp3', loop: 'forever' }
      ]
    })
  const media = { 'http://x/tone.mp3': { seconds: 30, tone: 1000 } }

  it.each([8000, 16_000])(
    'streams both channels in real time at %i Hz, after the metadata',
    async (sampleRate) => {
      const { app, jambonz } = await open(
        listening({ mixType: 'stereo', sampleRate, metadata: { hubCall: 'c1' } }),
        { media }
      )
      const caller = jambonz.call({ from: '+331', to: '100' })
      await eventually(() => app.lines.some(({ path }) => path === '/audio'))
      const line = app.line('/audio')
      caller.hum(440)
      await eventually(() => line.audio.length > 10)
      const from = line.audio.length
      await sleep(1000)
      const frames = line.audio.slice(from)
      expect(frames.length).toBeGreaterThan(40)
      expect(frames.length).toBeLessThan(60)
      expect(line.socket.protocol).toBe('audio.drachtio.org')
      expect(line.texts[0]).toMatchObject({
        callSid: caller.callSid,
        direction: 'inbound',
        from: '+331',
        accountSid: jambonz.options.accountSid,
        sampleRate,
        mixType: 'stereo',
        hubCall: 'c1'
      })
      expect(new Set(frames.map(({ length }) => length))).toEqual(new Set([(640 * sampleRate) / 8000]))
      const samples = fromBytes(Buffer.concat(frames))
      const own = samples.filter((_, n) => n % 2 === 0)
      const other = samples.filter((_, n) => n % 2 === 1)
      expect(goertzel(own, 440, sampleRate)).toBeGreaterThan(0.8)
      expect(goertzel(own, 1000, sampleRate)).toBeLessThan(0.05)
      expect(goertzel(other, 1000, sampleRate)).toBeGreaterThan(0.8)
    }
  )

  it('offers the protocol that it is told, or none', async () => {
    const documented = await open(listening({}), { audioProtocol: 'audio.jambonz.org' })
    documented.jambonz.call({ from: '+331', to: '100' })
    await eventually(() => documented.app.lines.some(({ path }) => path === '/audio'))
    expect(documented.app.line('/audio').socket.protocol).toBe('audio.jambonz.org')
    const none = await open(listening({}), { audioProtocol: false })
    none.jambonz.call({ from: '+331', to: '100' })
    await eventually(() => none.app.lines.some(({ path }) => path === '/audio'))
    expect(none.app.line('/audio').socket.protocol).toBe('')
  })

  it('plays what the application sends back, says when it is done, and is silenced', async () => {
    const { app, jambonz } = await open(
      answering({
        'session:new': [{ verb: 'listen', url: '/audio', actionHook: '/listened', passDtmf: true }]
      })
    )
    const caller = jambonz.call({ from: '+331', to: '100' })
    await eventually(() => app.lines.some(({ path }) => path === '/audio'))
    const { socket, texts } = app.line('/audio')
    const sound = (id: string, ms: number) => ({
      type: 'playAudio',
      data: {
        id,
        audioContent: toBytes(resample(samplesOf(700, ms), 8000, 16_000)).toString('base64'),
        audioContentType: 'raw',
        sampleRate: 16_000,
        queuePlay: true
      }
    })
    socket.send(JSON.stringify(sound('short', 300)))
    expect(await caller.hearsTone(700)).toBe(true)
    await eventually(() => texts.some(({ type }) => type === 'playDone'))
    expect(texts.find(({ type }) => type === 'playDone')).toMatchObject({ data: { id: 'short' } })
    socket.send(JSON.stringify(sound('long', 5000)))
    expect(await caller.hearsTone(700)).toBe(true)
    socket.send(JSON.stringify({ type: 'killAudio' }))
    await sleep(60)
    expect(await caller.hearsTone(700)).toBe(false)
    caller.press('7')
    await eventually(() => texts.some(({ event }) => event === 'dtmf'))
    socket.send(JSON.stringify({ type: 'disconnect' }))
    await frameOf(app, ({ hook }) => hook === '/listened')
    expect(caller.state).toBe('answered')
  })

  it('describes the called leg in a listen nested in dial', async () => {
    const listen = { url: '/audio', mixType: 'stereo' }
    const { app, jambonz } = await open(
      answering({
        'session:new': [
          { verb: 'dial', target: [{ type: 'phone', number: '+332' }], listen, anchorMedia: true }
        ]
      })
    )
    jambonz.number('+332', { after: 10, hums: 620 })
    const caller = jambonz.call({ from: '+331', to: '100' })
    await frameOf(
      app,
      statusIs('in-progress', ({ to }) => to === '+332')
    )
    await eventually(
      () => app.lines.some(({ path }) => path === '/audio') && app.line('/audio').audio.length > 30
    )
    const { texts, audio } = app.line('/audio')
    expect(texts[0]).toMatchObject({ direction: 'outbound', to: '+332', parentCallSid: caller.callSid })
    const theirs = fromBytes(Buffer.concat(audio.slice(10))).filter((_, n) => n % 2 === 1)
    expect(goertzel(theirs, 620)).toBeGreaterThan(0.8)
  })

  it('streams silence of a dial whose media is not anchored, though both hear each other', async () => {
    const dial = { verb: 'dial', target: [{ type: 'phone', number: '+332' }], listen: { url: '/audio' } }
    const { app, jambonz } = await open(answering({ 'session:new': [dial] }))
    jambonz.number('+332', { after: 10, hums: 620 })
    const caller = jambonz.call({ from: '+331', to: '100' })
    caller.hum(440)
    await eventually(() => app.lines.some(({ path }) => path === '/audio'))
    const { audio } = app.line('/audio')
    await eventually(() => audio.length > 40)
    expect(goertzel(fromBytes(Buffer.concat(audio.slice(0, 5))), 440)).toBeGreaterThan(0.8)
    expect(fromBytes(Buffer.concat(audio.slice(20))).every((sample) => sample === 0)).toBe(true)
    expect(await caller.hearsTone(620)).toBe(true)
  })

  it('does not reconnect an audio socket that broke', async () => {
    const { app, jambonz } = await open(listening({}))
    const caller = jambonz.call({ from: '+331', to: '100' })
    await eventually(() => app.lines.some(({ path }) => path === '/audio'))
    caller.audioDrop()
    await sleep(1500)
    expect(app.lines.filter(({ path }) => path === '/audio')).toHaveLength(1)
    expect(caller.state).toBe('answered')
  })
})

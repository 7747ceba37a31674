import { afterAll, describe, expect, it } from 'vitest'
import type { Fields, Verb } from '../frame.ts'
import { answering, eventually, frameOf, hookIs, openScene, sleep, statusIs, type Scene } from '../scene.ts'
import { InvalidVerb, validate } from './validate.ts'

describe.concurrent('verbs', () => {
  const scenes: Scene[] = []
  afterAll(() => Promise.all(scenes.map(({ close }) => close())))

  async function open(verbs: Fields[], answers: Record<string, unknown> = {}) {
    const scene = await openScene(answering({ 'session:new': verbs, ...answers }))
    scenes.push(scene)
    const caller = scene.jambonz.call({ from: '+331', to: '100' })
    return { ...scene, caller }
  }

  const gather: Verb = {
    verb: 'gather',
    input: ['digits', 'speech'],
    timeout: 1,
    actionHook: '/got',
    say: { text: 'press' }
  }

  it('gathers digits up to a number or a key, and counts its timeout from the end of the prompt', async () => {
    const few = await open([{ ...gather, numDigits: 2 }])
    await few.caller.until(({ heard }) => heard.some(({ what }) => what === 'press'))
    few.caller.press('123')
    expect((await frameOf(few.app, hookIs('/got'))).data).toMatchObject({
      digits: '12',
      reason: 'dtmfDetected'
    })
    const keyed = await open([{ ...gather, finishOnKey: '#' }])
    await keyed.caller.until(({ heard }) => heard.length > 0)
    keyed.caller.press('4711#')
    expect((await frameOf(keyed.app, hookIs('/got'))).data).toMatchObject({ digits: '4711' })
    const began = performance.now()
    const none = await open([gather])
    expect((await frameOf(none.app, hookIs('/got'))).data).toMatchObject({ reason: 'timeout' })
    expect(performance.now() - began).toBeGreaterThan(1350)
  })

  it('gathers speech', async () => {
    const { app, caller } = await open([gather])
    await caller.until(({ heard }) => heard.length > 0)
    await caller.speak('my order')
    const { data } = await frameOf(app, hookIs('/got'))
    expect(data).toMatchObject({
      reason: 'speechDetected',
      speech: { alternatives: [{ transcript: 'my order' }] }
    })
  })

  it('goes on with the verbs of an ack, and with its own if there are none', async () => {
    const { caller } = await open(
      [
        { ...gather, numDigits: 1 },
        { verb: 'say', text: 'mine' }
      ],
      {
        '/got': [{ verb: 'say', text: 'yours' }]
      }
    )
    await caller.until(({ heard }) => heard.length > 0)
    caller.press('1')
    await caller.until(({ heard }) => heard.some(({ what }) => what === 'yours'))
    expect(caller.heard.some(({ what }) => what === 'mine')).toBe(false)
  })

  it('answers when a verb needs it, and not before', async () => {
    const { app, caller } = await open([
      { verb: 'tag', data: { a: 1 } },
      { verb: 'pause', length: 0.3 },
      { verb: 'answer' }
    ])
    await frameOf(app, statusIs('trying'))
    expect(caller.state).toBe('trying')
    const { data } = await frameOf(app, statusIs('in-progress'))
    expect(data['customerData']).toEqual({ a: 1 })
  })

  it('appends with queueCommand and replaces without', async () => {
    const { app, caller } = await open([{ verb: 'play', url: 'http://x/first.mp3' }])
    await caller.until(({ heard }) => heard.length > 0)
    app.line().command('redirect', [{ verb: 'say', text: 'later' }], { queueCommand: true })
    await caller.until(({ heard }) => heard.some(({ what }) => what === 'later'))
    expect((caller.heard[1]?.at ?? 0) - (caller.heard[0]?.at ?? 0)).toBeGreaterThan(1400)
    app.line().command('redirect', [{ verb: 'play', url: 'http://x/now.mp3', loop: 'forever' }])
    await caller.until(({ heard }) => heard.filter(({ what }) => what === 'http://x/now.mp3').length === 2)
    app.line().command('call:status', { call_status: 'completed' })
    const { data } = await frameOf(app, statusIs('completed'))
    expect(data['call_termination_by']).toBe('jambonz')
  })

  it('hands a caller over by REFER', async () => {
    const { app, caller } = await open([
      { verb: 'answer' },
      { verb: 'sip:refer', referTo: '+339', actionHook: '/referred' }
    ])
    const { data } = await frameOf(app, hookIs('/referred'))
    expect(data).toMatchObject({ refer_status: 202, final_referred_call_status: 200 })
    await caller.until(({ state }) => state === 'ended')
  })

  it('parts both sides of a dial while it whispers to one', async () => {
    const { app, jambonz, caller } = await open([
      { verb: 'dial', target: [{ type: 'phone', number: '+332' }], anchorMedia: true }
    ])
    const number = jambonz.number('+332', { after: 10, hums: 620 })
    await caller.until(({ heard }) => heard.some(({ kind }) => kind === 'bridged'))
    const callSid = number.calls[0]?.callSid
    app.line().command('whisper', { whisper: [{ verb: 'play', url: 'http://x/w.mp3' }] }, { callSid })
    await eventually(() => number.calls[0]?.heard.at(-1)?.what === 'http://x/w.mp3')
    expect(await caller.hearsTone(620)).toBe(false)
    await sleep(1500)
    expect(await caller.hearsTone(620)).toBe(true)
  })

  it.each([
    [{ verb: 'say', txt: 'oops' }],
    [{ verb: 'dial', targets: [] }],
    [{ verb: 'dial', target: [] }],
    [{ verb: 'dial', target: [{ type: 'fax' }] }],
    [{ verb: 'dequeue', name: 'q', confirmHook: '/c' }],
    [{ verb: 'gather', inputs: ['digits'] }],
    [{ verb: 'pause', length: '1' }],
    [{ verb: 'transfer' }],
    [{ verb: 'config', listen: { url: '/a', mixType: 'both' } }]
  ])('refuses %j', (verb) => {
    expect(() => validate([verb])).toThrow(InvalidVerb)
  })
})

import { describe, expect, it } from 'vitest'
import type { LineHearer } from './line.ts'
import { speaksPalabre, type FromPhone, type ToPhone } from './protocol.ts'
import { SocketLine, type LineSocket } from './socket-line.ts'

function setUp() {
  const sockets: (LineSocket & { said: FromPhone[]; sound: number; isClosed: boolean })[] = []
  const timers: { ms: number; run: () => void }[] = []
  const heard: string[] = []
  const audio: string[] = []
  let speak: (samples: ArrayBuffer) => void = () => {}
  const tell =
    (word: string) =>
    (...rest: unknown[]) =>
      void heard.push(
        [word, ...rest.map((one) => (typeof one === 'object' ? JSON.stringify(one) : one))].join(' ')
      )
  const hearer: LineHearer = {
    registered: tell('registered'),
    lost: tell('lost'),
    refused: tell('refused'),
    replaced: tell('replaced'),
    rings: ({ id, resumed, interactionId }) => void heard.push(`rings ${id} ${interactionId} ${resumed}`),
    talks: tell('talks'),
    sound: tell('sound'),
    ended: tell('ended')
  }
  const credentials = {
    accountId: '0',
    server: 'wss://example.com/phone?protocol=palabre-phone',
    uri: 'sip:a@example.com',
    user: 'a',
    password: 'p',
    expiresAt: ''
  }
  const line = new SocketLine(credentials, hearer, {
    connect: () => {
      const socket = {
        said: [] as FromPhone[],
        sound: 0,
        isClosed: false,
        send(data: string | ArrayBuffer) {
          if (typeof data === 'string') socket.said.push(JSON.parse(data) as FromPhone)
          else socket.sound += data.byteLength
        },
        close: () => void (socket.isClosed = true),
        onopen: null,
        onmessage: null,
        onclose: null
      }
      sockets.push(socket)
      return socket
    },
    audio: (rate, _microphone, say) => {
      audio.push(`open ${rate}`)
      speak = say
      return {
        play: (samples) => void audio.push(`play ${samples.byteLength}`),
        speakInto: () => void audio.push('speak into'),
        close: () => void audio.push('close')
      }
    },
    after: (ms, run) => {
      const timer = { ms, run }
      timers.push(timer)
      return () => void (timers.includes(timer) && timers.splice(timers.indexOf(timer), 1))
    },
    random: () => 1
  })
  const socket = () => sockets.at(-1)!
  const say = (frame: ToPhone) => socket().onmessage?.({ data: JSON.stringify(frame) })
  const ring = (resumed = false) =>
    say({
      type: 'ring',
      id: '1',
      number: '+1',
      name: 'A',
      headers: { 'X-Palabre-Interaction': 'i1' },
      resumed
    })
  const run = (ms: number) => {
    const timer = timers.find((one) => one.ms === ms)
    if (!timer) throw new Error(`nothing waits ${ms} ms, but ${timers.map((one) => one.ms).join()}`)
    timers.splice(timers.indexOf(timer), 1)
    timer.run()
  }
  const register = () => {
    socket().onopen?.()
    say({ type: 'registered', rate: 16_000 })
  }
  const talk = () => {
    line.start()
    register()
    ring()
    line.answer('1', {} as MediaStream)
    say({ type: 'talking', id: '1' })
  }
  return {
    line,
    sockets,
    socket,
    say,
    ring,
    run,
    register,
    talk,
    heard,
    audio,
    speak: (n: number) => speak(new ArrayBuffer(n))
  }
}

describe('a line over a plain socket', () => {
  it('registers first, rings with what the hub said of the call, and carries sound once it talks', () => {
    const set = setUp()
    set.talk()
    expect(set.heard).toEqual(['registered', 'rings 1 i1 false', 'talks 1', 'sound true'])
    expect(set.socket().said).toEqual([
      { type: 'register', user: 'a', password: 'p', uri: 'sip:a@example.com', rates: [16_000, 8000] },
      { type: 'answer', id: '1' }
    ])
    set.socket().onmessage?.({ data: new ArrayBuffer(640) })
    set.speak(640)
    expect(set.audio).toEqual(['open 16000', 'play 640'])
    expect(set.socket().sound).toBe(640)
  })

  it('goes on with its call after a lost connection, without a bye and with the same sound', () => {
    const set = setUp()
    set.talk()
    set.socket().onclose?.({ code: 1006 })
    expect(set.heard.slice(-2)).toEqual(['sound false', 'lost'])
    set.run(500)
    set.register()
    set.ring(true)
    expect(set.socket().said.map(({ type }) => type)).toEqual(['register', 'answer'])
    set.say({ type: 'talking', id: '1' })
    expect(set.heard.at(-1)).toBe('sound true')
    expect(set.heard.filter((one) => one.startsWith('rings'))).toHaveLength(1)
    expect(set.audio).toEqual(['open 16000'])
  })

  it('counts a call as over that the server has not kept', () => {
    const set = setUp()
    set.talk()
    set.socket().onclose?.({ code: 1006 })
    set.run(500)
    set.register()
    set.run(3000)
    expect(set.heard.at(-1)).toBe('ended 1 failed')
    expect(set.audio.at(-1)).toBe('close')
  })

  it('notices a server that does not answer', () => {
    const set = setUp()
    set.line.start()
    set.register()
    set.run(15_000)
    expect(set.socket().said.at(-1)).toEqual({ type: 'ping' })
    set.run(8000)
    expect(set.heard.at(-1)).toBe('lost')
    expect(set.sockets[0]?.isClosed).toBe(true)
  })

  it('waits longer after each failure, and not again once it was registered', () => {
    const set = setUp()
    set.line.start()
    for (const wait of [500, 1000, 2000]) {
      set.socket().onclose?.({ code: 1006 })
      set.run(wait)
    }
    set.register()
    set.socket().onclose?.({ code: 1006 })
    set.run(500)
    expect(set.sockets).toHaveLength(5)
  })

  it('does not fight another computer for the phone', () => {
    const set = setUp()
    set.talk()
    set.socket().onclose?.({ code: 4001 })
    expect(set.heard.at(-1)).toBe('replaced')
    expect(set.audio.at(-1)).toBe('close')
    expect(set.sockets).toHaveLength(1)
  })

  it('hangs up, declines and presses keys by name of the call', () => {
    const set = setUp()
    set.talk()
    set.line.press('1', '42#')
    set.line.decline('2', 'busy')
    set.line.hangUp('1')
    expect(set.socket().said.slice(2)).toEqual([
      { type: 'dtmf', id: '1', keys: '42#' },
      { type: 'decline', id: '2', cause: 'busy' },
      { type: 'bye', id: '1' }
    ])
    expect(set.heard.at(-1)).toBe('ended 1 hungUp')
  })
})

it('knows its own addresses from those of SIP servers', () => {
  expect(speaksPalabre('ws://localhost:8080/phone?protocol=palabre-phone')).toBe(true)
  expect(speaksPalabre('wss://sip.example.com:8443')).toBe(false)
  expect(speaksPalabre('not an address')).toBe(false)
})

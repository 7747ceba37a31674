import { describe, expect, it } from 'vitest'
import type { Credentials, LineHearer, PhoneLine, Ring } from './line.ts'
import { NoMicrophone, Phone, type PhoneNow } from './phone.ts'

const credentials = (expiresInMs = 3600_000): Credentials => ({
  accountId: '0',
  server: 'wss://sip.example.com',
  uri: 'sip:a@example.com',
  user: 'a',
  password: `until ${expiresInMs}`,
  expiresAt: new Date(expiresInMs).toISOString()
})

const ringOf = (id: string, resumed = false): Ring => ({
  id,
  number: '+33199000001',
  name: 'Amina',
  callId: null,
  interactionId: null,
  resumed
})

/** A phone with a line, a microphone and a clock that only move when told. */
function setUp() {
  let at = 0
  const timers: { due: number; run: () => void }[] = []
  const said: string[] = []
  const tracks: { enabled: boolean; stopped: boolean }[] = []
  const states: PhoneNow[] = []
  const ended: string[] = []
  let hearer!: LineHearer
  let line!: PhoneLine
  const next: { credentials: () => Promise<Credentials | null>; microphone: () => Promise<MediaStream> } = {
    credentials: () => Promise.resolve(credentials(at + 3600_000)),
    microphone: () => {
      const track = { enabled: true, stopped: false, stop: () => (track.stopped = true) }
      tracks.push(track)
      const list = () => [track]
      return Promise.resolve({ getAudioTracks: list, getTracks: list } as unknown as MediaStream)
    }
  }
  const phone = new Phone({
    credentials: () => next.credentials(),
    open: (_credentials, heard) => {
      hearer = heard
      const say =
        (word: string) =>
        (...rest: unknown[]) =>
          void said.push([word, ...rest.filter((one) => typeof one === 'string')].join(' '))
      line = {
        start: say('start'),
        hurry: say('hurry'),
        renew: ({ password }) => void said.push(`renew ${password}`),
        answer: say('answer'),
        decline: say('decline'),
        hangUp: say('hang up'),
        press: say('press'),
        speakInto: say('speak into'),
        close: say('close')
      }
      return Promise.resolve(line)
    },
    microphone: () => next.microphone(),
    now: () => at,
    after: (ms, run) => {
      const timer = { due: at + ms, run }
      timers.push(timer)
      return () => void (timers.includes(timer) && timers.splice(timers.indexOf(timer), 1))
    },
    changed: (now) => states.push(now),
    ended: ({ id }, how, wasTalking) => ended.push(`${id} ${how} ${wasTalking}`)
  })
  const settle = async () => {
    for (let n = 0; n < 10; n++) await Promise.resolve()
  }
  const pass = async (ms: number) => {
    const until = at + ms
    for (;;) {
      const due = timers.toSorted((a, b) => a.due - b.due)[0]
      if (!due || due.due > until) break
      timers.splice(timers.indexOf(due), 1)
      at = due.due
      due.run()
      await settle()
    }
    at = until
    await settle()
  }
  const ready = async () => {
    phone.start()
    await settle()
    hearer.registered()
  }
  return { phone, said, tracks, states, ended, next, settle, pass, ready, hearer: () => hearer }
}

const talkingOf = async (set: ReturnType<typeof setUp>) => {
  await set.ready()
  set.hearer().rings(ringOf('1'))
  await set.phone.answer()
  set.hearer().talks('1')
}

describe('a phone', () => {
  it('connects, registers, rings, is answered and is ready again', async () => {
    const set = setUp()
    await talkingOf(set)
    expect(set.phone.now).toMatchObject({ state: 'talking', talk: { id: '1' }, ring: null })
    set.hearer().ended('1', 'hungUp')
    expect(set.phone.now).toMatchObject({ state: 'registered', talk: null })
    expect(set.tracks).toEqual([expect.objectContaining({ stopped: true })])
    expect(set.ended).toEqual(['1 hungUp true'])
    const seen = set.states.map(({ state }) => state).filter((state, n, all) => state !== all[n - 1])
    expect(seen).toEqual(['connecting', 'registered', 'ringing', 'talking', 'registered'])
  })

  it('is off where the hub has none for this person', async () => {
    const { phone, next, settle } = setUp()
    next.credentials = () => Promise.resolve(null)
    phone.start()
    await settle()
    expect(phone.now.state).toBe('off')
  })

  it('goes on ringing without a microphone, says why, and can be answered once there is one', async () => {
    const set = setUp()
    await set.ready()
    const { microphone } = set.next
    set.next.microphone = () => Promise.reject(new NoMicrophone('mic-denied'))
    set.hearer().rings(ringOf('1'))
    await expect(set.phone.answer()).rejects.toThrow(NoMicrophone)
    expect(set.phone.now).toMatchObject({ state: 'ringing', trouble: 'mic-denied' })
    expect(set.said).not.toContain('answer 1')
    set.next.microphone = microphone
    await set.phone.answer()
    expect(set.said).toContain('answer 1')
    expect(set.phone.now.trouble).toBeNull()
  })

  it('lets the microphone go when the caller hangs up while the browser asks for it', async () => {
    const set = setUp()
    await set.ready()
    set.hearer().rings(ringOf('1'))
    const answering = set.phone.answer()
    set.hearer().ended('1', 'hungUp')
    await answering
    expect(set.said).not.toContain('answer 1')
    expect(set.tracks[0]?.stopped).toBe(true)
    expect(set.phone.now.state).toBe('registered')
  })

  it('declines a second call as busy and keeps the first', async () => {
    const set = setUp()
    await talkingOf(set)
    set.hearer().rings(ringOf('2'))
    expect(set.said).toContain('decline 2 busy')
    expect(set.phone.now).toMatchObject({ state: 'talking', talk: { id: '1' } })
  })

  it('answers by itself what was talked in before', async () => {
    const set = setUp()
    await set.ready()
    set.hearer().rings(ringOf('1', true))
    await set.settle()
    expect(set.said).toContain('answer 1')
  })

  it('answers once, however often it is told to', async () => {
    const set = setUp()
    await set.ready()
    set.hearer().rings(ringOf('1', true))
    await Promise.all([set.phone.answer(), set.phone.answer()])
    await set.phone.answer()
    expect(set.said.filter((one) => one === 'answer 1')).toHaveLength(1)
    expect(set.tracks).toHaveLength(1)
  })

  it('sends nothing of the voice while muted, also through another microphone', async () => {
    const set = setUp()
    await talkingOf(set)
    set.phone.mute(true)
    expect(set.tracks[0]?.enabled).toBe(false)
    await set.phone.changeMicrophone()
    expect(set.tracks).toEqual([
      expect.objectContaining({ stopped: true }),
      expect.objectContaining({ enabled: false, stopped: false })
    ])
    set.phone.mute(false)
    expect(set.tracks[1]?.enabled).toBe(true)
  })

  it('does not carry being muted into the next call', async () => {
    const set = setUp()
    await talkingOf(set)
    set.phone.mute(true)
    set.hearer().ended('1', 'hungUp')
    set.hearer().rings(ringOf('2'))
    await set.phone.answer()
    expect(set.tracks[1]?.enabled).toBe(true)
  })

  it('keeps its call while it is broken, and goes on when the server is back', async () => {
    const set = setUp()
    await talkingOf(set)
    set.hearer().lost()
    expect(set.phone.now.state).toBe('talking')
    await set.pass(2000)
    expect(set.phone.now).toMatchObject({ state: 'broken', trouble: 'unreachable', talk: { id: '1' } })
    set.hearer().registered()
    expect(set.phone.now).toMatchObject({ state: 'talking', trouble: null })
  })

  it('says when the sound of a call is gone, and when it is back', async () => {
    const set = setUp()
    await talkingOf(set)
    set.hearer().sound(false)
    expect(set.phone.now).toMatchObject({ state: 'broken', trouble: 'sound' })
    set.hearer().sound(true)
    expect(set.phone.now.state).toBe('talking')
  })

  it('forgives a blink without a call, and is broken when it lasts', async () => {
    const set = setUp()
    await set.ready()
    set.hearer().lost()
    expect(set.phone.now.state).toBe('connecting')
    await set.pass(8000)
    expect(set.phone.now.state).toBe('broken')
  })

  it('is broken after the same time when every attempt fails', async () => {
    const set = setUp()
    set.phone.start()
    await set.settle()
    for (let n = 0; n < 8; n++) {
      set.hearer().lost()
      expect(set.phone.now.state).toBe('connecting')
      await set.pass(1000)
    }
    expect(set.phone.now).toMatchObject({ state: 'broken', trouble: 'unreachable' })
  })

  it('tries again at once when told to: the same line in a call, a new one without', async () => {
    const set = setUp()
    await talkingOf(set)
    set.hearer().lost()
    set.phone.hurry()
    expect(set.said.at(-1)).toBe('hurry')
    set.hearer().ended('1', 'failed')
    await set.pass(8000)
    set.phone.hurry()
    await set.settle()
    expect(set.said.slice(-2)).toEqual(['close', 'start'])
  })

  it('asks the hub for new credentials before they end, and gives them to the line', async () => {
    const set = setUp()
    await set.ready()
    await set.pass(50 * 60_000 - 1)
    expect(set.said.filter((one) => one.startsWith('renew'))).toEqual([])
    await set.pass(1)
    expect(set.said.filter((one) => one.startsWith('renew'))).toHaveLength(1)
  })

  it('asks for other credentials when these are refused, ever slower', async () => {
    const set = setUp()
    set.phone.start()
    await set.settle()
    for (let n = 0; n < 3; n++) {
      set.hearer().refused()
      expect(set.phone.now).toMatchObject({ state: 'broken', trouble: 'refused' })
      await set.pass(1000 * 2 ** n)
    }
    expect(set.said.filter((one) => one === 'start')).toHaveLength(4)
  })

  it('tries again when the hub does not answer', async () => {
    const set = setUp()
    const { credentials: good } = set.next
    set.next.credentials = () => Promise.reject(new Error('unreachable'))
    set.phone.start()
    await set.settle()
    expect(set.phone.now).toMatchObject({ state: 'broken', trouble: 'unreachable' })
    set.next.credentials = good
    await set.pass(1000)
    set.hearer().registered()
    expect(set.phone.now).toMatchObject({ state: 'registered', trouble: null })
  })

  it('is off, and stays off, when another computer took its place', async () => {
    const set = setUp()
    await set.ready()
    set.hearer().replaced()
    await set.pass(3600_000)
    expect(set.phone.now).toMatchObject({ state: 'off', trouble: 'elsewhere' })
    expect(set.said.filter((one) => one === 'start')).toHaveLength(1)
  })

  it('hears nothing of a line that it gave back', async () => {
    const set = setUp()
    await set.ready()
    const old = set.hearer()
    set.phone.stop()
    expect(set.said).toContain('close')
    old.rings(ringOf('1'))
    old.registered()
    expect(set.phone.now).toMatchObject({ state: 'off', ring: null })
  })
})

import { describe, expect, it } from 'vitest'
import type { Agent } from '@palabre/config/contract/agent'
import type { ClientFrame, ServerFrame } from '@palabre/config/contract/event'
import { LiveProtocol, type Socket } from './protocol.ts'

class FakeSocket implements Socket {
  onopen: Socket['onopen'] = null
  onmessage: Socket['onmessage'] = null
  onclose: Socket['onclose'] = null
  sent: ClientFrame[] = []
  closed = false
  send = (text: string) => void this.sent.push(JSON.parse(text) as ClientFrame)
  close = () => void (this.closed = true)
  say = (frame: ServerFrame) => this.onmessage?.({ data: JSON.stringify(frame) })
  accept(seq = '1') {
    this.onopen?.()
    this.say({ type: 'ready', seq })
  }
}

function world({ random = 0.5 } = {}) {
  const sockets: FakeSocket[] = []
  const timers: { ms: number; run: () => void; dead: boolean }[] = []
  const states: string[] = []
  const seen = { online: true, suspicions: 0 }
  const live = new LiveProtocol({
    connect: () => {
      const socket = new FakeSocket()
      sockets.push(socket)
      return socket
    },
    after: (ms, run) => {
      const timer = { ms, run, dead: false }
      timers.push(timer)
      return () => void (timer.dead = true)
    },
    random: () => random,
    online: () => seen.online,
    stateChanged: (state) => states.push(state),
    suspectSession: () => void (seen.suspicions += 1)
  })
  return {
    live,
    sockets,
    states,
    seen,
    socket: () => sockets.at(-1)!,
    waiting: () => timers.filter(({ dead }) => !dead),
    tick() {
      const timer = timers.find(({ dead }) => !dead)!
      timer.dead = true
      timer.run()
      return timer.ms
    }
  }
}

const topic = 'interaction:0123456789abcdef01234567'
const agent = { id: '0123456789abcdef01234567', version: 3 } as Agent
const event = (seq: string | null): ServerFrame => ({
  type: 'event',
  seq,
  name: 'agent.changed',
  payload: { agent }
})

describe('the live connection', () => {
  it('says hello without a sequence the first time and is open once the hub is ready', () => {
    const { live, socket, states } = world()
    live.start()
    socket().onopen?.()
    expect(socket().sent).toEqual([{ type: 'hello' }])
    expect(live.state).toBe('connecting')
    socket().say({ type: 'ready', seq: '40' })
    expect(states).toEqual(['connecting', 'open'])
  })

  it('hands an event to those who listen to its name, until they stop', () => {
    const { live, socket } = world()
    const versions: number[] = []
    const stop = live.on('agent.changed', ({ agent }) => versions.push(agent.version))
    live.start()
    socket().accept()
    socket().say(event('2'))
    stop()
    socket().say(event('3'))
    expect(versions).toEqual([3])
  })

  it('resumes after the last event that it saw, ignoring those that are not kept', () => {
    const { live, socket, tick } = world()
    live.start()
    socket().accept('7')
    socket().say(event('9'))
    socket().say(event(null))
    socket().onclose?.({ code: 1006 })
    tick()
    socket().onopen?.()
    expect(socket().sent).toEqual([{ type: 'hello', since: '9' }])
  })

  it('asks for snapshots at the first connection and at a resync, not at a resumed one', () => {
    const { live, socket, tick } = world()
    let reads = 0
    live.onResync(() => (reads += 1))
    live.start()
    socket().accept('1')
    expect(reads).toBe(1)
    socket().onclose?.({ code: 1006 })
    tick()
    socket().accept('1')
    expect(reads).toBe(1)
    socket().onclose?.({ code: 1006 })
    tick()
    socket().onopen?.()
    socket().say({ type: 'resync', seq: '900' })
    expect(reads).toBe(2)
    expect(live.seq).toBe('900')
    expect(live.state).toBe('open')
  })

  it('shares one subscription between owners and lets go after the last', () => {
    const { live, socket } = world()
    live.start()
    socket().accept()
    const first = live.watch(topic)
    const second = live.watch(topic)
    first()
    first()
    expect(socket().sent.slice(1)).toEqual([{ type: 'watch', topics: [topic] }])
    second()
    expect(socket().sent.at(-1)).toEqual({ type: 'unwatch', topics: [topic] })
  })

  it('greets with what is still watched, so that it is resumed too, and asks for the rest afterwards', () => {
    const { live, socket, tick } = world()
    const gone = live.watch('floor')
    for (let n = 0; n < 101; n++) live.watch(`queue:${n.toString(16).padStart(24, '0')}`)
    live.start()
    socket().accept('4')
    gone()
    socket().onclose?.({ code: 1006 })
    tick()
    socket().accept()
    const [hello, ...rest] = socket().sent
    expect(hello).toMatchObject({ type: 'hello', since: '4' })
    const topics = hello?.type === 'hello' ? (hello.topics ?? []) : []
    expect(topics).toHaveLength(100)
    expect(topics).not.toContain('floor')
    expect(rest).toEqual([{ type: 'watch', topics: [`queue:${(100).toString(16).padStart(24, '0')}`] }])
  })

  it('corrects the greeting by what was watched or let go while it was on its way', () => {
    const { live, socket } = world()
    const gone = live.watch('floor')
    live.start()
    socket().onopen?.()
    gone()
    live.watch('accounts')
    socket().say({ type: 'ready', seq: '1' })
    expect(socket().sent.slice(1)).toEqual([
      { type: 'unwatch', topics: ['floor'] },
      { type: 'watch', topics: ['accounts'] }
    ])
  })

  it('waits longer after each failure, with jitter, and never over 20.2 seconds', () => {
    const { live, socket, tick } = world({ random: 1 })
    live.start()
    const waits = Array.from({ length: 8 }, () => {
      socket().onclose?.({ code: 1006 })
      return tick()
    })
    expect(waits).toEqual([700, 1200, 2200, 4200, 8200, 16_200, 20_200, 20_200])
  })

  it('comes back within a second when the hub restarts', () => {
    const { live, socket, tick } = world({ random: 1 })
    live.start()
    socket().accept()
    socket().onclose?.({ code: 1012 })
    expect(tick()).toBe(1000)
  })

  it('takes a connection that does not answer a ping for lost', () => {
    const { live, socket, sockets, tick } = world()
    live.start()
    socket().accept()
    expect(tick()).toBe(20_000)
    expect(socket().sent.at(-1)).toEqual({ type: 'ping' })
    socket().say({ type: 'pong' })
    expect(tick()).toBe(20_000)
    expect(tick()).toBe(8000)
    expect(live.state).toBe('lost')
    expect(sockets[0]!.closed).toBe(true)
  })

  it('gives up on a handshake that nobody answers', () => {
    const { live, tick } = world()
    live.start()
    expect(tick()).toBe(8000)
    expect(live.state).toBe('lost')
  })

  it('connects at once when the network is back', () => {
    const { live, sockets, seen, socket, waiting } = world()
    live.start()
    socket().accept()
    seen.online = false
    live.goneOffline()
    expect(live.state).toBe('lost')
    live.hurry()
    expect(sockets).toHaveLength(2)
    expect(waiting()).toHaveLength(1)
  })

  it('asks about the session when the hub refuses it, and when upgrades keep failing', () => {
    const { live, socket, seen, tick } = world()
    live.start()
    socket().onclose?.({ code: 1006 })
    expect(seen.suspicions).toBe(0)
    tick()
    socket().onclose?.({ code: 1006 })
    expect(seen.suspicions).toBe(1)
    tick()
    socket().accept()
    socket().onclose?.({ code: 4401 })
    expect(seen.suspicions).toBe(2)
  })

  it('forgets the sequence when it stops, so that the next person does not resume it', () => {
    const { live, sockets, socket, waiting } = world()
    live.start()
    socket().accept('55')
    live.stop()
    expect(waiting()).toHaveLength(0)
    live.start()
    socket().onopen?.()
    expect(sockets).toHaveLength(2)
    expect(socket().sent).toEqual([{ type: 'hello' }])
  })

  it('ignores what an abandoned socket still says', () => {
    const { live, sockets, socket } = world()
    let heard = 0
    live.on('agent.changed', () => (heard += 1))
    live.start()
    const old = socket()
    const hear = old.onmessage
    live.hurry()
    hear?.({ data: JSON.stringify(event('5')) })
    expect(sockets).toHaveLength(2)
    expect(heard).toBe(0)
  })

  it('outlives a frame that is not JSON', () => {
    const { live, socket } = world()
    live.start()
    socket().accept()
    socket().onmessage?.({ data: '{' })
    expect(live.state).toBe('open')
  })
})

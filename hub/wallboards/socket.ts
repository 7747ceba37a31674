import type { WebSocket } from '@fastify/websocket'
import { Compile } from 'typebox/compile'
import { WallClientFrame, type WallRefusal, type WallServerFrame } from '@palabre/config/contract/wallboard'
import { closeCodes } from '../live/socket.ts'

const frames = Compile(WallClientFrame)
const helloMs = 10_000
/** A screen says something every twenty seconds; one that does not is gone. */
const silentMs = 60_000
const framesPerTick = 20
/** What waits for a screen that takes nothing. */
const backlogBytes = 1_000_000

/** One screen, from the upgrade to the close. It may only listen. */
export interface WallSocket {
  /** '' until it has said hello. */
  tokenHash: string
  address: string
  send(frame: WallServerFrame): void
  /** The same text to many screens is made once. */
  sendText(text: string): void
  refuse(reason: WallRefusal): void
  close(code: number, reason: string): void
  /** Looks whether it is still there; called every few seconds. */
  check(now: number): void
}

/** `hello` is called once, with the token. */
export function attachWall(
  socket: WebSocket,
  address: string,
  hello: (self: WallSocket, token: string) => void
): WallSocket {
  let greeted = false
  let heardAt = Date.now()
  let budget = framesPerTick
  const waiting = setTimeout(() => {
    socket.close(closeCodes.policy, 'no hello')
  }, helloMs)

  const self: WallSocket = {
    tokenHash: '',
    address,
    send: (frame) => {
      self.sendText(JSON.stringify(frame))
    },
    sendText(text) {
      if (socket.bufferedAmount > backlogBytes) socket.close(closeCodes.tooSlow, 'too slow')
      else socket.send(text)
    },
    refuse(reason) {
      self.send({ type: 'refused', reason })
      socket.close(closeCodes.policy, reason)
    },
    close: (code, reason) => {
      socket.close(code, reason)
    },
    check(now) {
      budget = framesPerTick
      // A clock that was set back says nothing of silence.
      heardAt = Math.min(heardAt, now)
      if (now - heardAt > silentMs) socket.terminate()
    }
  }

  socket.on('message', (data: Buffer) => {
    heardAt = Date.now()
    let frame: unknown
    try {
      frame = JSON.parse(data.toString())
    } catch {
      frame = null
    }
    if (--budget < 0 || !frames.Check(frame)) {
      socket.close(closeCodes.policy, budget < 0 ? 'too many frames' : 'not a frame')
      return
    }
    if (frame.type === 'ping') return
    if (greeted) {
      socket.close(closeCodes.policy, 'hello was said')
      return
    }
    greeted = true
    clearTimeout(waiting)
    hello(self, frame.token)
  })
  socket.on('close', () => {
    clearTimeout(waiting)
  })
  return self
}

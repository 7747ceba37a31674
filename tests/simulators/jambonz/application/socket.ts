import { WebSocket } from 'ws'
import { b3, isFields, newMsgid, type Command, type Fields, type Frame, type FrameType } from '../frame.ts'
import type { Wire } from '../wire.ts'
import { firstBackoff, mostBytes, mostConnections, nextBackoff, timing } from '../timing.ts'
import { pause } from '../pause.ts'
import { Unanswered, type Request, type Requestor } from './requestor.ts'
import { failureOf, retryPolicy } from './retry.ts'

interface Waiting {
  frame: Frame
  resolve: (data: unknown) => void
  reject: (error: Unanswered) => void
  timer?: NodeJS.Timeout
}

interface Resumable {
  data: Fields
  unanswered?: Waiting
}

/** One call's socket to the application: the protocol ws.jambonz.org as jambonz 0.9.8 speaks it. */
export class AppSocket implements Requestor {
  readonly kind = 'socket'
  readonly base: URL
  /** At the top of every frame; outbound and adulted sessions have none, or have it late. */
  callSid?: string
  onCommand?: (command: Command) => void
  onLost?: () => void
  readonly #wire: Wire
  readonly #auth?: { username: string; password: string }
  #socket?: WebSocket
  /** Open and, after a reconnect, acknowledged. */
  #ready = false
  #working = false
  #over = false
  #closing?: number
  #connections = 0
  #backoff = firstBackoff
  #reconnecting?: NodeJS.Timeout
  #queue: (Waiting | Frame)[] = []
  readonly #waiting = new Map<string, Waiting>()
  /** The session:new that was sent, and whether it still waits for an answer. */
  #session?: Resumable

  constructor(
    url: URL,
    wire: Wire,
    options: { auth?: { username: string; password: string }; callSid?: string } = {}
  ) {
    this.base = url
    this.#wire = wire
    this.#auth = options.auth
    this.callSid = options.callSid
  }

  request({ type, hook, data, b3: trace }: Request): Promise<unknown> {
    if (this.#over) return Promise.reject(new Unanswered('the application closed with 1000'))
    const frame: Frame = {
      type,
      msgid: newMsgid(),
      ...(this.callSid && { call_sid: this.callSid }),
      ...(hook !== undefined && { hook }),
      data: trace === 'data' ? { ...data, b3 } : data,
      ...(trace === 'frame' && { b3 })
    }
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { frame, resolve, reject }
      if (type === 'session:new') this.#session = { data, unanswered: waiting }
      this.#send(waiting)
    })
  }

  alert(type: FrameType, data: Fields) {
    if (this.#over) return
    this.#send({ type, msgid: newMsgid(), ...(this.callSid && { call_sid: this.callSid }), data })
  }

  /** What still waits for a connection is sent first, unless `now`. */
  close(code: number, now = false) {
    if (!now && !this.#over && !this.#ready && this.#queue.length > 0) {
      this.#closing = code
      return
    }
    this.#over = true
    clearTimeout(this.#reconnecting)
    const socket = this.#socket
    this.#socket = undefined
    this.#abandon('the session is over')
    if (!socket) return
    socket.removeAllListeners('close')
    this.#log('close', { code, by: 'jambonz' })
    socket.close(code)
  }

  /** Breaks the line as a network would; with 1000 as if the application had said goodbye. */
  drop(code: number) {
    const socket = this.#socket
    if (!socket) return
    socket.removeAllListeners('close')
    socket.terminate()
    this.#dropped(code)
  }

  /** Gone without a word and for good, as with the process that had it. */
  vanish() {
    this.#socket?.removeAllListeners('close')
    this.#socket?.terminate()
    this.#socket = undefined
    this.close(1000, true)
  }

  #send(item: Waiting | Frame) {
    if (this.#ready) return this.#write(item)
    this.#queue.push(item)
    if (!this.#socket && !this.#working && !this.#reconnecting) void this.#connectFor()
  }

  #write(item: Waiting | Frame) {
    const frame = 'frame' in item ? item.frame : item
    if ('frame' in item) {
      this.#waiting.set(frame.msgid, item)
      item.timer = setTimeout(() => this.#timeOut(item), timing.ack)
    }
    this.#log('jambonz->app', frame)
    this.#socket?.send(JSON.stringify(frame))
  }

  #timeOut(item: Waiting) {
    this.#waiting.delete(item.frame.msgid)
    if (this.#session?.unanswered === item) this.#session.unanswered = undefined
    item.reject(new Unanswered(`no ack of ${item.frame.type} within ${timing.ack} ms`))
  }

  /** The first connection is tried again as the URL's policy says; later ones, made for a message, are not. */
  async #connectFor() {
    this.#working = true
    const { count, on } = retryPolicy(this.base, 'socket')
    for (let tries = 0; !this.#over; tries++) {
      try {
        await this.#open()
        break
      } catch (error) {
        const again = this.#connections === 0 && tries < count && on(failureOf(error))
        if (!again) {
          this.#abandon(String(error))
          break
        }
        await pause(this.#takeBackoff())
      }
    }
    this.#working = false
  }

  #takeBackoff(): number {
    const ms = this.#backoff
    this.#backoff = nextBackoff(ms)
    return ms
  }

  #open(): Promise<void> {
    const url = new URL(this.base)
    url.hash = ''
    const auth = this.#auth && `${this.#auth.username}:${this.#auth.password}`
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url, 'ws.jambonz.org', {
        ...(auth && { auth }),
        headers: { 'user-agent': 'jambonz' },
        handshakeTimeout: timing.handshake,
        maxPayload: mostBytes,
        followRedirects: true,
        maxRedirects: 2
      })
      socket.once('error', reject)
      socket.once('open', () => {
        socket.off('error', reject)
        if (this.#over) {
          socket.close(1000)
          return resolve()
        }
        this.#opened(socket, auth)
        resolve()
      })
    })
  }

  #opened(socket: WebSocket, auth?: string) {
    this.#socket = socket
    this.#connections++
    const authorization = auth && `Basic ${Buffer.from(auth).toString('base64')}`
    this.#log('connect', { ...(authorization && { authorization }), protocol: socket.protocol })
    socket.on('message', (bytes: Buffer) => this.#receive(String(bytes)))
    socket.on('close', (code) => this.#dropped(code))
    // ws closes by itself after an error, for example 1009 after a frame too big.
    socket.on('error', (error) => this.#log('close', { error: error.message }))
    if (this.#connections === 1 || !this.#session) return this.#flush()
    this.#resume(this.#session)
  }

  #flush() {
    this.#ready = true
    for (const item of this.#queue.splice(0)) this.#write(item)
    if (this.#closing !== undefined) this.close(this.#closing)
  }

  /** All else waits until the application took the call up again. */
  #resume(session: Resumable) {
    const frame: Frame = {
      type: 'session:reconnect',
      msgid: newMsgid(),
      ...(this.callSid && { call_sid: this.callSid }),
      data: session.data
    }
    this.#write({
      frame,
      resolve: (data) => {
        const { unanswered } = session
        session.unanswered = undefined
        clearTimeout(unanswered?.timer)
        unanswered?.resolve(data)
        this.#flush()
      },
      // A line that broke again comes back the same way; only a silent application loses the call.
      reject: () => this.#socket && this.onLost?.()
    })
  }

  #dropped(code: number) {
    this.#socket = undefined
    this.#ready = false
    this.#log('close', { code, by: 'app' })
    if (code === 1000) this.#over = true
    this.#abandonSent()
    if (this.#over) return this.#abandon('the application closed with 1000')
    if (this.#connections < mostConnections) this.#reconnectLater()
  }

  #reconnectLater() {
    this.#reconnecting = setTimeout(() => {
      this.#open().then(
        () => (this.#reconnecting = undefined),
        () => this.#reconnectLater()
      )
    }, this.#takeBackoff())
  }

  /** What was in flight is given up at once, but for a session:new that the next ack may answer. */
  #abandonSent() {
    for (const [msgid, item] of this.#waiting) {
      this.#waiting.delete(msgid)
      if (item === this.#session?.unanswered && !this.#over) continue
      clearTimeout(item.timer)
      item.reject(new Unanswered(`abandoning msgid ${msgid}`))
    }
  }

  #abandon(why: string) {
    this.#abandonSent()
    for (const item of this.#queue.splice(0)) if ('frame' in item) item.reject(new Unanswered(why))
  }

  #receive(text: string) {
    let message: unknown
    try {
      message = JSON.parse(text)
    } catch {
      return this.#complain('the message is not JSON', text)
    }
    this.#log('app->jambonz', message)
    if (!isFields(message)) return this.#complain('the message is no object', message)
    if (message['type'] === 'ack') return this.#acked(message)
    if (message['type'] !== 'command')
      return this.#complain(`unknown type ${String(message['type'])}`, message)
    this.#commanded(message)
  }

  #acked(message: Fields) {
    const msgid = String(message['msgid'])
    if (message['msgid'] === undefined) return this.#complain('missing msgid', message)
    const item = this.#waiting.get(msgid)
    if (!item || this.#wire.losesAck(item.frame)) return
    this.#waiting.delete(msgid)
    clearTimeout(item.timer)
    if (this.#session?.unanswered === item) this.#session.unanswered = undefined
    item.resolve(message['data'])
  }

  #commanded(message: Fields) {
    const { command, data, callSid } = message
    if (typeof command !== 'string') return this.#complain('missing command', message)
    if (data === undefined && !withoutData.includes(command)) return this.#complain('missing data', message)
    this.onCommand?.({
      command,
      data,
      queueCommand: message['queueCommand'] === true,
      ...(typeof callSid === 'string' && { callSid })
    })
  }

  #complain(details: string, content: unknown) {
    this.alert('jambonz:error', { msg: 'InvalidMessage', details, content })
  }

  #log(dir: 'connect' | 'close' | 'jambonz->app' | 'app->jambonz', msg: unknown) {
    this.#wire.log(dir, this.base.pathname, msg)
  }
}

const withoutData = ['tts:flush', 'tts:clear', 'llm:tool-output']

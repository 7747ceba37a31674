import { connect } from 'node:net'

export interface Answer {
  status: number
  text: string
}

export interface Ask {
  method: string
  path: string
  headers?: Record<string, string>
  body?: unknown
}

/** One keep-alive connection; its requests go one after the other. */
export interface Line {
  ask(ask: Ask): Promise<Answer>
  /** The server has not hung up; it does on a connection that was idle for long. */
  isOpen(): boolean
  close(): void
}

/**
 * A connection to a server on loopback. As little as HTTP/1.1 needs, so that the load costs the machine little: the
 * answers of our servers carry Content-Length. `from`: an address of the loopback network, for limits by address.
 */
export function openLine(port: number, from = '127.0.0.1'): Line {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from }).setNoDelay(true)
  let received = Buffer.alloc(0)
  let waiting: { resolve(answer: Answer): void; reject(error: Error): void } | null = null
  let turn: Promise<unknown> = Promise.resolve()

  const fail = (error: Error) => {
    waiting?.reject(error)
    waiting = null
  }
  socket.on('error', fail)
  socket.on('close', () => {
    fail(new Error('the connection closed'))
  })
  socket.on('data', (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    const end = received.indexOf('\r\n\r\n')
    if (end < 0) return
    const head = received.toString('latin1', 0, end)
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? (head.includes(' 204 ') ? 0 : NaN))
    if (Number.isNaN(length)) {
      fail(new Error(`no length: ${head.slice(0, 200)}`))
      return
    }
    if (received.length < end + 4 + length) return
    const text = received.toString('utf8', end + 4, end + 4 + length)
    received = received.subarray(end + 4 + length)
    const one = waiting
    waiting = null
    one?.resolve({ status: Number(head.slice(9, 12)), text })
  })

  const send = ({ method, path, headers = {}, body }: Ask) =>
    new Promise<Answer>((resolve, reject) => {
      if (socket.destroyed) {
        reject(new Error('the connection is closed'))
        return
      }
      waiting = { resolve, reject }
      const text = body === undefined ? '' : JSON.stringify(body)
      const lines = [`${method} ${path} HTTP/1.1`, `host: 127.0.0.1:${String(port)}`]
      for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`)
      if (body !== undefined)
        lines.push('content-type: application/json', `content-length: ${String(Buffer.byteLength(text))}`)
      socket.write(`${lines.join('\r\n')}\r\n\r\n${text}`)
    })

  return {
    ask(ask) {
      const answer = turn.then(() => send(ask))
      turn = answer.catch(() => undefined)
      return answer
    },
    isOpen: () => !socket.destroyed,
    close() {
      socket.destroy()
    }
  }
}

/** The server hangs up on connections that are idle for longer (72 s); a request on its way just then would be lost. */
const idleMs = 20_000

/** Connections shared by many askers: an idle one, else a new one up to `most`, else a busy one. */
export function openPool(port: number, most = 64): Line {
  let idle: { line: Line; since: number }[] = []
  let all: Line[] = []
  let next = 0
  return {
    async ask(ask) {
      const now = Date.now()
      for (const { line, since } of idle) if (now - since > idleMs) line.close()
      idle = idle.filter(({ line }) => line.isOpen())
      all = all.filter((line) => line.isOpen())
      const free = idle.pop()?.line ?? (all.length < most ? openLine(port) : undefined)
      if (!free) return all[next++ % all.length]!.ask(ask)
      if (!all.includes(free)) all.push(free)
      const answer = await free.ask(ask)
      idle.push({ line: free, since: Date.now() })
      return answer
    },
    isOpen: () => true,
    close() {
      for (const line of all) line.close()
    }
  }
}

/** The answer's JSON; throws with what was said when it is a refusal. */
export async function asked<T = unknown>(line: Pick<Line, 'ask'>, ask: Ask): Promise<T> {
  const { status, text } = await line.ask(ask)
  if (status >= 400) throw new Error(`${ask.method} ${ask.path}: ${String(status)} ${text.slice(0, 300)}`)
  return JSON.parse(text) as T
}

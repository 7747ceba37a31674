import type { VisitorServerFrame } from '@palabre/config/contract/visitor'
import { WebSocket } from 'ws'
import { asked, type Line } from './line.ts'

export interface Visitor {
  /** Resolves when the hub says that it is stored. */
  say(clientId: string, text: string): Promise<void>
  phase(): string
  /** Resolves when the hub tells that the contact is over. */
  ended: Promise<void>
  close(): void
}

/** A customer with the chat widget open on a page of ours. */
export async function openVisitor(
  port: number,
  line: Line,
  accountId: string,
  hear: (frame: string) => void = () => {}
): Promise<Visitor> {
  const origin = `http://127.0.0.1:${String(port)}`
  const path = `/api/visitor/${accountId}`
  const { token } = await asked<{ token: string }>(line, {
    method: 'POST',
    path: `${path}/open`,
    headers: { origin },
    body: { locale: 'en' }
  })
  const socket = new WebSocket(`ws://127.0.0.1:${String(port)}${path}/live`, {
    origin,
    perMessageDeflate: false
  })
  const waiting = new Map<string, { resolve(): void; reject(error: Error): void }>()
  let phase = 'new'
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  const failAll = (error: Error) => {
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.once('open', () => {
      socket.send(JSON.stringify({ type: 'hello', token }))
    })
    socket.on('message', (data: Buffer) => {
      const text = data.toString()
      if (text.startsWith('{"type":"message"')) {
        hear(text)
        return
      }
      const frame = JSON.parse(text) as VisitorServerFrame
      if (frame.type === 'ready') resolve()
      if (frame.type === 'ready' || frame.type === 'state') {
        phase = frame.state.phase
        if (phase === 'ended') end()
      } else if (frame.type === 'said') {
        waiting.get(frame.clientId)?.resolve()
        waiting.delete(frame.clientId)
      } else if (frame.type === 'refused')
        waiting.get(frame.clientId ?? '')?.reject(new Error(`refused: ${frame.error}`))
    })
  })
  socket.on('error', failAll)
  socket.on('close', (code) => {
    failAll(new Error(`the visitor's socket was closed (${String(code)})`))
  })
  return {
    say: (clientId, text) =>
      new Promise<void>((resolve, reject) => {
        waiting.set(clientId, { resolve, reject })
        socket.send(JSON.stringify({ type: 'say', clientId, text }))
      }),
    phase: () => phase,
    ended,
    close() {
      socket.terminate()
    }
  }
}

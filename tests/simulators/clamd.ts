import { createServer, type AddressInfo, type Socket } from 'node:net'
import { rmSync } from 'node:fs'

/** Bytes that the simulator takes for a virus, and what it calls it. */
export const infectedText = 'these-bytes-are-taken-for-a-virus'
export const findingName = 'Win.Test.Palabre-1'

export interface Clamd {
  /** For CLAMD_URL. */
  address: string
  /** Sizes of what was scanned to the end. */
  readonly scanned: number[]
  /** While away, whoever connects is sent off; slow: the answer takes so many milliseconds; odd: it makes no sense. */
  mood(mood: 'normal' | 'away' | 'odd' | 'mute' | { slowMs: number }): void
  stop(): Promise<void>
}

/** clamd as its manual page describes INSTREAM. `path`: a Unix socket; `maxBytes`: its StreamMaxLength. */
export async function startClamd({ path = '', maxBytes = 1_000_000 } = {}): Promise<Clamd> {
  let mood: Parameters<Clamd['mood']>[0] = 'normal'
  const scanned: number[] = []
  const open = new Set<Socket>()

  const serve = (socket: Socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket)).on('error', () => {})
    if (mood === 'away') return void socket.destroy()
    let held = Buffer.alloc(0)
    let begun = false
    let over = false
    const parts: Buffer[] = []
    const answer = (text: string) => {
      over = true
      const ms = typeof mood === 'object' ? mood.slowMs : 0
      setTimeout(() => socket.end(`${text}\0`), ms)
    }
    const finish = () => {
      const content = Buffer.concat(parts)
      scanned.push(content.length)
      if (mood === 'mute') return
      if (mood === 'odd') return answer('UNKNOWN COMMAND')
      answer(content.includes(infectedText) ? `stream: ${findingName} FOUND` : 'stream: OK')
    }
    socket.on('data', (chunk: Buffer) => {
      if (over) return
      held = Buffer.concat([held, chunk])
      if (!begun) {
        const end = held.indexOf(0)
        if (end < 0) return
        if (held.subarray(0, end).toString() !== 'zINSTREAM') return answer('UNKNOWN COMMAND')
        begun = true
        held = held.subarray(end + 1)
      }
      while (!over && held.length >= 4) {
        const length = held.readUInt32BE()
        if (length === 0) return finish()
        if (held.length < 4 + length) return
        parts.push(held.subarray(4, 4 + length))
        held = held.subarray(4 + length)
        if (parts.reduce((sum, part) => sum + part.length, 0) > maxBytes)
          return answer('INSTREAM size limit exceeded. ERROR')
      }
    })
  }

  const server = createServer(serve)
  await new Promise<void>((resolve) =>
    path ? server.listen(path, resolve) : server.listen(0, '127.0.0.1', resolve)
  )
  return {
    address: path ? `unix:${path}` : `tcp://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    scanned,
    mood: (next) => (mood = next),
    async stop() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
      if (path) rmSync(path, { force: true })
    }
  }
}

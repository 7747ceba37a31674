import { createSocket } from 'node:dgram'
import type { AddressInfo } from 'node:net'

/** A name server that knows text records only (RFC 1035), over UDP. */
export interface DnsStub {
  port: number
  /** What stands at a name from now on; names that nothing was said of do not exist. */
  text(name: string, ...records: string[]): void
  stop(): Promise<void>
}

const headerBytes = 12
const textType = 16

export async function startDnsStub(): Promise<DnsStub> {
  const known = new Map<string, string[]>()
  const socket = createSocket('udp4')
  socket.on('message', (query, from) => {
    const labels: string[] = []
    let at = headerBytes
    while ((query[at] ?? 0) > 0) {
      const length = query[at] ?? 0
      labels.push(query.toString('latin1', at + 1, at + 1 + length))
      at += length + 1
    }
    const question = query.subarray(headerBytes, at + 5)
    const isText = query.readUInt16BE(at + 1) === textType
    const records = isText ? (known.get(labels.join('.').toLowerCase()) ?? []) : []
    const answers = records.map((record) => {
      // A text is told in pieces of 255 bytes at most.
      const pieces = record.match(/[\s\S]{1,255}/g) ?? ['']
      const data = Buffer.concat(
        pieces.map((piece) => Buffer.concat([Buffer.from([piece.length]), Buffer.from(piece)]))
      )
      const head = Buffer.from([0xc0, headerBytes, 0, textType, 0, 1, 0, 0, 0, 1, 0, 0])
      head.writeUInt16BE(data.length, 10)
      return Buffer.concat([head, data])
    })
    const header = Buffer.alloc(headerBytes)
    query.copy(header, 0, 0, 2)
    header.writeUInt16BE(records.length > 0 ? 0x8180 : 0x8183, 2)
    header.writeUInt16BE(1, 4)
    header.writeUInt16BE(answers.length, 6)
    socket.send(Buffer.concat([header, question, ...answers]), from.port, from.address)
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', () => resolve()))
  return {
    port: (socket.address() as AddressInfo).port,
    text: (name, ...records) => void known.set(name.toLowerCase(), records),
    stop: () => new Promise((resolve) => socket.close(() => resolve()))
  }
}

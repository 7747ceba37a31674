import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface HookCall {
  headers: IncomingHttpHeaders
  /** As it came, byte for byte. */
  raw: string
  body: Record<string, unknown>
}

/** A server of the client's that is told by webhook: keeps what it was told, and answers with a code. */
export interface HookReceiver {
  url: string
  readonly calls: readonly HookCall[]
  /** The codes of the next answers; afterwards 204. */
  answer(...codes: number[]): void
  stop(): Promise<void>
}

export async function startHookReceiver(): Promise<HookReceiver> {
  const calls: HookCall[] = []
  let codes: number[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString()
      calls.push({ headers: request.headers, raw, body: JSON.parse(raw) as Record<string, unknown> })
      response.statusCode = codes.shift() ?? 204
      response.end(response.statusCode === 204 ? '' : 'thank you, but no')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/alerts`,
    calls,
    answer: (...next) => {
      codes = next
    },
    stop: () => new Promise((resolve) => server.close(() => resolve()))
  }
}

/** Is the call signed with this secret, over exactly what came? */
export const isSigned = ({ headers, raw }: HookCall, secret: string): boolean =>
  headers['x-palabre-signature'] === `sha256=${createHmac('sha256', secret).update(raw).digest('hex')}`

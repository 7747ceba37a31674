import { request, type RequestOptions } from 'node:https'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { ChannelError } from '../channel.ts'
import { networkReason } from '../network-error.ts'

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  content: Buffer
}

interface Wanted {
  headers: Record<string, string>
  maxBytes: number
  /** For a server on this machine only, see `trustsAnyCertificate`. */
  anyCertificate: boolean
  ms: number
  signal?: AbortSignal | undefined
}

/**
 * One GET for what twit cannot carry: bytes, and questions of the app instead of the account. No redirect is followed:
 * what proves us goes to the address given and nowhere else. Throws ChannelError.
 */
export async function take(address: string, wanted: Wanted): Promise<Answer> {
  const { headers, anyCertificate, ms, signal } = wanted
  const late = AbortSignal.timeout(ms)
  const options: RequestOptions = {
    headers,
    rejectUnauthorized: !anyCertificate,
    signal: signal ? AbortSignal.any([signal, late]) : late
  }
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request(address, options, resolve).on('error', reject).end()
    })
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      content: await contentOf(response, wanted.maxBytes)
    }
  } catch (error) {
    if (error instanceof ChannelError) throw error
    const why = late.aborted ? 'The server did not answer in time.' : networkReason(error)
    throw new ChannelError('unreachable', `X cannot be reached: ${why}`, { cause: error })
  }
}

async function contentOf(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  // Leaving the loop early ends the connection.
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.byteLength
    if (size > maxBytes)
      throw new ChannelError('refused', `The file is larger than ${String(maxBytes)} bytes.`)
    chunks.push(chunk)
  }
  if (!response.complete) throw new ChannelError('unreachable', 'X closed the connection.')
  return Buffer.concat(chunks, size)
}

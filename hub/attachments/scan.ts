import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { cleanLine } from '@palabre/channels/clean-text'

/** What clamd says of a file. */
export type Verdict = { is: 'clean' } | { is: 'infected'; finding: string } | { is: 'unscannable' }

/** clamd cannot be asked, or does not answer as it should: worth another try. */
export class ScannerAway extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ScannerAway'
  }
}

const chunkBytes = 65_536
const mostReplyBytes = 4_096
const findingChars = 120

/**
 * Asks clamd about one file, in its own words (clamd(8), INSTREAM): `zINSTREAM`, chunks that begin with their length in
 * four bytes, an empty one, and the answer up to a null byte. More than its `StreamMaxLength` cannot be scanned.
 * @param address tcp://host:port or unix:/path
 * @throws ScannerAway
 */
export async function scan(
  address: string,
  content: AsyncIterable<Uint8Array>,
  ms = 60_000
): Promise<Verdict> {
  const socket = open(address)
  const late = setTimeout(() => socket.destroy(new Error('clamd did not answer in time')), ms)
  const answer = answerOf(socket)
  // Whichever fails first is told; the other one is over by then.
  answer.catch(() => {})
  try {
    const sent = send(socket, content)
    sent.catch(() => {})
    // clamd answers early when it has had enough.
    const first = await Promise.race([answer, sent])
    return verdictOf(typeof first === 'string' ? first : await answer)
  } catch (error) {
    if (error instanceof ScannerAway) throw error
    throw new ScannerAway(`clamd: ${(error as Error).message}`, { cause: error })
  } finally {
    clearTimeout(late)
    socket.destroy()
  }
}

function open(address: string): Socket {
  if (address.startsWith('unix:')) return connect({ path: address.slice('unix:'.length) })
  const { hostname, port } = new URL(address)
  return connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) })
}

async function send(socket: Socket, content: AsyncIterable<Uint8Array>): Promise<void> {
  const write = async (bytes: Uint8Array) => {
    if (!socket.write(bytes) && !socket.destroyed) await once(socket, 'drain')
  }
  await write(Buffer.from('zINSTREAM\0'))
  for await (const part of content)
    for (let at = 0; at < part.byteLength; at += chunkBytes) {
      const chunk = part.subarray(at, at + chunkBytes)
      const length = Buffer.alloc(4)
      length.writeUInt32BE(chunk.byteLength)
      await write(Buffer.concat([length, chunk]))
    }
  await write(Buffer.alloc(4))
}

async function answerOf(socket: Socket): Promise<string> {
  let text = ''
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    text += chunk.toString('utf8')
    const end = text.indexOf('\0')
    if (end >= 0) return text.slice(0, end)
    if (text.length > mostReplyBytes) break
  }
  throw new Error('the answer is not one of clamd’s')
}

function verdictOf(answer: string): Verdict {
  const words = answer.trim()
  if (words === 'stream: OK') return { is: 'clean' }
  const finding = /^stream: (.+) FOUND$/s.exec(words)?.[1]
  if (finding !== undefined) return { is: 'infected', finding: cleanLine(finding, findingChars) }
  if (/size limit exceeded/i.test(words)) return { is: 'unscannable' }
  throw new ScannerAway(`clamd: ${cleanLine(words, 200)}`)
}

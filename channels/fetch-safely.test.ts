import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect, type AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ChannelError } from './channel.ts'
import { fetchSafely, fetchThrough, type Outside, type SafeFetch } from './fetch-safely.ts'
import { selfSigned } from '../tests/simulators/certificate.ts'

const far = '93.184.216.34'
let server: Server
let port: number
let origin: string
/** What the local server does with the next requests, by path. */
let answers: Record<string, RequestListener>
let asked: { host: string | undefined; path: string; headers: IncomingHttpHeaders }[]
/** What names resolve to, one answer after the other. */
let names: Record<string, string[][]>
let lookedUp: string[]
/** The addresses that connections of names were pinned to. */
let dialled: string[][]

/** Names are ours, and every connection ends at the local server, without TLS; where it would have gone is noted. */
const here: Outside = {
  resolve: (name) => {
    lookedUp.push(name)
    const all = names[name] ?? []
    const next = all.length > 1 ? all.shift() : all[0]
    return next ? Promise.resolve(next) : Promise.reject(Object.assign(new Error(), { code: 'ENOTFOUND' }))
  },
  connect: (_url, lookup) => {
    lookup('anything.else', { all: true }, (_error, addresses) => {
      dialled.push((addresses as { address: string }[]).map(({ address }) => address))
    })
    return connect({ host: '127.0.0.1', port })
  }
}

const take = (address: string, wanted: Partial<SafeFetch> = {}) =>
  fetchThrough(here, address, { maxBytes: 10_000, ms: 5_000, ...wanted })

const failureOf = async (given: Promise<unknown>): Promise<ChannelError> => {
  const error = await given.then(
    () => null,
    (one: unknown) => one
  )
  if (!(error instanceof ChannelError)) throw new Error(`no ChannelError: ${String(error)}`)
  return error
}

const gives =
  (content: string | Buffer, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'Image/PNG; name=x', ...headers }).end(content)
  }

const sendsTo =
  (location: string, status = 302): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { location }).end()
  }

beforeAll(async () => {
  server = createServer((request, response) => {
    const path = request.url ?? ''
    asked.push({ host: request.headers.host, path, headers: request.headers })
    const answer = answers[path]
    if (answer) answer(request, response)
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
  origin = `http://127.0.0.1:${port}`
})
beforeEach(() => {
  answers = {}
  asked = []
  lookedUp = []
  dialled = []
  names = { 'media.example': [[far]], 'other.example': [['198.41.0.4']] }
})
afterEach(() => server.closeAllConnections())
afterAll(() => new Promise((resolve) => server.close(resolve)))

describe('a file at an address from outside', () => {
  it('is taken, with its type cleaned', async () => {
    answers['/a?b=1'] = gives('picture')
    const { content, type } = await take('https://media.example/a?b=1')
    expect([Buffer.from(content).toString(), type]).toEqual(['picture', 'image/png'])
    expect(asked).toMatchObject([{ host: 'media.example', path: '/a?b=1' }])
    expect(asked[0]?.headers['accept-encoding']).toBe('identity')
  })

  it('has a type that says nothing where the server’s is none', async () => {
    answers['/a'] = gives('x', { 'content-type': '<script>' })
    expect((await take('https://media.example/a')).type).toBe('application/octet-stream')
  })

  it.each([
    'http://media.example/a',
    'ftp://media.example/a',
    'file:///etc/passwd',
    'data:text/plain,x',
    'https://user:secret@media.example/a',
    'https://user@media.example/a',
    'https://media.example:8443/a',
    'https://media.example:22/a',
    'https://media.example./a',
    'https://localhost/a',
    'https://metadata/a',
    'https://93.184.216.34/a',
    'https://127.0.0.1/a',
    'https://127.1/a',
    'https://0177.0.0.1/a',
    'https://0x7f000001/a',
    'https://2130706433/a',
    'https://134744072/a',
    'https://0/a',
    'https://[::1]/a',
    'https://[::ffff:127.0.0.1]/a',
    'https://[2606:4700::1111]/a',
    'https://127。0。0。1/a',
    'https://.../a',
    'not an address',
    '//media.example/a',
    '',
    `https://media.example/${'a'.repeat(9_000)}`
  ])('is refused before anybody is asked: %s', async (address) => {
    expect((await failureOf(take(address))).reason).toBe('refused')
    expect([lookedUp, dialled, asked]).toEqual([[], [], []])
  })

  it.each([
    [['127.0.0.1']],
    [['10.1.2.3']],
    [['169.254.169.254']],
    [['::1']],
    [['::ffff:10.0.0.1']],
    [['64:ff9b::a00:1']],
    [[far, '192.168.0.1']],
    [['2606:4700::1111', 'fd00::1']]
  ])('is refused when one of its addresses is not public: %j', async (addresses) => {
    names['media.example'] = [addresses]
    expect((await failureOf(take('https://media.example/a'))).reason).toBe('refused')
    expect(dialled).toEqual([])
  })

  it('is asked for at the address that was checked, however the name answers next', async () => {
    answers['/a'] = gives('x')
    names['media.example'] = [[far], ['127.0.0.1'], ['127.0.0.1']]
    await take('https://media.example/a')
    expect([lookedUp, dialled]).toEqual([['media.example'], [[far]]])
    // Asked again, the name has turned to our own network.
    expect((await failureOf(take('https://media.example/a'))).reason).toBe('refused')
    expect(dialled).toHaveLength(1)
  })

  it('is unreachable when its name has no address', async () => {
    const failure = await failureOf(take('https://nobody.example/a'))
    expect([failure.reason, failure.message]).toEqual(['unreachable', 'There is no server of this name.'])
    names['media.example'] = [[]]
    expect((await failureOf(take('https://media.example/a'))).reason).toBe('unreachable')
  })

  it.each([
    [403, 'refused'],
    [404, 'refused'],
    [410, 'refused'],
    [204, 'refused'],
    [206, 'refused'],
    [408, 'unreachable'],
    [429, 'rate-limited'],
    [500, 'unreachable'],
    [503, 'unreachable']
  ])('that the server answers with %i is %s', async (status, reason) => {
    answers['/a'] = (_request, response) => {
      response.writeHead(status, { 'retry-after': '7' }).end()
    }
    const failure = await failureOf(take('https://media.example/a'))
    expect([failure.reason, failure.retryAfterMs]).toEqual([reason, status === 429 ? 7000 : undefined])
  })
})

describe('a redirect', () => {
  it('is followed three times, each looked up and checked', async () => {
    answers = {
      '/1': sendsTo('/2', 301),
      '/2': sendsTo('https://other.example/3', 307),
      '/3': sendsTo('4', 303),
      '/4': gives('x')
    }
    await take('https://media.example/1')
    expect(lookedUp).toEqual(['media.example', 'media.example', 'other.example', 'other.example'])
    answers['/4'] = sendsTo('/5')
    answers['/5'] = gives('x')
    expect((await failureOf(take('https://media.example/1'))).reason).toBe('refused')
    expect(asked.some(({ path }) => path === '/5')).toBe(false)
  })

  it('in a circle ends', async () => {
    answers['/1'] = sendsTo('/1')
    expect((await failureOf(take('https://media.example/1'))).reason).toBe('refused')
    expect(asked).toHaveLength(4)
  })

  it.each([
    'http://media.example/2',
    'https://127.0.0.1/2',
    'https://169.254.169.254/latest/meta-data',
    'https://inner.example/2',
    'https://media.example:9200/2',
    'file:///etc/passwd',
    'https://'
  ])('into our own network is refused: %s', async (location) => {
    answers = { '/1': sendsTo(location), '/2': gives('secret') }
    names['inner.example'] = [['10.0.0.7']]
    expect((await failureOf(take('https://media.example/1'))).reason).toBe('refused')
    expect(asked).toHaveLength(1)
  })

  it('to a name that has turned to our own network in the meantime is refused', async () => {
    answers = { '/1': sendsTo('/2'), '/2': gives('secret') }
    names['media.example'] = [[far], ['127.0.0.1']]
    expect((await failureOf(take('https://media.example/1'))).reason).toBe('refused')
    expect(asked).toHaveLength(1)
  })

  it('carries the headers to the same origin only, and not back from another one', async () => {
    answers = {
      '/1': sendsTo('/2'),
      '/2': sendsTo('https://other.example/3'),
      '/3': sendsTo('https://media.example/4'),
      '/4': gives('x')
    }
    await take('https://media.example/1', { headers: { authorization: 'Bearer secret', 'x-key': 'k' } })
    expect(asked.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer secret',
      'Bearer secret',
      undefined,
      undefined
    ])
    expect(asked[2]?.headers['x-key']).toBeUndefined()
  })

  it('to nowhere is refused', async () => {
    answers['/1'] = (_request, response) => {
      response.writeHead(302).end()
    }
    expect((await failureOf(take('https://media.example/1'))).reason).toBe('refused')
  })
})

describe('the size of a file', () => {
  it('is refused by what its head says', async () => {
    answers['/a'] = (_request, response) => {
      response.writeHead(200, { 'content-length': '10001' }).flushHeaders()
    }
    expect((await failureOf(take('https://media.example/a'))).reason).toBe('refused')
  })

  it('is bounded while it comes, when the head says nothing', async () => {
    let sent = 0
    answers['/a'] = (_request, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(4_096))) sent += 4_096
        if (!response.destroyed) response.once('drain', more)
      }
      more()
    }
    expect((await failureOf(take('https://media.example/a'))).reason).toBe('refused')
    expect(sent).toBeLessThan(50_000_000)
  })

  it('is exactly what may be', async () => {
    answers['/a'] = gives(Buffer.alloc(10_000))
    expect((await take('https://media.example/a')).content).toHaveLength(10_000)
  })

  it.each([
    ['says more than it sends', 'HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nabc'],
    ['ends in the middle of a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\nabc'],
    ['is no HTTP', 'hello\r\n\r\n']
  ])('is not believed of a server that %s', async (_, raw) => {
    answers['/a'] = ({ socket }) => socket.end(raw)
    expect((await failureOf(take('https://media.example/a'))).reason).toBe('unreachable')
  })

  it('is what the head says, and not a byte more', async () => {
    answers['/a'] = ({ socket }) =>
      socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 3\r\n\r\nabcdefgh`)
    const result = await take('https://media.example/a').catch((error: unknown) => error)
    if (result instanceof ChannelError) expect(result.reason).toBe('unreachable')
    else expect(Buffer.from((result as { content: Uint8Array }).content).toString()).toBe('abc')
  })

  it('of what comes packed stays unknown: it is refused, not unpacked', async () => {
    answers['/a'] = gives(gzipSync(Buffer.alloc(5_000_000)), { 'content-encoding': 'gzip' })
    expect((await failureOf(take('https://media.example/a'))).message).toMatch(/packed/)
  })
})

describe('the time', () => {
  it.each<[string, RequestListener]>([
    ['says nothing', () => {}],
    ['stops after its head', (_request, response) => response.writeHead(200).flushHeaders()],
    [
      'sends a byte now and then',
      (_request, response) => {
        const timer = setInterval(() => response.write('x'), 20)
        response.on('close', () => clearInterval(timer))
      }
    ],
    [
      'sends its head a byte at a time',
      ({ socket }) => {
        socket.write('HTTP/1.1 200 OK\r\nx-long: ')
        const timer = setInterval(() => socket.write('a'), 20)
        socket.on('close', () => clearInterval(timer)).on('error', () => {})
      }
    ]
  ])('ends for a server that %s', async (_, answer) => {
    answers['/a'] = answer
    const failure = await failureOf(take('https://media.example/a', { ms: 200 }))
    expect([failure.reason, failure.message]).toEqual(['unreachable', 'The server did not answer in time.'])
  })

  it('counts for all redirects together', async () => {
    const slowly =
      (to: string): RequestListener =>
      (request, response) => {
        setTimeout(() => sendsTo(to)(request, response), 150)
      }
    answers = { '/1': slowly('/2'), '/2': slowly('/3'), '/3': slowly('/4'), '/4': gives('x') }
    expect((await failureOf(take('https://media.example/1', { ms: 250 }))).reason).toBe('unreachable')
  })

  it('ends for a name server that never answers, and when the caller stops', async () => {
    const mute: Outside = { ...here, resolve: () => new Promise(() => {}) }
    const late = fetchThrough(mute, 'https://media.example/a', { maxBytes: 10, ms: 50 })
    expect((await failureOf(late)).message).toBe('The server did not answer in time.')
    answers['/a'] = () => {}
    const stop = new AbortController()
    const stopped = failureOf(take('https://media.example/a', { signal: stop.signal }))
    stop.abort()
    expect((await stopped).reason).toBe('unreachable')
    expect((await failureOf(take('https://media.example/a', { signal: stop.signal }))).reason).toBe(
      'unreachable'
    )
  })
})

describe('an origin that the administrator configured', () => {
  it('may be private, without TLS and at a port of its own', async () => {
    answers['/a'] = gives('x')
    const { content } = await fetchSafely(`${origin}/a`, { maxBytes: 10, trusted: [`${origin}/v24.0`] })
    expect(Buffer.from(content).toString()).toBe('x')
  })

  it('opens no other origin of the same machine', async () => {
    const trusted = [`http://127.0.0.1:${port + 1}`, `https://127.0.0.1:${port}`, 'nonsense', '']
    expect((await failureOf(fetchSafely(`${origin}/a`, { maxBytes: 10, trusted }))).reason).toBe('refused')
  })

  it('opens nothing else by a redirect', async () => {
    answers = { '/1': sendsTo(`http://localhost:${port}/2`), '/2': gives('secret') }
    const failure = await failureOf(fetchSafely(`${origin}/1`, { maxBytes: 10, trusted: [origin] }))
    expect([failure.reason, asked.length]).toEqual(['refused', 1])
  })

  it('is refused without being trusted, and unreachable when nothing listens', async () => {
    expect((await failureOf(fetchSafely(`${origin}/a`, { maxBytes: 10 }))).reason).toBe('refused')
    const gone = 'http://127.0.0.1:1'
    expect((await failureOf(fetchSafely(gone, { maxBytes: 10, trusted: [gone] }))).reason).toBe('unreachable')
  })

  it('needs a certificate that somebody vouches for', async () => {
    const secure = createTlsServer(selfSigned(), gives('x'))
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve))
    const at = `https://localhost:${(secure.address() as AddressInfo).port}`
    const failure = await failureOf(fetchSafely(at, { maxBytes: 10, trusted: [at] }))
    secure.close()
    expect([failure.reason, failure.message]).toEqual([
      'unreachable',
      expect.stringMatching(/Nobody vouches for the certificate/)
    ])
  })
})

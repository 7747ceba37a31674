import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { refusals, type RefusalName } from '@palabre/config/contract/errors'
import type { ClientFrame } from '@palabre/config/contract/event'
import * as callRoutes from '@palabre/config/contract/call'
import * as recordingRoutes from '@palabre/config/contract/recording'
import { routes } from '@palabre/config/contract/index'
import type { Route } from '@palabre/config/contract/define'
import { Value } from 'typebox/value'
import { answers } from './api-hub/answers.ts'
import { quietAudience } from './api-hub/audience.ts'
import { noPhone } from './api-hub/calls.ts'
import { quietFloor } from './api-hub/floor.ts'
import { noRecordings } from './api-hub/recordings.ts'
import { Refuse, type Answers, type Asked, type WritesItself } from './api-hub/asked.ts'
import { openLive } from './api-hub/live.ts'
import { SteppingDesk } from './api-hub/stepping.ts'
import { makeWorld, type World } from './api-hub/world.ts'

export interface ApiHub {
  url: string
  world: World
  push: Asked['push']
  /** What the app sent over its sockets, oldest first. */
  frames: ClientFrame[]
  /** Says that events may be missing. */
  resync: () => void
  /** Says that topics are not allowed (any more). */
  refuseTopics: (topics: string[]) => void
  /** Closes every socket with this code; new ones are taken while `accepting`. */
  dropSockets: (code?: number) => void
  setAccepting: (accepting: boolean) => void
  close: () => Promise<void>
}

/** Somebody else who takes WebSockets at the same address, such as a telephone server. */
export interface OtherSockets {
  takes: (url: string) => boolean
  open: (server: Server) => void
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.woff2': 'font/woff2'
}
const appBuild = fileURLToPath(new URL('../../agent-app/build', import.meta.url))

/**
 * A hub that is only a shop window: serves the built app and answers the contract from a small world in memory, so that
 * screens can be drawn and looked at without databases. Bodies and replies are checked against the contract.
 * @param options.world changes the world before it is served; options.answers come before the built-in ones
 */
export async function startApiHub(
  options: {
    port?: number
    world?: (world: World) => void
    answers?: Answers
    build?: string
    sockets?: OtherSockets
  } = {}
): Promise<ApiHub> {
  const build = options.build ?? appBuild
  const world = makeWorld()
  options.world?.(world)
  const table: Answers = {
    ...answers,
    ...noPhone,
    ...noRecordings,
    ...quietFloor,
    ...quietAudience,
    ...new SteppingDesk().answers,
    ...options.answers
  }
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://hub').pathname
    void (path.startsWith('/api/') ? answer(request, response) : serveFile(path, response)).catch((error) => {
      console.error(error)
      send(response, 500, { error: 'unexpected', message: String(error) })
    })
  })
  const others = options.sockets
  others?.open(server)
  const live = openLive(
    server,
    () => world.me !== null,
    (url) => others?.takes(url) ?? false
  )

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? '/', 'http://hub')
    const found = find(request.method ?? 'GET', url.pathname)
    const reply = found && table[found.route.name]
    if (!found || !reply) return refuse(response, 'not-found')
    const { route, params } = found
    if (route.permission !== 'public' && route.permission !== 'visitor') {
      if (!world.me) return refuse(response, 'not-signed-in')
      const { permission } = route
      if (permission !== 'signed-in' && !world.me.permissions.includes(permission))
        return refuse(response, 'not-permitted')
      if (request.method !== 'GET' && request.headers['x-csrf-token'] !== world.me.csrf)
        return refuse(response, 'wrong-origin')
    }
    const text = await read(request)
    const body: unknown = route.upload ? { type: request.headers['content-type'], bytes: text } : parse(text)
    if (route.body && !Value.Check(route.body, body))
      return refuse(response, 'invalid-input', fieldsOf(route, body))
    try {
      const result = await reply({
        params,
        query: Object.fromEntries(url.searchParams),
        body,
        world,
        push: live.push
      })
      if (typeof result === 'function') return (result as WritesItself)(request, response)
      if (route.download)
        return void response.writeHead(200, { 'content-type': 'text/plain' }).end(String(result))
      const wrong = [...Value.Errors(route.reply, result)][0]
      if (wrong)
        throw new Error(`${route.name} answers something else than the contract: ${JSON.stringify(wrong)}`)
      send(response, 200, result)
    } catch (error) {
      if (!(error instanceof Refuse)) throw error
      refuse(response, error.name, error.fields, error.detail)
    }
  }

  async function serveFile(path: string, response: ServerResponse) {
    const file = join(build, normalize(path).replace(/^(\.\.[/\\])+/, ''))
    const known = extname(file) && file.startsWith(build) && existsSync(file)
    const name = known ? file : join(build, 'index.html')
    response.writeHead(200, { 'content-type': types[extname(name)] ?? 'application/octet-stream' })
    response.end(await readFile(name))
  }

  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    world,
    push: live.push,
    frames: live.frames,
    resync: live.resync,
    refuseTopics: live.refuse,
    dropSockets: live.drop,
    setAccepting: live.setAccepting,
    close: async () => {
      live.drop(1001)
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

const isRoute = (value: unknown): value is Route =>
  typeof value === 'object' && value !== null && 'method' in value && 'permission' in value
const nouns = [callRoutes, recordingRoutes].flatMap((noun) => Object.values(noun) as unknown[])
const patterns = [...new Set([...routes, ...nouns.filter(isRoute)])].map((route) => ({
  route,
  names: [...route.url.matchAll(/:(\w+)/g)].map(([, name]) => name ?? ''),
  pattern: new RegExp(`^${route.url.replace(/:\w+/g, '([^/]+)')}$`)
}))

function find(method: string, path: string): { route: Route; params: Record<string, string> } | undefined {
  // Fixed paths before those with parameters: /api/accounts/test is no account.
  for (const { route, names, pattern } of [...patterns].sort((a, b) => a.names.length - b.names.length)) {
    const match = route.method === method && pattern.exec(path)
    if (match)
      return { route, params: Object.fromEntries(names.map((name, n) => [name, match[n + 1] ?? ''])) }
  }
  return undefined
}

const fieldsOf = (route: Route, body: unknown) =>
  route.body
    ? [...Value.Errors(route.body, body)].map(({ instancePath, message }) => ({
        path: instancePath,
        message
      }))
    : []

function refuse(
  response: ServerResponse,
  name: RefusalName,
  fields?: { path: string; message: string }[],
  detail?: string
) {
  const [status, message] = refusals[name]
  send(response, status, {
    error: name,
    message,
    ...(fields && { fields }),
    ...(detail !== undefined && { detail })
  })
}

function send(response: ServerResponse, status: number, body: unknown) {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}

function parse(text: string): unknown {
  try {
    return text ? JSON.parse(text) : undefined
  } catch {
    return undefined
  }
}

// Run by hand: node --import tsx --conditions=source tests/simulators/api-hub.ts [port]
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const hub = await startApiHub({ port: Number(process.argv[2] ?? 8080) })
  console.log(
    `${hub.url}  ·  awa@bank.example (agent), supervisor@…, admin@…, new@… (has to change it)  ·  password: palabre-demo`
  )
}

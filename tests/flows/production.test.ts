import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Env } from '@palabre/config/env'
import { engines } from '../engines.ts'
import { Person, eventually } from './house.ts'

const root = new URL('../../', import.meta.url).pathname
const compose = readFileSync(join(root, 'compose.yaml'), 'utf8')
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })

/** What `node` is given by the image and by the compose file, as written there: flags, then the script. */
const commands = {
  hub: argumentsIn(/CMD (\["node", .+\])/.exec(dockerfile)?.[1]),
  workers: argumentsIn(/command: (\['node', .+\])/.exec(compose)?.[1])
}

function argumentsIn(list = ''): string[] {
  const [node, ...given] = JSON.parse(list.replaceAll("'", '"')) as string[]
  if (node !== 'node' || given.length === 0) throw new Error(`There is no command of node in ${list}`)
  return given
}

const children: ChildProcess[] = []
const dir = mkdtempSync(join(tmpdir(), 'palabre-production-'))
let url = ''

function run(command: string[], env: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, command, {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  children.push(child)
  return child
}

const built = Object.values(commands).every((command) => existsSync(join(root, command.at(-1)!)))

describe.skipIf(!built)('the commands of Dockerfile and compose.yaml', () => {
  let hubs: ChildProcess[] = []

  beforeAll(async () => {
    const { mongodbUrl, redisUrl, redisPrefix } = engines()
    const port = await freePort()
    const env = {
      NODE_ENV: 'production',
      DEMO: 'false',
      MONGODB_URL: mongodbUrl,
      REDIS_URL: redisUrl,
      REDIS_PREFIX: redisPrefix,
      SECRET_KEY: 'ab'.repeat(32),
      ADMIN_EMAIL: 'first@hub.example',
      ADMIN_PASSWORD: 'quarante-deux-baobabs',
      DATA_DIR: dir,
      LOG_LEVEL: 'info',
      SMTP_PORT: '-1'
    }
    url = `http://127.0.0.1:${String(port)}`
    hubs = [run(commands.hub, { ...env, PORT: String(port) })]
    run(commands.workers, env)
    await eventually(
      'ready',
      () =>
        fetch(`${url}/ready`).then(
          ({ ok }) => ok,
          () => false
        ),
      30_000
    )
  }, 60_000)

  afterAll(() => {
    for (const child of children) if (child.exitCode === null) child.kill('SIGKILL')
    rmSync(dir, { recursive: true, force: true })
  })

  it('names only variables that the environment schema declares', () => {
    const named = [...compose.matchAll(/^ {6}([A-Z_]+):/gm)].map(([, name]) => name)
    expect(named.length).toBeGreaterThan(4)
    expect(Object.keys(Env.properties)).toEqual(expect.arrayContaining(named))
  })

  it('start with one administrator, who has to choose a password first, and without demo', async () => {
    const admin = await Person.signIn(url, 'first@hub.example', 'quarante-deux-baobabs')
    expect(admin.me.user.passwordChangeRequired).toBe(true)
    expect((await admin.get('/api/users')).body.error).toBe('password-change-required')
    const changed = await admin.post('/api/me/password', {
      current: 'quarante-deux-baobabs',
      next: 'un-autre-arbre-encore'
    })
    expect(changed.status).toBe(200)
    const again = await Person.signIn(url, 'first@hub.example', 'un-autre-arbre-encore')
    expect((await again.get('/api/users')).body.items).toHaveLength(1)
  })

  it('stop gracefully: sockets are sent elsewhere with 1012, and the process ends by itself', async () => {
    const admin = await Person.signIn(url, 'first@hub.example', 'un-autre-arbre-encore')
    await admin.listen()
    const closed = new Promise<number>((resolve) => admin.socket?.once('close', resolve))
    const ended = new Promise<number | null>((resolve) => hubs[0]?.once('exit', resolve))
    hubs[0]?.kill('SIGTERM')
    expect(await closed).toBe(1012)
    expect(await ended).toBe(0)
  }, 30_000)
})

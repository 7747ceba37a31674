import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { chown, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { sparePort } from '../mail/dovecot.ts'

const run = promisify(execFile)
const patienceMs = 20_000

/** A real database server of its own: private folder, spare loopback port, ended by its process id. */
export interface Database {
  host: string
  port: number
  /** Runs statements as the server's owner; resolves with what the client program prints. */
  admin(sql: string): Promise<string>
  /** Ends it at once, as a power cut does; the data stays. */
  kill(): Promise<void>
  /** Brings it back on the same port. */
  start(): Promise<void>
  /** It takes connections and says nothing more, until `thaw`. */
  freeze(): Promise<void>
  thaw(): Promise<void>
  /** Ends it for good, with all that was in it. */
  stop(): Promise<void>
}

/** What differs between the engines. */
export interface Engine {
  name: string
  /** The system's user that it runs as when we are root, which engines refuse. */
  user: string
  /** Prepares `dir`, as `owner`. */
  prepare(dir: string, owner: Owner): Promise<void>
  /** Program and words of the server itself, in the foreground. */
  command(dir: string, port: number): [program: string, ...words: string[]]
  admin(dir: string, port: number, sql: string): Promise<string>
}

export interface Owner {
  uid: number
  gid: number
}

/** Starts one. Throws with its log when it does not answer within 20 seconds. */
export async function startDatabase(engine: Engine): Promise<Database> {
  const dir = await mkdtemp(join(tmpdir(), `palabre-${engine.name}-`))
  const owner = await ownerFor(engine.user)
  await chown(dir, owner.uid, owner.gid)
  const port = await sparePort()
  let server: ChildProcess | null = null

  const start = async () => {
    const until = Date.now() + patienceMs
    // What a killed server held (shared memory, sockets) may be held a moment longer.
    for (;;) {
      const child = launch()
      server = child
      if (await answers(child, until)) return
      if (Date.now() > until) {
        await end('SIGKILL')
        throw new Error(`${engine.name} does not start:\n${await readFile(join(dir, 'log'), 'utf8')}`)
      }
      await sleep(200)
    }
  }
  const launch = () => {
    const [program, ...words] = engine.command(dir, port)
    const child = spawn('sh', ['-c', 'exec "$@" >>"$0" 2>&1', join(dir, 'log'), program, ...words], {
      cwd: dir,
      stdio: 'ignore',
      ...(userInfo().uid === 0 && owner)
    })
    // A test run that ends without stopping it must not leave a server behind.
    const endWithUs = () => child.kill('SIGKILL')
    process.once('exit', endWithUs)
    child.once('exit', () => process.off('exit', endWithUs))
    return child
  }
  const answers = async (child: ChildProcess, until: number) => {
    while (child.exitCode === null && child.signalCode === null && Date.now() < until) {
      if ((await listens(port)) && (await engine.admin(dir, port, 'SELECT 1').catch(() => null)) !== null)
        return true
      await sleep(50)
    }
    return false
  }
  const end = async (signal: NodeJS.Signals) => {
    const child = server
    server = null
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    child.kill(signal)
    const patience = setTimeout(() => child.kill('SIGKILL'), 5000)
    await ended
    clearTimeout(patience)
  }
  const signalAll = async (signal: NodeJS.Signals) => {
    const pid = server?.pid
    if (pid === undefined) return []
    const pids = [pid, ...(await childrenOf(pid))]
    for (const one of pids) process.kill(one, signal)
    return pids
  }

  try {
    await engine.prepare(dir, owner)
    await start()
  } catch (error) {
    await rm(dir, { recursive: true, force: true, maxRetries: 5 })
    throw error
  }
  return {
    host: '127.0.0.1',
    port,
    start,
    admin: (sql) => engine.admin(dir, port, sql),
    kill: () => end('SIGKILL'),
    async freeze() {
      // A process of many threads goes on for a moment after it was told to stop.
      await Promise.all((await signalAll('SIGSTOP')).map(stopped))
    },
    async thaw() {
      await signalAll('SIGCONT')
    },
    async stop() {
      await signalAll('SIGCONT')
      await end('SIGINT')
      await rm(dir, { recursive: true, force: true, maxRetries: 5 })
    }
  }
}

/** Waits until every thread of a process stands still (proc(5): state T). */
async function stopped(pid: number) {
  for (;;) {
    const threads = await readdir(`/proc/${String(pid)}/task`)
    const states = await Promise.all(
      threads.map(
        async (id) => (await readFile(`/proc/${String(pid)}/task/${id}/stat`, 'utf8')).split(') ')[1]
      )
    )
    if (states.every((state) => state?.startsWith('T'))) return
    await sleep(10)
  }
}

async function ownerFor(user: string): Promise<Owner> {
  const me = userInfo()
  if (me.uid !== 0) return { uid: me.uid, gid: me.gid }
  const [uid, gid] = await Promise.all([run('id', ['-u', user]), run('id', ['-g', user])])
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
}

async function childrenOf(pid: number): Promise<number[]> {
  const { stdout } = await run('ps', ['-o', 'pid=', '--ppid', String(pid)]).catch(() => ({ stdout: '' }))
  return stdout.split('\n').flatMap((line) => (line.trim() ? [Number(line)] : []))
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      resolve(true)
      socket.destroy()
    })
    socket.once('error', () => resolve(false))
  })

/** Runs a client or set-up program; SQL goes to its standard input. Throws with what it says on failure. */
export function runProgram(
  [program, ...words]: [string, ...string[]],
  { input = '', env = {}, owner }: { input?: string; env?: Record<string, string>; owner?: Owner } = {}
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      words,
      {
        env: { ...process.env, LC_ALL: 'C.UTF-8', ...env },
        cwd: '/',
        ...(owner && userInfo().uid === 0 && owner)
      },
      (error, stdout, stderr) =>
        error ? reject(new Error(`${program}: ${stderr || error.message}`)) : resolve(stdout)
    )
    child.stdin?.on('error', () => {}) // it ended before it had read all; its exit code says why
    child.stdin?.end(input)
  })
}

import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { chown, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { ImapFlow } from 'imapflow'
import getTLSOptions from 'smtp-server/lib/tls-options.js'

const run = promisify(execFile)

export interface DovecotOptions {
  /** The `dovecot` program. */
  bin?: string
  /** Password of every user. */
  password?: string
  /** Offers TLS too, with a certificate that nobody vouches for: `securePort`, and STARTTLS at `port`. */
  tls?: boolean
}

/** A real IMAP server of its own: private folder, spare loopback port, stopped with everything in it. */
export interface Dovecot {
  host: string
  port: number
  /** TLS from the first byte; 0 without `tls`. */
  securePort: number
  password: string
  /** Puts a mail into a user's INBOX as a mail server would: users need not exist before. */
  deliver(user: string, raw: string | Uint8Array): Promise<void>
  /** Puts a mail into a mailbox through IMAP, with flags and date. */
  append(user: string, raw: string | Uint8Array, options?: AppendOptions): Promise<void>
  /** A signed-in client, to look at mailboxes as a person would; end it with `logout()`. */
  client(user: string): Promise<ImapFlow>
  /** Breaks every open connection at once, without a word. */
  dropConnections(): Promise<number>
  /** Gives a user's INBOX a new UIDVALIDITY and new UIDs, as a restored backup has. */
  resetUidValidity(user: string): Promise<void>
  stop(): Promise<void>
}

export interface AppendOptions {
  mailbox?: string
  flags?: string[]
  date?: Date
}

/** Starts Dovecot 2.3 as root or as anybody. Throws with its log when it does not come up within ten seconds. */
export async function startDovecot(options: DovecotOptions = {}): Promise<Dovecot> {
  const bin = options.bin ?? process.env['PALABRE_DOVECOT'] ?? ''
  if (bin === '') throw new Error('Dovecot is not installed (Debian: apt install dovecot-imapd)')
  const password = options.password ?? 'pw'
  const dir = await mkdtemp(join(tmpdir(), 'palabre-dovecot-'))
  const port = await sparePort()
  const securePort = options.tls ? await sparePort() : 0
  const config = join(dir, 'dovecot.conf')
  await mkdir(join(dir, 'mail'))
  const owner = await ownerOf(dir)
  if (options.tls) {
    const { cert, key } = getTLSOptions({})
    await writeFile(join(dir, 'tls.pem'), `${String(cert)}\n${String(key)}\n`)
  }
  await writeFile(config, configuration(dir, { port, securePort }, password, owner))
  const server = spawn(bin, ['-F', '-c', config], { stdio: 'ignore' })
  // A test run that ends without stopping it must not leave a mail server behind.
  const endWithUs = () => server.kill('SIGTERM')
  process.once('exit', endWithUs)
  server.once('exit', () => process.off('exit', endWithUs))
  try {
    await answering(port, server)
  } catch (error) {
    server.kill('SIGKILL')
    const log = await readFile(join(dir, 'log'), 'utf8').catch(() => '')
    await rm(dir, { recursive: true, force: true })
    throw new Error(`Dovecot does not start: ${(error as Error).message}\n${log}`)
  }
  return dovecot(server, dir, { port, securePort }, password, owner)
}

interface Owner {
  user: string
  uid: number
  gid: number
  group: string
  root: boolean
}

/** As root Dovecot keeps mail as `mail`; as anybody else everything is that person's. */
const ownerOf = async (dir: string): Promise<Owner> => {
  const me = userInfo()
  if (me.uid !== 0) {
    const { stdout: group } = await run('id', ['-gn'])
    return { user: me.username, uid: me.uid, gid: me.gid, group: group.trim(), root: false }
  }
  const { stdout: uid } = await run('id', ['-u', 'mail'])
  const { stdout: gid } = await run('id', ['-g', 'mail'])
  const owner = { user: 'mail', uid: Number(uid), gid: Number(gid), group: 'mail', root: true }
  await chown(join(dir, 'mail'), owner.uid, owner.gid)
  await run('chmod', ['755', dir])
  return owner
}

const rootUsers = 'default_internal_user=dovecot\ndefault_login_user=dovenull'
const ownUsers = ({ user, group }: Owner) =>
  `default_internal_user=${user}\ndefault_internal_group=${group}\ndefault_login_user=${user}`

interface Ports {
  port: number
  securePort: number
}

const configuration = (dir: string, ports: Ports, password: string, owner: Owner): string => `
base_dir=${dir}/run
state_dir=${dir}/run
log_path=${dir}/log
protocols=imap
${ports.securePort ? `ssl=yes\nssl_cert=<${dir}/tls.pem\nssl_key=<${dir}/tls.pem` : 'ssl=no'}
disable_plaintext_auth=no
auth_mechanisms=plain login
auth_failure_delay=0
listen=127.0.0.1
mail_location=maildir:${dir}/mail/%u
mailbox_idle_check_interval=1s
first_valid_uid=0
first_valid_gid=0
mail_max_userip_connections=100
${owner.root ? rootUsers : ownUsers(owner)}
passdb {
 driver=static
 args=password=${password}
}
userdb {
 driver=static
 args=uid=${owner.uid} gid=${owner.gid} home=${dir}/mail/%u
}
service imap-login {
 chroot=
 inet_listener imap {
  port=${ports.port}
 }
 inet_listener imaps {
  port=${ports.securePort}
  ssl=yes
 }
}
service anvil {
 chroot=
 unix_listener anvil-auth-penalty {
  mode=0
 }
}
service stats {
 chroot=
}
`

const dovecot = (
  server: ChildProcess,
  dir: string,
  { port, securePort }: Ports,
  password: string,
  owner: Owner
): Dovecot => {
  const maildir = (user: string) => join(dir, 'mail', user)
  let delivered = 0

  const client = async (user: string): Promise<ImapFlow> => {
    const imap = new ImapFlow({
      host: '127.0.0.1',
      port,
      secure: false,
      doSTARTTLS: false,
      auth: { user, pass: password },
      logger: false,
      disableAutoIdle: true
    })
    imap.on('error', () => {})
    await imap.connect()
    return imap
  }

  const dropConnections = async (): Promise<number> => {
    const sessions = await childrenNamed(server.pid ?? 0, ['imap', 'imap-login'])
    for (const pid of sessions) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It ended by itself meanwhile.
      }
    }
    return sessions.length
  }

  return {
    host: '127.0.0.1',
    port,
    securePort,
    password,
    client,
    dropConnections,
    async deliver(user, raw) {
      const box = maildir(user)
      for (const folder of [box, ...['cur', 'new', 'tmp'].map((name) => join(box, name))]) {
        await mkdir(folder, { recursive: true })
        if (owner.root) await chown(folder, owner.uid, owner.gid)
      }
      // The order of names is the order of arrival to Dovecot.
      const name = `${Math.floor(Date.now() / 1000)}.M${String(++delivered).padStart(8, '0')}P${process.pid}.test`
      await writeFile(join(box, 'tmp', name), raw)
      if (owner.root) await chown(join(box, 'tmp', name), owner.uid, owner.gid)
      await rename(join(box, 'tmp', name), join(box, 'new', name))
    },
    async append(user, raw, { mailbox = 'INBOX', flags = [], date } = {}) {
      const imap = await client(user)
      await imap.append(mailbox, Buffer.from(raw), flags, date)
      await imap.logout()
    },
    async resetUidValidity(user) {
      await dropConnections()
      const box = maildir(user)
      const state = (await readdir(box)).filter((name) => /^dovecot[-.](uidlist|index)/.test(name))
      await Promise.all(state.map((name) => rm(join(box, name), { force: true })))
    },
    async stop() {
      const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
      if (server.exitCode === null && server.signalCode === null) {
        server.kill('SIGTERM')
        const patience = setTimeout(() => server.kill('SIGKILL'), 3_000)
        await ended
        clearTimeout(patience)
      }
      await rm(dir, { recursive: true, force: true, maxRetries: 5 })
    }
  }
}

/** Process ids of the children of `parent` that run one of these programs. */
const childrenNamed = async (parent: number, names: readonly string[]): Promise<number[]> => {
  const { stdout } = await run('ps', ['-o', 'pid=,comm=', '--ppid', String(parent)]).catch(() => ({
    stdout: ''
  }))
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, name]) => names.includes(name ?? ''))
    .map(([pid]) => Number(pid))
}

const answering = async (port: number, server: ChildProcess): Promise<void> => {
  const deadline = Date.now() + 10_000
  while (Date.now() < deadline) {
    if (server.exitCode !== null) throw new Error(`it ended with code ${server.exitCode}`)
    if (await greets(port)) return
    await sleep(50)
  }
  throw new Error('it does not answer')
}

const greets = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.setTimeout(1_000, () => socket.destroy())
    socket.once('data', () => {
      resolve(true)
      socket.destroy()
    })
    socket.once('error', () => resolve(false))
    socket.once('close', () => resolve(false))
  })

/** A port that nothing listens on at this moment. */
export const sparePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

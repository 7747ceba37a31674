import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const prefix = 'palabre-whatsapp-web-'

/**
 * Makes a directory for one run of the browser that nobody else can read. Who has its files has the telephone's
 * session, so it is removed at the end, and those of processes that were killed are removed here.
 */
export async function makeProfile(): Promise<string> {
  await removeAbandoned()
  const dir = await mkdtemp(join(tmpdir(), prefix))
  await writeFile(join(dir, 'owner'), await nameOf(process.pid))
  return dir
}

/** Notes the browser, so that it can be ended when the process that started it no longer can. */
export const noteBrowser = async (dir: string, pid: number): Promise<void> =>
  writeFile(join(dir, 'browser'), await nameOf(pid))

export const removeProfile = (dir: string): Promise<void> =>
  rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })

/** Directories whose owner is gone: their browsers are ended, and they are removed. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(prefix)) continue
    const dir = join(tmpdir(), name)
    const owner = await noted(join(dir, 'owner'))
    // One without an owner is being made just now, unless it is old.
    if (owner === null ? await isYoung(dir) : await runs(owner)) continue
    const browser = await noted(join(dir, 'browser'))
    if (browser !== null && (await runs(browser))) endGroup(pidOf(browser))
    await removeProfile(dir).catch((error: NodeJS.ErrnoException) => {
      // Another user's is for another user.
      if (error.code !== 'EACCES' && error.code !== 'EPERM') throw error
    })
  }
}

/** Kills a browser with its children: it was started as the first of a group. */
export function endGroup(pid: number): void {
  for (const target of [-pid, pid])
    try {
      process.kill(target, 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
}

const noted = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null)

const isYoung = (dir: string): Promise<boolean> =>
  stat(dir).then(
    ({ ctimeMs }) => Date.now() - ctimeMs < 60_000,
    () => true
  )

const pidOf = (name: string) => Number(name.split(' ')[0])

/** A process by its number and the moment it started, as numbers are given out again. */
const nameOf = async (pid: number): Promise<string> => `${String(pid)} ${await startOf(pid)}`

/** In clock ticks since the machine started (proc(5), field 22); '' where that is not told, and for one that is gone. */
async function startOf(pid: number): Promise<string> {
  const status = await noted(`/proc/${String(pid)}/stat`)
  return status?.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

async function runs(name: string): Promise<boolean> {
  const pid = pidOf(name)
  if (!Number.isInteger(pid) || pid <= 1) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return (await nameOf(pid)) === name
}

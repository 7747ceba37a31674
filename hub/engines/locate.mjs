/**
 * Finds, or downloads, the programs that serve MongoDB and Redis on this machine.
 * Plain JavaScript: `npm start` runs it while node_modules is still being installed.
 */
import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { distribution, download, onPath } from './download.mjs'

const run = promisify(execFile)
const host = fileURLToPath(new URL('./mongodb-host.mjs', import.meta.url))

/** The embedded MongoDB engine is linked against this release of the C library, or a later one. */
const glibcNeeded = 2.38

/** The release of each distribution whose C library is new enough and still carries the old one's architecture. */
const newerRelease = { debian: 'trixie', ubuntu: 'noble' }

/**
 * How to run MongoDB here: a `mongod` on PATH, else the embedded engine's host process.
 * @param {(line: string) => void} say told about downloads
 * @returns {Promise<{ kind: 'mongod' | 'embedded', command: string[], env: Record<string, string> }>}
 * @throws an Error that says in one sentence what to install or set
 */
export async function locateMongodb(say = () => {}) {
  const mongod = onPath('mongod')
  if (mongod) return { kind: 'mongod', command: [mongod], env: {} }
  const system = `${process.platform}-${process.arch}`
  const embedded = [process.execPath, host]
  if (system === 'darwin-arm64') return { kind: 'embedded', command: embedded, env: {} }
  const glibc = glibcVersion()
  if (!['linux-x64', 'linux-arm64'].includes(system) || !glibc) {
    throw new Error(`There is no embedded MongoDB for ${system}: install mongod or set MONGODB_URL.`)
  }
  if (glibc >= glibcNeeded) return { kind: 'embedded', command: embedded, env: {} }
  const loader = await newerLoader(say).catch((error) => {
    throw new Error(`MongoDB cannot start: ${error.message}. Install mongod or set MONGODB_URL.`, {
      cause: error
    })
  })
  return { kind: 'embedded', command: [...loader, ...embedded], env: {} }
}

/**
 * How to run Redis here: `redis-server` or `valkey-server` on PATH, else the distribution's own package.
 * @param {(line: string) => void} say told about downloads
 * @returns {Promise<{ kind: 'redis', command: string[], env: Record<string, string> }>}
 * @throws an Error that says in one sentence what to install or set
 */
export async function locateRedis(say = () => {}) {
  const installed = onPath('redis-server', 'valkey-server')
  if (installed) return { kind: 'redis', command: [installed], env: {} }
  const { codename } = await distribution()
  try {
    const root = await download(
      {
        name: `redis-${codename}-${process.arch}`,
        suite: codename,
        package: 'redis-server',
        dependencies: true,
        prove: async (at) =>
          run(join(at, 'usr/bin/redis-server'), ['--version'], { env: await librariesOf(at) })
      },
      say
    )
    return { kind: 'redis', command: [join(root, 'usr/bin/redis-server')], env: await librariesOf(root) }
  } catch (error) {
    throw new Error(`Redis cannot start: ${error.message}. Install redis-server or set REDIS_URL.`, {
      cause: error
    })
  }
}

/** The command words that run a program with a newer C library than the system's. */
async function newerLoader(say) {
  const { id } = await distribution()
  const suite = newerRelease[id]
  if (!suite) throw new Error(`its engine needs glibc ${glibcNeeded} and this system has ${glibcVersion()}`)
  const commandIn = async (root) => {
    const folder = await libraryFolder(root)
    const loader = (await readdir(folder)).find((name) => /^ld-linux-.*\.so\.\d+$/.test(name))
    const system = folder.slice(root.length)
    return [join(folder, loader), '--library-path', `${folder}:${system}:${system.replace('/usr', '')}`]
  }
  const root = await download(
    {
      name: `glibc-${suite}-${process.arch}`,
      suite,
      package: 'libc6',
      dependencies: false,
      prove: async (at) => {
        const [loader, ...args] = await commandIn(at)
        await run(loader, [...args, process.execPath, '--version'])
      }
    },
    say
  )
  return commandIn(root)
}

async function librariesOf(root) {
  return { LD_LIBRARY_PATH: await libraryFolder(root) }
}

/** The folder of shared libraries in an unpacked package, for example `usr/lib/x86_64-linux-gnu`. */
async function libraryFolder(root) {
  const folders = await readdir(join(root, 'usr/lib'))
  return join(root, 'usr/lib', folders.find((name) => name.endsWith('-linux-gnu')) ?? '')
}

function glibcVersion() {
  process.report.excludeNetwork = true // otherwise the report looks up the names of open connections
  return Number(process.report.getReport().header.glibcVersionRuntime) || undefined
}

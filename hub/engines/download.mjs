/**
 * Fetches Debian or Ubuntu packages into the cache folder without root and without installing anything.
 * Plain JavaScript: `npm start` runs it while node_modules is still being installed.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Where downloaded engine files are kept: PALABRE_CACHE, else the user's cache folder. */
export const cacheDir = () =>
  process.env.PALABRE_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'palabre')

/** The first of the named programs found on PATH, as an absolute path, or undefined. */
export function onPath(...names) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync)
}

/** The distribution as os-release names it, for example `{ id: 'debian', codename: 'bookworm' }`. */
export async function distribution() {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '')
  const value = (key) => text.match(new RegExp(`^${key}="?([^"\n]*)`, 'm'))?.[1] ?? ''
  return { id: value('ID'), codename: value('VERSION_CODENAME') }
}

/**
 * Unpacks packages below the cache folder, once; two processes may ask at the same time.
 * @param {object} wanted
 * @param {string} wanted.name folder name in the cache, unique per content
 * @param {string} wanted.suite release to take the packages from, for example `trixie`
 * @param {string} wanted.package the package that is needed
 * @param {boolean} wanted.dependencies also take what this system lacks to run it
 * @param {(root: string) => Promise<unknown>} wanted.prove rejects when the unpacked files do not run
 * @param {(line: string) => void} say told what is being downloaded
 * @returns {Promise<string>} the folder that holds `usr/`
 */
export async function download(wanted, say) {
  const home = join(cacheDir(), wanted.name)
  if (existsSync(home)) return home
  if (!onPath('apt-get') || !onPath('dpkg')) throw new Error('this system has no apt-get to download it with')
  say(`downloading ${wanted.package} (${wanted.suite}) into ${cacheDir()}`)
  await mkdir(cacheDir(), { recursive: true, mode: 0o700 })
  const work = await mkdtemp(join(cacheDir(), '.download-'))
  try {
    const root = join(work, 'root')
    await unpack(wanted, work, root)
    await wanted.prove(root)
    await rename(root, home).catch((error) => {
      if (!existsSync(home)) throw error // otherwise another process was quicker: its files are as good
    })
  } catch (error) {
    throw new Error(`${wanted.package} could not be downloaded (${complaint(error)})`, { cause: error })
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  return home
}

async function unpack(wanted, work, root) {
  const sources = join(work, 'sources')
  for (const folder of [sources, root, join(work, 'lists/partial'), join(work, 'archives/partial')]) {
    await mkdir(folder, { recursive: true })
  }
  await writeFile(join(sources, 'palabre.sources'), await sourcesFor(wanted.suite))
  await writeFile(join(work, 'status'), '')
  const status = wanted.dependencies ? '/var/lib/dpkg/status' : join(work, 'status')
  const options = {
    'Dir::State': work,
    'Dir::State::status': status,
    'Dir::Cache': work,
    'Dir::Etc::sourcelist': '/dev/null',
    'Dir::Etc::sourceparts': sources,
    'Acquire::Languages': 'none',
    'Acquire::Retries': '2',
    'APT::Update::Error-Mode': 'any',
    'APT::Sandbox::User': 'root' // as root apt would otherwise drop to a user who cannot write here
  }
  const flags = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`])
  const apt = (...args) => run('apt-get', [...flags, '-qq', ...args], { cwd: work, maxBuffer: 1 << 24 })
  await apt('update')
  await apt('download', ...(wanted.dependencies ? await missing(apt, wanted.package) : [wanted.package]))
  for (const file of (await readdir(work)).filter((name) => name.endsWith('.deb'))) {
    await run('dpkg', ['-x', join(work, file), root])
  }
}

/** The package and those of its dependencies that this system does not have installed. */
async function missing(apt, name) {
  const { stdout } = await apt('--no-install-recommends', '--print-uris', 'install', name)
  const packages = [...stdout.matchAll(/^'\S+' ([^_\s]+)_/gm)].map((match) => match[1])
  return packages.length > 0 ? packages : [name]
}

/**
 * This machine's own package sources turned to another release of its distribution: same mirror, same keys.
 * Returned in the deb822 format of sources.list(5).
 */
async function sourcesFor(suite) {
  const { codename } = await distribution()
  const stanzas = (await machineSources())
    .map((source) => ({ ...source, suites: source.suites.filter((name) => name.split('-')[0] === codename) }))
    .filter((source) => codename && source.suites.length > 0)
  if (stanzas.length === 0) throw new Error(`no package source for ${codename || 'this system'} in /etc/apt`)
  const text = stanzas.map((source) =>
    [
      'Types: deb',
      `URIs: ${source.uris.join(' ')}`,
      `Suites: ${source.suites.map((name) => name.replace(codename, suite)).join(' ')}`,
      `Components: ${source.components.join(' ')}`,
      ...(source.signedBy ? [`Signed-By: ${source.signedBy}`] : [])
    ].join('\n')
  )
  return text.join('\n\n') + '\n'
}

async function machineSources() {
  const parts = await readdir('/etc/apt/sources.list.d').catch(() => [])
  const files = ['/etc/apt/sources.list', ...parts.map((name) => `/etc/apt/sources.list.d/${name}`)]
  const found = []
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => '')
    if (file.endsWith('.list')) found.push(...text.split('\n').map(fromLine).filter(Boolean))
    if (file.endsWith('.sources'))
      found.push(
        ...text
          .split(/\n[ \t]*\n/)
          .map(fromStanza)
          .filter(Boolean)
      )
  }
  return found
}

/** `deb [signed-by=/key] http://mirror/debian bookworm main` */
function fromLine(line) {
  const match = line.match(/^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]+)/)
  if (!match) return undefined
  const signedBy = match[1]?.match(/signed-by=(\S+)/i)?.[1]
  return { uris: [match[2]], suites: [match[3]], components: match[4].trim().split(/\s+/), signedBy }
}

/** A deb822 stanza; a value may run on over indented lines (keys are sometimes written out there). */
function fromStanza(stanza) {
  const text = stanza.replace(/^#.*\n?/gm, '')
  const value = (key) => text.match(new RegExp(`^${key}:[ \t]*(.*(?:\n[ \t].*)*)`, 'im'))?.[1]?.trim()
  const words = (key) => value(key)?.split(/\s+/) ?? []
  if (!words('Types').includes('deb') || value('Enabled') === 'no') return undefined
  const components = words('Components')
  if (components.length === 0) return undefined
  return { uris: words('URIs'), suites: words('Suites'), components, signedBy: value('Signed-By') }
}

/** The line of a failed program that says most: the first that apt or dpkg marks as an error. */
function complaint(error) {
  const lines = String(error.stderr || error.message)
    .trim()
    .split('\n')
  return lines.find((line) => /^(E:|dpkg.*error)/.test(line)) ?? lines.at(-1)
}

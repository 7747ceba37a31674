import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join, normalize, sep } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { limits } from './limits.ts'

/** What of a profile makes its session: keys and history, and what the page keeps beside them. */
const parts = [join('Default', 'IndexedDB'), join('Default', 'Local Storage')]

const magic = Buffer.from('palabre whatsapp-web session 1\n')
const attempts = 10
const betweenMs = 300

interface Found {
  path: string
  size: number
  changedMs: number
}

/**
 * The session of a browser's profile as one gzipped stream: the magic line, then for each file the length of its path
 * (2 bytes), the path, the length of its content (4 bytes) and the content. While the browser runs, the files are read
 * again until none but the logs that are only ever written on changed meanwhile; null: that did not come to be, or
 * there is nothing to keep. Throws when it is larger than is kept.
 */
export async function packSession(dir: string): Promise<Uint8Array | null> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (attempt > 0) await sleep(betweenMs)
    const before = await list(dir)
    const contents = await read(dir, before)
    if (contents === null || !isSame(before, await list(dir))) continue
    return before.length === 0 ? null : pack(before, contents)
  }
  return null
}

async function list(dir: string): Promise<Found[]> {
  const found: Found[] = []
  let bytes = 0
  for (const part of parts) {
    const entries = await readdir(join(dir, part), { withFileTypes: true, recursive: true }).catch(missing)
    for (const entry of entries ?? []) {
      if (!entry.isFile() || /^(LOCK|LOG|LOG\.old)$/.test(entry.name)) continue
      const path = join(entry.parentPath, entry.name)
      const about = await stat(path).catch(missing)
      if (!about) continue
      bytes += about.size
      found.push({ path: path.slice(dir.length + 1), size: about.size, changedMs: about.mtimeMs })
    }
  }
  if (bytes > limits.sessionBytes || found.length > limits.sessionFiles)
    throw new Error(`The session is too large to be kept: ${String(Math.round(bytes / 1024 / 1024))} MB.`)
  return found.sort((a, b) => (a.path < b.path ? -1 : 1))
}

async function read(dir: string, files: Found[]): Promise<Buffer[] | null> {
  const contents: Buffer[] = []
  for (const { path } of files) {
    const content = await readFile(join(dir, path)).catch(missing)
    if (!content) return null
    contents.push(content)
  }
  return contents
}

/** LevelDB ignores half a record at the end of a log; everything else has to be of one moment. */
const isSame = (before: Found[], after: Found[]): boolean =>
  before.length === after.length &&
  before.every(({ path, size, changedMs }, i) => {
    const now = after[i]
    return now?.path === path && (path.endsWith('.log') || (now.size === size && now.changedMs === changedMs))
  })

const pack = (files: Found[], contents: Buffer[]): Promise<Buffer> => {
  const pieces: Buffer[] = [magic]
  files.forEach(({ path }, i) => {
    const name = Buffer.from(path.split(sep).join('/'))
    const content = contents[i] ?? Buffer.alloc(0)
    const head = Buffer.alloc(6)
    head.writeUInt16BE(name.length, 0)
    head.writeUInt32BE(content.length, 2)
    pieces.push(head, name, content)
  })
  return promisify(gzip)(Buffer.concat(pieces), { level: 1 })
}

/** Puts a kept session into a fresh profile. Throws when it is no such stream, or leads out of the profile. */
export async function unpackSession(bytes: Uint8Array, dir: string): Promise<void> {
  const plain = await promisify(gunzip)(bytes, { maxOutputLength: limits.sessionBytes * 1.1 })
  if (!plain.subarray(0, magic.length).equals(magic)) throw new Error('The kept session is of another form.')
  for (let at = magic.length; at < plain.length;) {
    const nameEnd = at + 6 + plain.readUInt16BE(at)
    const contentEnd = nameEnd + plain.readUInt32BE(at + 2)
    if (contentEnd > plain.length) throw new Error('The kept session is cut off.')
    const path = normalize(plain.toString('utf8', at + 6, nameEnd))
    if (!parts.some((part) => path.startsWith(part + sep)))
      throw new Error('The kept session leads out of its place.')
    await mkdir(dirname(join(dir, path)), { recursive: true, mode: 0o700 })
    await writeFile(join(dir, path), plain.subarray(nameEnd, contentEnd), { mode: 0o600 })
    at = contentEnd
  }
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}

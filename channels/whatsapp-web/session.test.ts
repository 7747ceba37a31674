import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { packSession, unpackSession } from './session.ts'

const dirs: string[] = []
function directory(): string {
  const dir = mkdtempSync(join(tmpdir(), 'session-test-'))
  dirs.push(dir)
  return dir
}
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true })
})
const put = (dir: string, path: string, content: string | Buffer) => {
  mkdirSync(join(dir, path, '..'), { recursive: true })
  writeFileSync(join(dir, path), content)
}

describe('the session of a profile', () => {
  it('is what the page has stored, and nothing else', async () => {
    const [from, to] = [directory(), directory()]
    const keys = Buffer.from([0, 255, 1, 254])
    put(from, 'Default/IndexedDB/whatsapp.leveldb/000003.log', keys)
    put(from, 'Default/IndexedDB/whatsapp.leveldb/LOCK', '')
    put(from, 'Default/Local Storage/leveldb/CURRENT', 'MANIFEST-000001\n')
    put(from, 'Default/Cache/data_0', 'cache')
    const packed = await packSession(from)
    await unpackSession(packed!, to)
    expect(readFileSync(join(to, 'Default/IndexedDB/whatsapp.leveldb/000003.log'))).toEqual(keys)
    expect(readFileSync(join(to, 'Default/Local Storage/leveldb/CURRENT'), 'utf8')).toBe('MANIFEST-000001\n')
    expect(readdirSync(join(to, 'Default')).sort()).toEqual(['IndexedDB', 'Local Storage'])
    expect(readdirSync(join(to, 'Default/IndexedDB/whatsapp.leveldb'))).toEqual(['000003.log'])
  })

  it('is nothing where there is none', async () => {
    expect(await packSession(directory())).toBeNull()
  })

  it.each([
    ['another form', 'something else'],
    ['out of its place', stream('Default/IndexedDB/../../../escaped', 'x')],
    ['out of its place', stream('/etc/passwd', 'x')],
    ['cut off', stream('Default/IndexedDB/a', 'content').slice(0, -3)]
  ])('is not taken up when it is of %s', async (why, plain) => {
    const packed = gzipSync(Buffer.from(plain, 'latin1'))
    await expect(unpackSession(packed, directory())).rejects.toThrow(why)
  })
})

function stream(path: string, content: string): string {
  const head = Buffer.alloc(6)
  head.writeUInt16BE(path.length, 0)
  head.writeUInt32BE(content.length, 2)
  return `palabre whatsapp-web session 1\n${head.toString('latin1')}${path}${content}`
}

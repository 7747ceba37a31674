import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findingName, infectedText, startClamd, type Clamd } from '../../tests/simulators/clamd.ts'
import { ScannerAway, scan } from './scan.ts'

let clamd: Clamd

beforeEach(async () => {
  clamd = await startClamd()
})
afterEach(() => clamd.stop())

const bytes = (...parts: (string | Buffer)[]) => Readable.from(parts.map((part) => Buffer.from(part)))

describe('a scan by clamd', () => {
  it('lets pass what it finds nothing in, however it is cut', async () => {
    expect(await scan(clamd.address, bytes('a harmless ', 'letter', ''))).toEqual({ is: 'clean' })
    expect(await scan(clamd.address, bytes())).toEqual({ is: 'clean' })
    expect(await scan(clamd.address, bytes(Buffer.alloc(300_000)))).toEqual({ is: 'clean' })
    expect(clamd.scanned).toEqual([17, 0, 300_000])
  })

  it('names what it found, also where it lies across two chunks', async () => {
    const padded = Buffer.concat([Buffer.alloc(65_530), Buffer.from(infectedText)])
    for (const content of [bytes('x', infectedText), bytes(padded), bytes('x', ...infectedText)])
      expect(await scan(clamd.address, content)).toEqual({ is: 'infected', finding: findingName })
  })

  it('says that a file is more than it takes', async () => {
    const content = bytes(...Array.from({ length: 40 }, () => Buffer.alloc(65_536)))
    expect(await scan(clamd.address, content)).toEqual({ is: 'unscannable' })
  })

  it('works through a Unix socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'palabre-clamd-'))
    const local = await startClamd({ path: join(folder, 'clamd.sock') })
    expect(await scan(local.address, bytes(infectedText))).toMatchObject({ is: 'infected' })
    await local.stop()
    rmSync(folder, { recursive: true })
  })

  it.each(['away', 'odd'] as const)('is no verdict while clamd is %s', async (mood) => {
    clamd.mood(mood)
    await expect(scan(clamd.address, bytes('x'))).rejects.toBeInstanceOf(ScannerAway)
  })

  it('is no verdict when nothing listens, or nobody answers in time', async () => {
    clamd.mood('mute')
    await expect(scan(clamd.address, bytes('x'), 100)).rejects.toBeInstanceOf(ScannerAway)
    await expect(scan('tcp://127.0.0.1:1', bytes('x'))).rejects.toBeInstanceOf(ScannerAway)
    await expect(scan('unix:/nowhere/clamd.sock', bytes('x'))).rejects.toBeInstanceOf(ScannerAway)
  })

  it('is no verdict when the file cannot be read to its end', async () => {
    const broken = Readable.from(
      (function* () {
        yield Buffer.from('x')
        throw new Error('the disk is gone')
      })()
    )
    await expect(scan(clamd.address, broken)).rejects.toThrow(/the disk is gone/)
    expect(clamd.scanned).toEqual([])
  })
})

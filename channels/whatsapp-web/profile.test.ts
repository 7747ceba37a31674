import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { makeProfile, noteBrowser, removeProfile } from './profile.ts'

it('is for nobody else, and is not taken for one of a killed process', async () => {
  const dir = await makeProfile()
  expect(statSync(dir).mode & 0o777).toBe(0o700)
  const other = await makeProfile()
  expect(existsSync(dir)).toBe(true)
  await removeProfile(dir)
  await removeProfile(other)
})

it('removes what a killed process left, after the browser that still runs there', async () => {
  const left = mkdtempSync(join(tmpdir(), 'palabre-whatsapp-web-'))
  const browser = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' })
  const ended = new Promise((resolve) => browser.once('exit', (_, signal) => resolve(signal)))
  await noteBrowser(left, browser.pid!)
  // A number that is given out again is another process: it started at another moment.
  writeFileSync(join(left, 'owner'), `${String(process.pid)} 1`)
  await removeProfile(await makeProfile())
  expect(await ended).toBe('SIGKILL')
  expect(existsSync(left)).toBe(false)
})

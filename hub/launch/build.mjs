import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root, runOrThrow } from './run.mjs'
import { step } from './say.mjs'

const sources = ['config', 'channels', 'hub', 'workers', 'agent-app', 'package-lock.json', 'turbo.json']
const products = [
  'config/dist',
  'channels/dist',
  'channels/chat/widget/dist',
  'hub/dist',
  'workers/dist',
  'agent-app/build'
]
const notSource = /^(node_modules|dist|build|\.svelte-kit|\.turbo)$|\.test\.ts$|\.md$/
const stamp = join(root, 'node_modules/.cache/palabre/built')

/**
 * Builds all workspaces when a source file changed since the last time. Looking takes a few milliseconds, where
 * starting the build tool to learn that nothing is to be done takes seconds.
 */
export async function build() {
  const now = fingerprint()
  if (now === lastBuilt() && products.every((path) => existsSync(join(root, path)))) return
  const turbo = join(root, 'node_modules/.bin/turbo')
  const env = { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' }
  await step('Building', () => runOrThrow([turbo, 'run', 'build', '--output-logs=errors-only'], { env }))
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, now)
}

function lastBuilt() {
  return existsSync(stamp) ? readFileSync(stamp, 'utf8') : ''
}

/** A digest over name, size and modification time of every source file. */
function fingerprint() {
  const digest = createHash('sha256')
  const add = (path) => {
    const entry = statSync(join(root, path), { throwIfNoEntry: false })
    if (!entry) return
    if (!entry.isDirectory()) return void digest.update(`${path} ${entry.size} ${entry.mtimeMs}\n`)
    const names = readdirSync(join(root, path)).filter((name) => !notSource.test(name))
    for (const name of names.sort()) add(`${path}/${name}`)
  }
  sources.forEach(add)
  return digest.digest('hex')
}

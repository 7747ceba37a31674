import { statSync } from 'node:fs'
import { join } from 'node:path'
import { root, runOrThrow } from './run.mjs'
import { step } from './say.mjs'

const toleranceMs = 10_000 // npm writes the two files in no certain order

/** Whether node_modules is missing, or older than what package-lock.json asks for. */
export function needsInstall() {
  const installed = modified('node_modules/.package-lock.json')
  return installed === 0 || installed + toleranceMs < modified('package-lock.json')
}

/** Installs exactly what package-lock.json says, when that is needed. */
export async function install() {
  if (!needsInstall()) return
  await step('Installing dependencies', () =>
    runOrThrow(['npm', 'ci', '--no-audit', '--no-fund', '--loglevel=error'])
  )
}

function modified(path) {
  return statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0
}

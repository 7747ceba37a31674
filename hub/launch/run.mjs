import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The folder of the whole project. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

const underWay = new Set()

/**
 * Runs a program to its end, without a keyboard.
 * @param {string[]} words program and arguments
 * @param {{ env?: Record<string, string>, cwd?: string, show?: boolean }} options `show` passes its output on as it
 *   comes; `cwd` is the project's folder unless given
 * @returns {Promise<{ code: number, output: string }>} both output streams, in the order they came
 */
export function run(words, { env = {}, cwd = root, show = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(words[0], words.slice(1), {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe']
    })
    const chunks = []
    underWay.add(child)
    child.stdout?.on('data', (chunk) => chunks.push(chunk))
    child.stderr?.on('data', (chunk) => chunks.push(chunk))
    const end = (code) => {
      underWay.delete(child)
      resolve({ code, output: Buffer.concat(chunks).toString() })
    }
    child.once('error', (error) => {
      chunks.push(Buffer.from(error.message))
      end(127)
    })
    child.once('close', (code) => end(code ?? 1))
  })
}

/** As `run`, but rejects with the program's output when it fails. */
export async function runOrThrow(words, options) {
  const { code, output } = await run(words, options)
  const shown = words.join(' ').replace(/^\S*node_modules\/\.bin\//, '')
  if (code !== 0) throw new Error(`${shown} failed (exit code ${code})\n${output.trim()}`)
  return output
}

/** Ends the programs that `run` still waits for. */
export function endPrograms() {
  for (const child of underWay) child.kill('SIGTERM')
}

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { root } from './run.mjs'
import { dim, red, say, yellow } from './say.mjs'

const stopLimitMs = 10_000
const longestPauseMs = 10_000
const calmMs = 30_000
const warnLevel = 40 // pino's
const linesKept = 40
/**
 * What lives is under 100 MB; without a limit V8 lets garbage grow with the machine's memory before it collects. A
 * gigabyte is far above what a node with thousands of sockets holds.
 */
export const heapFlags = ['--max-old-space-size=1024']

/**
 * Keeps a Node program running: started again, ever more slowly, when it crashes.
 * The program leads a process group of its own, so Ctrl-C reaches only the launcher, which ends things in order; it
 * ends by itself when the launcher is gone, because its IPC channel is then closed.
 * @param {{ name: string, script: string, env: Record<string, string>, verbose: boolean,
 *   onLine?: (entry: Record<string, unknown>) => void }} options `onLine` is given every JSON line it logs
 * @returns `crashes()` how often it crashed so far; `lastLines()` what it said last; `stop()` ends it (SIGTERM, after
 *   ten seconds or a second call SIGKILL) and resolves when it is gone
 */
export function keepRunning({ name, script, env, verbose, onLine = () => {} }) {
  let child
  let gone = Promise.resolve()
  let restart
  let stopping = false
  let crashes = 0
  let pause = 0
  const last = []
  start()

  function start() {
    const since = Date.now()
    child = spawn(process.execPath, [...heapFlags, join(root, script)], {
      cwd: root,
      env: { ...process.env, ...env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc']
    })
    createInterface(child.stdout).on('line', (line) => hear(line, false))
    createInterface(child.stderr).on('line', (line) => hear(line, true))
    gone = new Promise((resolve) => child.once('close', resolve))
    child.once('close', (code, signal) => {
      if (stopping) return
      crashes += 1
      pause = Date.now() - since > calmMs ? 0 : Math.min(pause * 2 + 500, longestPauseMs)
      say(
        `  ${red('✗')} ${name} ended (${signal ?? `exit code ${code}`}), starting it again in ${pause / 1000} s`
      )
      restart = setTimeout(start, pause)
    })
  }

  function hear(line, isError) {
    last.push(line)
    if (last.length > linesKept) last.shift()
    const entry = parse(line)
    if (entry) onLine(entry)
    const isWorthIt = entry ? entry.level >= warnLevel : isError && !/Warning: |--trace-/.test(line)
    if (verbose || isWorthIt) say(pretty(name, line, entry))
  }

  return {
    crashes: () => crashes,
    lastLines: () => last.map((line) => pretty(name, line, parse(line))).join('\n'),
    async stop() {
      const again = stopping
      stopping = true
      clearTimeout(restart)
      child.kill(again ? 'SIGKILL' : 'SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), stopLimitMs)
      await gone
      clearTimeout(timer)
    }
  }
}

function parse(line) {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** A log line for people: time, process, level, message, and the stack of an error. */
function pretty(name, line, entry) {
  if (!entry) return `${dim(name.padEnd(8))} ${line}`
  const time = new Date(entry.time ?? Date.now()).toTimeString().slice(0, 8)
  const level = entry.level >= 50 ? red('ERROR') : entry.level >= warnLevel ? yellow('WARN ') : dim('info ')
  const error = entry.err?.stack ?? entry.err?.message
  return `${dim(time)} ${dim(name.padEnd(8))} ${level} ${entry.msg ?? ''}${error ? `\n${dim(error)}` : ''}`
}

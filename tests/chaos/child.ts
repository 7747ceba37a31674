import { spawn, type ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

const restartMs = 150
const wordsKept = 300

/** A process of the product, started again whenever it ends, as a supervisor does. */
export class Child {
  readonly name: string
  readonly env: Record<string, string>
  /** Ends that nobody here caused, with the last words. */
  readonly ownDeaths: string[] = []
  /** Ends before it served, as when MongoDB was killed while it connected: it is for the supervisor to try again. */
  failedStarts = 0
  /** Log lines of level error and above: message → how often. */
  readonly errors = new Map<string, number>()
  readonly words: string[] = []
  readonly #script: string
  #process: ChildProcess | null = null
  #ended = false
  #struck = false
  #serves = false

  constructor(name: string, script: string, env: Record<string, string>) {
    this.name = name
    this.#script = script
    this.env = env
    this.#start()
  }

  get pid(): number {
    return this.#process?.pid ?? 0
  }

  /** As a power cut: nothing is finished, nothing is said. */
  kill() {
    this.#struck = true
    this.#process?.kill('SIGKILL')
  }

  /** Stops it in the middle of whatever it does, and lets it go on later as if nothing had been. */
  async freeze(ms: number) {
    const frozen = this.#process
    frozen?.kill('SIGSTOP')
    await sleep(ms)
    frozen?.kill('SIGCONT')
  }

  /** Lets it finish, and does not start it again. */
  async end(patienceMs = 12_000) {
    this.#ended = true
    const last = this.#process
    if (!last || last.exitCode !== null || last.signalCode !== null) return
    const gone = new Promise((resolve) => last.once('exit', resolve))
    last.kill('SIGCONT')
    last.kill('SIGTERM')
    const timer = setTimeout(() => last.kill('SIGKILL'), patienceMs)
    await gone
    clearTimeout(timer)
  }

  #start() {
    this.#struck = false
    this.#serves = false
    const child = spawn(process.execPath, [this.#script], {
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe']
    })
    this.#process = child
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        for (const line of chunk.toString().split('\n')) if (line) this.#hear(line)
      })
    child.once('exit', (code, signal) => {
      if (this.#ended) return
      if (!this.#serves && !this.#struck) this.failedStarts++
      else if (!this.#struck)
        this.ownDeaths.push(
          `${this.name} ended with ${signal ?? String(code)}: ${this.words.slice(-20).join('\n')}`
        )
      setTimeout(() => {
        if (!this.#ended) this.#start()
      }, restartMs)
    })
  }

  #hear(line: string) {
    this.words.push(line.slice(0, 2000))
    if (this.words.length > wordsKept) this.words.shift()
    if (!line.startsWith('{"level":')) return
    try {
      const { level, msg, err } = JSON.parse(line) as {
        level: number
        msg?: string
        err?: { message?: string }
      }
      if (msg === 'hub listening' || msg === 'workers ready') this.#serves = true
      if (level < 50) return
      const said = `${msg ?? ''}: ${(err?.message ?? '').slice(0, 120)}`
      this.errors.set(said, (this.errors.get(said) ?? 0) + 1)
    } catch {
      // Half a line, cut off by the end of the process.
    }
  }
}

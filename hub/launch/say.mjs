/** What `npm start` and `npm test` print: coloured on a terminal, plain elsewhere. */

const isTerminal = Boolean(process.stdout.isTTY)
const coloured = process.env.FORCE_COLOR
  ? process.env.FORCE_COLOR !== '0'
  : isTerminal && !process.env.NO_COLOR
const paint = (open, close) => (text) => (coloured ? `\x1b[${open}m${text}\x1b[${close}m` : String(text))

export const bold = paint(1, 22)
export const dim = paint(2, 22)
export const red = paint(31, 39)
export const green = paint(32, 39)
export const yellow = paint(33, 39)
export const cyan = paint(36, 39)

const spinner = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'
const running = new Map()
let ticking

/** Prints a line above the spinner, if one is turning. */
export function say(line = '') {
  clearSpinner()
  process.stdout.write(`${line}\n`)
}

/**
 * Shows that something is under way, and how long it took.
 * @template T
 * @param {string} title what is being done, for example `Installing dependencies`
 * @param {() => Promise<T>} work
 * @returns {Promise<T>} what `work` resolves with; what it rejects with is passed on
 */
export async function step(title, work) {
  const since = Date.now()
  if (!isTerminal) say(`  ${dim('…')} ${title}`)
  running.set(title, since)
  ticking ??= isTerminal ? setInterval(drawSpinner, 100) : undefined
  try {
    const result = await work()
    finish(title)
    say(`  ${green('✓')} ${title} ${dim(duration(since))}`)
    return result
  } catch (error) {
    finish(title)
    say(`  ${red('✗')} ${title} ${dim(duration(since))}`)
    throw error
  }
}

/** Time since a moment in milliseconds, for people: `0.4 s`, `1 min 20 s`. */
export function duration(since) {
  const seconds = (Date.now() - since) / 1000
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`
}

function finish(title) {
  running.delete(title)
  if (running.size > 0) return
  clearInterval(ticking)
  ticking = undefined
}

function drawSpinner() {
  const frame = spinner[Math.floor(Date.now() / 100) % spinner.length]
  const titles = [...running].map(([title, since]) => `${title} ${dim(duration(since))}`)
  process.stdout.write(`\r\x1b[2K  ${cyan(frame)} ${titles.join(dim(' · '))}`)
}

function clearSpinner() {
  if (isTerminal) process.stdout.write('\r\x1b[2K')
}

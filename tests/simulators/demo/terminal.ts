import { dim, green } from '../../../hub/launch/say.mjs'

const width = 24
/** Speech is seldom louder than this. */
const loud = 0.25

/** The caller's handset in a terminal: lines of what happens, and below them how loud it is at the ear. */
export class Terminal {
  readonly #out: NodeJS.WriteStream
  readonly #isTerminal: boolean
  #status = ''

  constructor(out: NodeJS.WriteStream) {
    this.#out = out
    this.#isTerminal = out.isTTY
  }

  line(text = '') {
    this.#clear()
    this.#out.write(`${text}\n`)
    this.#draw()
  }

  /** A thing that happened, with its time. */
  happens(sign: string, text: string) {
    this.line(`  ${dim(new Date().toTimeString().slice(0, 8))} ${sign} ${text}`)
  }

  level(level: number) {
    if (!this.#isTerminal) return
    // Ears hear loudness as its logarithm.
    const part = level <= 0 ? 0 : Math.max(0, 1 + Math.log10(level / loud) / 2)
    const bars = Math.min(width, Math.round(part * width))
    this.#status = `  ${dim('at the ear')} ${green('▮'.repeat(bars))}${dim('▯'.repeat(width - bars))} ${dim('0-9 * # keys · h hang up · n call again · q quit')}`
    this.#clear()
    this.#draw()
  }

  quiet() {
    this.#clear()
    this.#status = ''
  }

  #draw() {
    if (this.#status !== '') this.#out.write(this.#status)
  }

  #clear() {
    if (this.#isTerminal && this.#status !== '') this.#out.write('\r\x1b[2K')
  }
}

/** Every key as it is struck, where there is a keyboard. Gives what takes the keyboard back. */
export function onKeys(input: NodeJS.ReadStream, struck: (key: string) => void): () => void {
  if (!input.isTTY) return () => {}
  const hear = (data: Buffer) => {
    for (const key of String(data)) struck(key)
  }
  input.setRawMode(true)
  input.on('data', hear)
  input.resume()
  return () => {
    input.off('data', hear)
    input.setRawMode(false)
    input.pause()
  }
}

import { isFields, type Fields, type Verb } from '../frame.ts'
import type { Run, Stage } from '../stage.ts'
import { play } from './play.ts'
import { say } from './say.ts'

/** Digits or speech, with a prompt. A call that ends or is redirected meanwhile has no result. */
export const gather: Run = async (stage, verb, signal) => {
  const result = await new Gathering(stage, verb, signal).result
  return result && stage.act(verb, result)
}

/** Times are seconds in the verb; the clock starts when the prompt is over. */
class Gathering {
  readonly result: Promise<Fields | undefined>
  readonly #stage: Stage
  readonly #verb: Verb
  readonly #prompt = new AbortController()
  #digits = ''
  #timer?: NodeJS.Timeout
  #settle!: (result: Fields | undefined) => void

  constructor(stage: Stage, verb: Verb, signal: AbortSignal) {
    this.#stage = stage
    this.#verb = verb
    const inputs = (verb['input'] as string[] | undefined) ?? ['digits']
    const digit = (key: string) => this.#press(key)
    const speech = (text: string) => this.#speak(text)
    const stop = () => this.#settle(undefined)
    if (inputs.includes('digits')) stage.leg.on('digit', digit)
    if (inputs.includes('speech')) stage.leg.on('speech', speech)
    signal.addEventListener('abort', stop, { once: true })
    this.result = new Promise<Fields | undefined>((resolve) => (this.#settle = resolve)).finally(() => {
      clearTimeout(this.#timer)
      this.#prompt.abort('over')
      stage.leg.off('digit', digit).off('speech', speech)
      signal.removeEventListener('abort', stop)
    })
    void this.#ask()
  }

  async #ask() {
    const { say: words, play: sound } = this.#verb
    if (isFields(words)) await say(this.#stage, { verb: 'say', ...words }, this.#prompt.signal)
    if (isFields(sound)) await play(this.#stage, { verb: 'play', ...sound }, this.#prompt.signal)
    if (this.#digits === '') this.#await(Number(this.#verb['timeout'] ?? 15), { reason: 'timeout' })
  }

  #await(seconds: number, result: Fields) {
    clearTimeout(this.#timer)
    if (seconds > 0) this.#timer = setTimeout(() => this.#settle(result), seconds * 1000)
  }

  #press(key: string) {
    const verb = this.#verb
    if (verb['dtmfBargein'] === true || verb['bargein'] === true) this.#prompt.abort('over')
    if (key === verb['finishOnKey']) return this.#settle(this.#dtmf())
    this.#digits += key
    const most = Number(verb['numDigits'] ?? verb['maxDigits'] ?? Infinity)
    if (this.#digits.length >= most) return this.#settle(this.#dtmf())
    const enough = this.#digits.length >= Number(verb['minDigits'] ?? 1)
    const late = enough ? this.#dtmf() : { reason: 'timeout' }
    this.#await(Number(verb['interDigitTimeout'] ?? verb['timeout'] ?? 15), late)
  }

  #speak(transcript: string) {
    const alternatives = [{ confidence: 0.95, transcript }]
    const speech = { language_code: 'en-US', channel_tag: 1, is_final: true, alternatives }
    this.#settle({ speech, reason: 'speechDetected' })
  }

  #dtmf(): Fields {
    return { digits: this.#digits, reason: 'dtmfDetected' }
  }
}

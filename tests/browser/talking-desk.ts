import type { Browser, BrowserContext, Page } from 'playwright-core'
import { demoPassword, eventually } from '../flows/house.ts'

/** At this frequency nobody speaks. */
const nobody = 1200
/** Of a tone of usual loudness much more than this arrives. */
const audible = 0.005
const louder = 10

/**
 * A microphone that hums, and what the page knows of its sound: the player of recordings is an element in no document. As
 * text: the page knows no tsx.
 */
const headset = (hertz: number) => `
  localStorage.setItem('palabre:asked-to-notify', 'yes')
  const hum = () => {
    const context = new AudioContext()
    const tone = context.createOscillator()
    const loudness = context.createGain()
    const out = context.createMediaStreamDestination()
    tone.frequency.value = ${String(hertz)}
    loudness.gain.value = 0.25
    tone.connect(loudness).connect(out)
    tone.start()
    void context.resume()
    return out.stream
  }
  Object.defineProperty(MediaDevices.prototype, 'getUserMedia', { value: () => Promise.resolve(hum()) })
  let player = null
  window.Audio = class extends Audio {
    constructor(...given) {
      super(...given)
      player = this
    }
  }
  window.levelsAt = async (where, frequencies) => {
    const element = where === 'player' ? player : document.querySelector('audio[data-' + where + ']')
    const stream = element?.srcObject ?? element?.captureStream?.()
    if (!(stream instanceof MediaStream) || element.paused || !stream.getAudioTracks().length)
      return frequencies.map(() => 0)
    const context = new AudioContext()
    const analyser = context.createAnalyser()
    analyser.fftSize = 8192
    analyser.smoothingTimeConstant = 0
    context.createMediaStreamSource(stream).connect(analyser)
    await context.resume()
    await new Promise((later) => setTimeout(later, 400))
    const spectrum = new Float32Array(analyser.frequencyBinCount)
    analyser.getFloatFrequencyData(spectrum)
    const perBin = context.sampleRate / analyser.fftSize
    await context.close()
    return frequencies.map((hertz) => {
      const bin = Math.round(hertz / perBin)
      return 10 ** (Math.max(...spectrum.slice(bin - 2, bin + 3)) / 20)
    })
  }
`

/** What plays in the page: the phone, the live recording, the player of recordings. */
export type Ear = 'phone=speaker' | 'listening=live' | 'player'

/** Somebody of the bank in a browser of their own, before the real hub, whose voice is a tone. */
export class TalkingDesk {
  readonly page: Page
  readonly errors: string[] = []
  readonly #context: BrowserContext
  readonly #name: string

  private constructor(name: string, context: BrowserContext, page: Page) {
    this.#name = name
    this.#context = context
    this.page = page
    page.setDefaultTimeout(15_000)
    page.on('pageerror', ({ message }) => this.errors.push(`${name}: ${message}`))
  }

  static async open(browser: Browser, url: string, name: string, hertz: number): Promise<TalkingDesk> {
    const context = await browser.newContext({
      baseURL: url,
      locale: 'en-GB',
      viewport: { width: 1280, height: 720 }
    })
    await context.addInitScript({ content: headset(hertz) })
    const desk = new TalkingDesk(name, context, await context.newPage())
    const { page } = desk
    await page.goto('/')
    await page.locator('input[name=email]').fill(`${name}@palabre.example`)
    await page.locator('input[name=password]').fill(demoPassword)
    await page.keyboard.press('Enter')
    await page.waitForURL('**/inbox')
    return desk
  }

  close = (): Promise<void> => this.#context.close()

  hasPhone = () => this.page.getByRole('button', { name: 'Your phone: Ready for calls' }).waitFor()

  async becomeReady(): Promise<void> {
    await this.page
      .getByRole('button', { name: /^Become ready/ })
      .first()
      .click()
    await this.page.getByRole('button', { name: /Your status: Ready/ }).waitFor()
  }

  /** The contact bar of the call that they are in. */
  get bar() {
    return this.page.getByRole('region', { name: /^Call with/ })
  }

  control = (name: string | RegExp) => this.bar.getByRole('button', { name })

  /** Waits until every one of these tones is heard. */
  hears = (ear: Ear, ...tones: number[]) =>
    eventually(
      `${tones.join(' and ')} Hz in ${this.#name}’s ear`,
      async () => (await this.#heardOf(ear, tones)).length === tones.length,
      12_000
    )

  hearsNot = (ear: Ear, hertz: number) =>
    eventually(
      `no ${String(hertz)} Hz in ${this.#name}’s ear`,
      async () => (await this.#heardOf(ear, [hertz])).length === 0,
      12_000
    )

  async #heardOf(ear: Ear, tones: number[]): Promise<number[]> {
    const [none, ...levels] = await this.page.evaluate<number[]>(
      `levelsAt(${JSON.stringify(ear)}, ${JSON.stringify([nobody, ...tones])})`
    )
    return tones.filter((_, n) => levels[n]! > audible && levels[n]! > none! * louder)
  }
}

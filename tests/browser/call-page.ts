import type { Browser, BrowserContext, Page } from 'playwright-core'
import { chromium } from 'playwright-core'
import { expect } from 'vitest'
import type { Answers } from '../simulators/api-hub/asked.ts'
import { CallWorld } from './calls.world.ts'
import { chromiumPath } from './shots.ts'

/** The fake microphone of Chromium beeps once a second. */
const withMicrophone = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream'
]

export const openTalkingBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath, args: withMicrophone })

/** A page of the app in a world with telephones; what it throws fails the test that closes it. */
export class CallPage {
  readonly world: CallWorld
  readonly context: BrowserContext
  readonly page: Page
  readonly #errors: string[] = []

  private constructor(world: CallWorld, context: BrowserContext, page: Page) {
    this.world = world
    this.context = context
    this.page = page
    page.setDefaultTimeout(8000)
    page.on('pageerror', ({ message }) => this.#errors.push(message))
  }

  /** @param more what its hub answers beside calls */
  static async open(browser: Browser, more: Answers = {}): Promise<CallPage> {
    const world = await CallWorld.open(more)
    world.enter()
    const context = await browser.newContext({
      baseURL: world.hub.url,
      locale: 'en-GB',
      viewport: { width: 1280, height: 720 },
      acceptDownloads: true
    })
    await context.addInitScript(() => localStorage.setItem('palabre:asked-to-notify', 'yes'))
    return new CallPage(world, context, await context.newPage())
  }

  async close(): Promise<void> {
    await this.context.close()
    await this.world.close()
    expect(this.#errors).toEqual([])
  }

  until = async (claim: () => boolean | Promise<boolean>, ms = 5000): Promise<void> => {
    for (let n = 0; n < ms / 50 && !(await claim()); n++) await this.page.waitForTimeout(50)
    expect(await claim()).toBe(true)
  }

  /** What was asked of the hub by this route's name. */
  asked = (name: string): unknown[] =>
    this.world.desk.asked.filter((one) => one.name === name).map(({ body }) => body)

  /** Opens a page with the phone registered. */
  async goto(path = '/inbox'): Promise<void> {
    await this.page.goto(path)
    await this.until(() => this.world.phone.isRegistered)
    await this.page.getByRole('button', { name: 'Your phone: Ready for calls' }).waitFor()
  }
}

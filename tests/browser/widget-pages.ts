import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { openSite, type Site } from '../simulators/foreign-site.ts'
import { VisitorHub } from '../simulators/visitor-hub.ts'

const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync'
]
export const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true
}
/** The account's identity secret. */
export const secret = 'a secret of more than thirty-two characters'

type Settings = Partial<VisitorHub['account']['settings']>
type SitePage = Parameters<typeof openSite>[1]

/** One test's browser pages with the widget, all on other origins than its stand-in hub. */
export class WidgetPages {
  hub!: VisitorHub
  /** What pages complained about on their console, but for refused connections, which the browser reports by itself. */
  complaints: string[] = []
  readonly sites: Site[] = []
  readonly #browser: Browser

  constructor(browser: Browser) {
    this.#browser = browser
  }

  /** Opens a page of another origin that carries the widget; the hub admits that origin, and no other. */
  async visit(
    settings: Settings = {},
    { look = {}, site = {} }: { look?: BrowserContextOptions; site?: SitePage } = {}
  ): Promise<Page> {
    Object.assign(this.hub.account.settings, settings)
    const page = await this.blank(look)
    await page.goto((await this.site(site)).origin)
    return page
  }

  async site(page: SitePage = {}): Promise<Site> {
    const site = await openSite(this.hub, page)
    this.sites.push(site)
    this.hub.account.settings.origins = this.sites.map(({ origin }) => origin)
    return site
  }

  /** A page of a browser of its own, watched. */
  async blank(look: BrowserContextOptions = {}): Promise<Page> {
    const shape = { viewport: { width: 1280, height: 720 }, locale: 'en-GB', ...look }
    const context = await this.#browser.newContext(shape)
    context.setDefaultTimeout(8_000)
    return this.watch(await context.newPage())
  }

  watch(page: Page): Page {
    page.on('pageerror', (error) => this.complaints.push(error.message))
    page.on('console', (line) => {
      const isOurs = line.type() === 'error' && !/ERR_|status of|WebSocket/.test(line.text())
      if (isOurs) this.complaints.push(line.text())
    })
    return page
  }

  /** A visitor with the panel open, who has said Hello, and whom Fatou has joined. */
  async chat(settings: Settings = {}, options: Parameters<WidgetPages['visit']>[1] = {}): Promise<Page> {
    const page = await this.visit(settings, options)
    await open(page)
    await say(page, 'Hello')
    await expect.poll(() => this.said).toEqual(['Hello'])
    this.hub.visit.join('Fatou')
    await page.getByText('Fatou is here').waitFor()
    return page
  }

  /** What the hub has stored of the visitor's words, in order. */
  get said(): string[] {
    return this.hub.visit.said
  }
}

/** Gives each test of the file pages of its own, and ends with them; whatever broke the contract fails the test. */
export function widgetPages(): { readonly current: WidgetPages } {
  let browser: Browser
  let pages: WidgetPages
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: process.env['PALABRE_CHROMIUM'] ?? '/usr/bin/chromium',
      args
    })
  })
  afterAll(() => browser.close())
  beforeEach(async () => {
    pages = new WidgetPages(browser)
    pages.hub = await new VisitorHub({ identitySecret: secret }).up()
  })
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close()
    await Promise.all(pages.sites.map((site) => site.close()))
    await pages.hub.down()
    expect(pages.hub.violations, 'what the contract does not know').toEqual([])
  })
  return {
    get current() {
      return pages
    }
  }
}

export const launcher = (page: Page) => page.getByRole('button', { name: /^(Open the chat|Ouvrir le chat)/ })
export const panel = (page: Page) => page.getByRole('dialog')
export const composer = (page: Page) => page.getByRole('textbox', { name: 'Write a message' })

export async function open(page: Page): Promise<void> {
  await launcher(page).click()
  await panel(page).waitFor()
}

export async function say(page: Page, text: string): Promise<void> {
  await composer(page).fill(text)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
}

/** The element that has focus inside the widget, as markup with its text; empty when focus is elsewhere. */
export const focused = (page: Page): Promise<string> =>
  page.evaluate(
    () => document.querySelector('palabre-chat')?.shadowRoot?.activeElement?.outerHTML.slice(0, 600) ?? ''
  )

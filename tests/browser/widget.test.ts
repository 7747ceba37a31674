import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { AxeBuilder } from '@axe-core/playwright'
import type { VisitorClaim } from '@palabre/channels/channel'
import { signClaim } from '@palabre/channels/chat/identify'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openSite, type Site } from '../simulators/foreign-site.ts'
import { VisitorHub } from '../simulators/visitor-hub.ts'

const executablePath = process.env['PALABRE_CHROMIUM'] ?? '/usr/bin/chromium'
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
const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }
const secret = 'a secret of more than thirty-two characters'
const widgetFile = new URL('../../channels/chat/widget/dist/widget.js', import.meta.url)

type Settings = ConstructorParameters<typeof VisitorHub>[0]

describe.skipIf(executablePath === '')('chat widget', () => {
  let browser: Browser
  let hub: VisitorHub
  let sites: Site[]
  let complaints: string[]

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args })
  })
  afterAll(() => browser.close())

  beforeEach(async () => {
    sites = []
    complaints = []
    hub = await new VisitorHub({ identitySecret: secret }).up()
  })
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close()
    await Promise.all(sites.map((site) => site.close()))
    await hub.down()
    expect(hub.violations, 'what the contract does not know').toEqual([])
  })

  /** Opens a page of another origin that carries the widget; the hub admits that origin and no other. */
  async function visit(
    settings: Settings = {},
    { look = {}, site = {} }: { look?: BrowserContextOptions; site?: Parameters<typeof openSite>[1] } = {}
  ): Promise<Page> {
    Object.assign(hub.account.settings, settings)
    return visitAgain(look, site)
  }

  async function visitAgain(look: BrowserContextOptions = {}, site: Parameters<typeof openSite>[1] = {}) {
    sites.push(await openSite(hub, site))
    hub.account.settings.origins = sites.map(({ origin }) => origin)
    const context = await browser.newContext({
      viewport: { width: 1280, height: 720 },
      locale: 'en-GB',
      ...look
    })
    context.setDefaultTimeout(8_000)
    const page = await context.newPage()
    watch(page)
    await page.goto(sites.at(-1)!.origin)
    return page
  }

  /** The browser itself reports each refused connection; everything else is a fault of ours. */
  function watch(page: Page): void {
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (line) => {
      if (line.type() === 'error' && !/ERR_|status of|WebSocket/.test(line.text()))
        complaints.push(line.text())
    })
  }

  const launcher = (page: Page) => page.getByRole('button', { name: /^(Open the chat|Ouvrir le chat)/ })
  const panel = (page: Page) => page.getByRole('dialog')
  const composer = (page: Page) =>
    page.getByRole('textbox', { name: /^(Write a message|Écrivez un message)$/ })
  const said = () => hub.visit.said

  async function open(page: Page): Promise<void> {
    await launcher(page).click()
    await panel(page).waitFor()
  }

  async function say(page: Page, text: string): Promise<void> {
    await composer(page).fill(text)
    await page.getByRole('button', { name: /^(Send|Envoyer)$/ }).click()
  }

  async function chat(settings: Settings = {}, options: Parameters<typeof visit>[1] = {}): Promise<Page> {
    const page = await visit(settings, options)
    await open(page)
    await say(page, 'Hello')
    await expect.poll(said).toEqual(['Hello'])
    hub.visit.join('Fatou')
    await page.getByText('Fatou is here').or(page.getByText('Fatou est là')).waitFor()
    return page
  }

  it('is one file of less than 60 kB gzipped, and carries no validator', () => {
    const file = readFileSync(widgetFile)
    const size = gzipSync(file).length
    console.log(`widget.js: ${file.length} bytes, ${size} gzipped`)
    expect(size).toBeLessThan(60_000)
    const forbidden = /typebox|additionalProperties|innerHTML ?=|createPolicy|\beval\(|new Function/
    expect(forbidden.exec(file.toString())?.[0]).toBeUndefined()
  })

  it('talks with an agent from a page of another origin under a strict policy', async () => {
    const page = await visit()
    await open(page)
    await page.getByText('Hello! How can we help?').waitFor()
    await composer(page).pressSequentially('My card is gone')
    await expect.poll(() => hub.visit.framesOf('typing').at(-1)?.on).toBe(true)
    await composer(page).press('Enter')
    await page.getByText('You are number 3 in line.').waitFor()
    await page.getByText('It will take about 4 minutes.').waitFor()
    hub.visit.stand({ position: 1, estimatedWaitS: 20 })
    await page.getByText('You are next.').waitFor()
    hub.visit.join('Fatou')
    await page.getByText('Fatou has joined the chat.').waitFor()
    hub.visit.types(true)
    await page.getByText('Fatou is typing').waitFor()
    const answer = hub.visit.answer('I block it at once.')
    await page.getByRole('log').getByText('I block it at once.').waitFor()
    await expect.poll(() => page.getByText('Fatou is typing').count()).toBe(0)
    await expect
      .poll(() => hub.visit.framesOf('seen').at(-1))
      .toMatchObject({ messageId: answer.id, read: true })
    await say(page, 'Thank you')
    await page.getByText(/· Sent/).waitFor()
    hub.visit.receipt('read')
    await page.getByText(/· Read/).waitFor()
    expect(said()).toEqual(['My card is gone', 'Thank you'])
    expect(complaints).toEqual([])
  })

  it('opens in less than 100 ms', async () => {
    const page = await visit()
    await launcher(page).waitFor()
    const times = []
    for (let turn = 0; turn < 5; turn++) {
      times.push(
        await page.evaluate(async () => {
          const root = document.querySelector('palabre-chat')!.shadowRoot!
          const before = performance.now()
          root.querySelector<HTMLElement>('.launcher')!.click()
          await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
          if (!root.querySelector('[role=dialog] textarea')) throw new Error('It did not open')
          return performance.now() - before
        })
      )
      await page.keyboard.press('Escape')
    }
    console.log(`opened in ${times.map((time) => Math.round(time)).join(', ')} ms`)
    expect(times.sort((a, b) => a - b)[2]).toBeLessThan(100)
  })

  it('shows nothing on a page that the hub does not admit', async () => {
    const page = await visit()
    await launcher(page).waitFor()
    hub.account.settings.origins = ['https://www.bank.example']
    await page.evaluate(() => localStorage.clear())
    await page.reload()
    await page.waitForTimeout(500)
    expect(await launcher(page).count()).toBe(0)
    expect(complaints.filter((line) => !line.includes('CORS'))).toEqual([])
  })

  describe('keeps its place', () => {
    it('over a reload: open, the conversation, the half-written message', async () => {
      const page = await chat()
      await composer(page).fill('Half a sen')
      await page.reload()
      await page.getByRole('log').getByText('Hello', { exact: true }).waitFor()
      expect(await composer(page).inputValue()).toBe('Half a sen')
      await page.getByRole('button', { name: 'Close the chat' }).click()
      await page.reload()
      await launcher(page).waitFor()
      expect(await panel(page).count()).toBe(0)
    })

    it('in two tabs: what is said, what is read, who it is', async () => {
      const page = await chat()
      const other = await page.context().newPage()
      watch(other)
      await other.goto(page.url())
      await other.getByRole('log').getByText('Hello', { exact: true }).waitFor()
      await say(other, 'From the other tab')
      await page.getByRole('log').getByText('From the other tab').waitFor()
      await page.getByRole('button', { name: 'Close the chat' }).click()
      await other.getByRole('button', { name: 'Close the chat' }).click()
      hub.visit.answer('Are you there?')
      await page.getByRole('button', { name: 'Open the chat, 1 unread message' }).waitFor()
      await other.getByRole('button', { name: 'Open the chat, 1 unread message' }).click()
      await page.getByRole('button', { name: 'Open the chat', exact: true }).waitFor()
      expect(hub.visits).toHaveLength(1)
    })
  })

  describe('on a bad line', () => {
    it('sends exactly once what was written while the hub was gone', async () => {
      const page = await chat()
      await hub.down()
      await page.getByText('Connection lost, reconnecting. What you write will be sent.').waitFor()
      await say(page, 'one')
      await say(page, 'two')
      await page.getByText('Will be sent when the connection is back').waitFor()
      await hub.up()
      await page
        .getByRole('button', { name: 'Try now' })
        .click({ timeout: 1_000 })
        .catch(() => {})
      await expect.poll(said, { timeout: 20_000 }).toEqual(['Hello', 'one', 'two'])
      await expect.poll(() => page.getByText(/Connection lost/).count()).toBe(0)
      await page.waitForTimeout(1_000)
      expect(said()).toEqual(['Hello', 'one', 'two'])
      expect(complaints).toEqual([])
    })

    it('keeps what was not sent over a reload', async () => {
      const page = await chat()
      hub.isSilent = true
      hub.drop(1011)
      await page.getByText(/Connection lost/).waitFor()
      await say(page, 'one')
      await say(page, 'two')
      await page.reload()
      await panel(page).waitFor()
      hub.isSilent = false
      await page.reload()
      await expect.poll(said, { timeout: 10_000 }).toEqual(['Hello', 'one', 'two'])
      await page.getByRole('log').getByText('two', { exact: true }).waitFor()
    })

    it('shows a message once whose confirmation was lost', async () => {
      const page = await chat()
      hub.visit.losesNextAnswer = true
      await say(page, 'stored, not confirmed')
      await page.getByText(/· Sent/).waitFor()
      expect(await page.getByText('stored, not confirmed').count()).toBe(1)
      expect(said()).toEqual(['Hello', 'stored, not confirmed'])
    })

    it('comes back at once when the hub restarts, without a word', async () => {
      const page = await chat()
      const before = hub.visit.sockets.size
      hub.drop(1012)
      await expect.poll(() => hub.visit.sockets.size, { timeout: 2_500 }).toBe(before)
      await say(page, 'still here')
      await expect.poll(said).toContain('still here')
    })

    it('finds out that a hub has frozen, and sends again what it did not confirm', async () => {
      const page = await chat()
      hub.isSilent = true
      await say(page, 'into the void')
      await page.getByText(/Connection lost/).waitFor({ timeout: 20_000 })
      hub.isSilent = false
      await expect.poll(said, { timeout: 30_000 }).toEqual(['Hello', 'into the void'])
    })

    it('keeps a refused message with the reason, to try again or to discard', async () => {
      const page = await chat()
      hub.refuseNext('say', 'not-deliverable')
      await say(page, 'refused')
      await page.getByText('Not sent. It cannot be taken as it is.').waitFor()
      await page.getByRole('button', { name: 'Try again' }).click()
      await expect.poll(said).toEqual(['Hello', 'refused'])
      hub.refuseNext('say', 'invalid-input')
      await say(page, 'discarded')
      await page.getByRole('button', { name: 'Discard' }).click()
      expect(await page.getByText('discarded').count()).toBe(0)
      expect(said()).toEqual(['Hello', 'refused'])
    })

    it('begins anew when its token has run out, and loses nothing that was written', async () => {
      const page = await chat()
      hub.visit.tokens.clear()
      hub.drop(1006 + 5)
      await expect.poll(() => hub.visits.length, { timeout: 10_000 }).toBe(2)
      await say(page, 'who am I')
      await expect.poll(said).toEqual(['who am I'])
    })
  })

  describe('files', () => {
    const file = (name: string, size: number, mimeType = 'application/pdf') => ({
      name,
      mimeType,
      buffer: Buffer.alloc(size, 7)
    })
    const pick = (page: Page, ...files: ReturnType<typeof file>[]) =>
      page.locator('input[type=file]').setInputFiles(files)

    it('leave with the message, and can be taken back before', async () => {
      const page = await chat()
      await pick(page, file('statement.pdf', 2_000), file('mistake.pdf', 1_000))
      await page.getByRole('button', { name: 'Remove mistake.pdf' }).click()
      await expect.poll(() => hub.visit.files.size).toBeGreaterThan(0)
      await page.getByText('2 KB').waitFor()
      await page.reload()
      await page.getByText('statement.pdf').waitFor()
      await page.getByRole('button', { name: 'Send' }).click()
      await expect
        .poll(() => hub.visit.messages.at(-1)?.attachments.map(({ name }) => name))
        .toEqual(['statement.pdf'])
      await page
        .getByRole('log')
        .getByRole('link', { name: /statement.pdf/ })
        .waitFor()
    })

    it('are refused in plain words when they are too large or of a wrong kind, and hold nothing up', async () => {
      const page = await chat()
      hub.refuseNext('attachments', 'wrong-type')
      await pick(page, file('film.mp4', 11 * 1024 * 1024), file('setup.exe', 10))
      await page.getByText('This file is larger than 10 MB.').waitFor()
      await page.getByText('This type of file is not taken.').waitFor()
      await say(page, 'without them')
      await expect.poll(said).toContain('without them')
      expect(hub.visit.files.size).toBe(0)
    })

    it('of the agent are shown as pictures, or by their name', async () => {
      const page = await chat()
      const pixel =
        'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
      const keep = (name: string, type: string) =>
        hub.visit.keepFile(name, type, Buffer.from(pixel, 'base64'))
      hub.visit.answer('', [keep('card.png', 'image/png'), keep('terms.pdf', 'application/pdf')])
      await expect
        .poll(() =>
          page
            .getByRole('img', { name: 'card.png' })
            .evaluate((image) => (image as HTMLImageElement).naturalWidth)
        )
        .toBe(1)
      await page.getByRole('link', { name: 'terms.pdf' }).waitFor()
      expect(complaints).toEqual([])
    })

    it('try again after a failed upload', async () => {
      const page = await chat()
      hub.refuseNext('attachments', 'unexpected')
      await pick(page, file('statement.pdf', 2_000))
      await page.getByRole('button', { name: 'Try again' }).click()
      await page.getByText('2 KB').waitFor()
    })

    it('can be pasted and dropped', async () => {
      const page = await chat()
      await page.evaluate(() => {
        const root = document.querySelector('palabre-chat')!.shadowRoot!
        const holding = (name: string) => {
          const data = new DataTransfer()
          data.items.add(new File(['content'], name, { type: 'image/png' }))
          return data
        }
        const shared = { bubbles: true, cancelable: true, composed: true }
        const text = root.querySelector('textarea')!
        text.dispatchEvent(new ClipboardEvent('paste', { ...shared, clipboardData: holding('pasted.png') }))
        const panel = root.querySelector('[role=dialog]')!
        panel.dispatchEvent(new DragEvent('drop', { ...shared, dataTransfer: holding('dropped.png') }))
      })
      await page.getByText('pasted.png').waitFor()
      await page.getByText('dropped.png').waitFor()
      await expect.poll(() => hub.visit.files.size).toBe(2)
    })

    it('are not offered when the account takes none', async () => {
      const page = await chat({ upload: false })
      expect(await page.getByRole('button', { name: 'Attach files' }).count()).toBe(0)
    })
  })

  describe('forms', () => {
    const formFields = ['Topic / Sujet * = Cards / Cartes | Loans / Crédits', 'Account / Compte']

    it('ask before the chat, and send the answers with the first message', async () => {
      const page = await visit({ form: true, formName: 'optional', formEmail: 'required', formFields })
      await open(page)
      await page.getByRole('button', { name: 'Start the chat' }).click()
      expect(await page.getByText('Please fill this in.').count()).toBe(3)
      await expect.poll(() => focused(page)).toContain('palabre-email')
      await page.getByLabel('Email address').fill('not an address')
      await page.getByText('This does not look like an email address.').waitFor()
      await page.getByLabel('Name').fill('Awa')
      await page.getByLabel('Email address').fill('awa@example.com')
      await page.getByLabel('Topic').selectOption('Cards')
      await page.getByLabel('How can we help?').fill('My card is gone')
      await page.getByRole('button', { name: 'Start the chat' }).click()
      await page.getByText('You are number 3 in line.').waitFor()
      expect(hub.visit.framesOf('say')[0]).toMatchObject({
        text: 'My card is gone',
        form: { name: 'Awa', email: 'awa@example.com', fields: { Topic: 'Cards' } }
      })
      expect(await page.getByRole('button', { name: 'Start the chat' }).count()).toBe(0)
    })

    it('take a message while it is closed, and say when it opens', async () => {
      const opensAt = new Date()
      opensAt.setDate(opensAt.getDate() + 1)
      opensAt.setHours(8, 0)
      hub.first = { phase: 'closed-now', opensAt: opensAt.toISOString() }
      const page = await visitAgain()
      await open(page)
      await page.getByText('We open again tomorrow at 08:00.').waitFor()
      await page.getByLabel('Name').fill('Awa')
      await page.getByLabel('Email address').fill('awa@example.com')
      await page.getByLabel('Message').fill('Please call me back')
      hub.refuseNext('offline', 'too-many-requests')
      await page.getByRole('button', { name: 'Leave the message' }).click()
      await page.getByText('That was too fast. Wait a moment.').waitFor()
      await page.getByRole('button', { name: 'Leave the message' }).click()
      await page.getByText('We will answer to awa@example.com.').waitFor()
      expect(hub.offline).toEqual([{ name: 'Awa', email: 'awa@example.com', text: 'Please call me back' }])
    })

    it('end the chat after asking once, rate it, mail it, and begin anew', async () => {
      const page = await chat({ replyAccountId: 'b'.repeat(24) })
      await page.getByRole('button', { name: 'More' }).click()
      await page.getByRole('menuitem', { name: 'End the chat' }).click()
      await expect.poll(() => focused(page)).toContain('Keep chatting')
      await page.getByRole('button', { name: 'Keep chatting' }).click()
      expect(hub.visit.state.phase).toBe('active')
      await page.getByRole('button', { name: 'More' }).click()
      await page.getByRole('menuitem', { name: 'End the chat' }).click()
      await page.getByRole('button', { name: 'End it' }).click()
      await page.getByText('The chat has ended.').waitFor()

      await page.getByRole('radio', { name: 'Good', exact: true }).check({ force: true })
      await page.getByRole('textbox', { name: 'What should we know?' }).fill('Quick and kind')
      await page.getByRole('button', { name: 'Send the rating' }).click()
      await page.getByText('Thank you. Your rating: Good.').waitFor()
      expect(hub.visit.framesOf('rate')).toMatchObject([{ score: 4, comment: 'Quick and kind' }])

      await page.getByRole('button', { name: 'Send me the conversation by mail' }).click()
      await page.getByLabel('Email address').fill('awa@example.com')
      await page.getByRole('button', { name: 'Send', exact: true }).click()
      await page.getByText('The conversation is on its way to awa@example.com.').waitFor()
      expect(hub.transcripts).toEqual([{ email: 'awa@example.com' }])
      await page.getByRole('button', { name: 'Back' }).click()

      await page.getByRole('button', { name: 'Start a new chat' }).click()
      await say(page, 'One more thing')
      await page.getByText('You are number 3 in line.').waitFor()
    })
  })

  describe('on the page of somebody else', () => {
    it('takes text as text', async () => {
      const hostile = '<img src=x onerror="window.stolen=1"><script>window.stolen=1</script>'
      const page = await chat()
      await say(page, hostile)
      hub.visit.join(`Fatou ${hostile}`)
      hub.visit.answer(`${hostile} javascript:window.stolen=1 https://bank.example/"onmouseover="stolen=1`)
      await page.getByRole('log').getByText('javascript:window.stolen=1').waitFor()
      expect(await page.getByRole('log').locator('img, script').count()).toBe(0)
      const links = await page
        .getByRole('log')
        .getByRole('link')
        .evaluateAll((all) =>
          all.map((link) => [
            link.getAttribute('href'),
            link.getAttribute('rel'),
            link.getAttribute('onmouseover')
          ])
        )
      expect(links).toEqual([['https://bank.example/', 'noopener noreferrer nofollow', null]])
      expect(await page.evaluate(() => 'stolen' in window)).toBe(false)
      expect(complaints).toEqual([])
    })

    it('looks the same whatever the page says of everything', async () => {
      const css = `
        * { all: unset !important; font-size: 40px !important; color: red !important; display: block !important;
            float: left !important; text-transform: uppercase !important; letter-spacing: 1em !important;
            transform: rotate(3deg) !important; direction: rtl !important; visibility: hidden !important; }
        html { font-size: 40px !important; filter: blur(3px); }
        button, textarea, div, p { width: 1px !important; opacity: 0 !important; }
        palabre-chat { display: none !important; position: static !important; }`
      const measure = async (page: Page) => {
        await open(page)
        await panel(page).evaluate((element) =>
          Promise.all(element.getAnimations({ subtree: true }).map((animation) => animation.finished))
        )
        return page.evaluate(() =>
          [...document.querySelector('palabre-chat')!.shadowRoot!.querySelectorAll('.root *')].map(
            (element) => {
              const { x, y, width, height } = element.getBoundingClientRect()
              const { color, fontSize, letterSpacing, textTransform, visibility, opacity } =
                getComputedStyle(element)
              return [
                element.tagName,
                x,
                y,
                width,
                height,
                color,
                fontSize,
                letterSpacing,
                textTransform,
                visibility,
                opacity
              ]
            }
          )
        )
      }
      const plain = await measure(await visit())
      const strange = await measure(await visitAgain({}, { css }))
      expect(plain.length).toBeGreaterThan(20)
      expect(strange).toEqual(plain)
    })

    it('leaves the page as it is', async () => {
      const page = await visit({}, { site: { css: 'button { margin: 3px }', body: '<button>Page</button>' } })
      await launcher(page).waitFor()
      const before = await page.evaluate(() => [document.body.outerHTML, document.head.outerHTML])
      await open(page)
      await say(page, 'Hello')
      await page.keyboard.press('Escape')
      expect(await page.evaluate(() => [document.body.outerHTML, document.head.outerHTML])).toEqual(before)
    })

    it("keeps what is typed from the page's own short cuts", async () => {
      const page = await visit()
      await page.evaluate(() => {
        Object.assign(window, { keys: [] })
        for (const type of ['keydown', 'keypress', 'keyup'])
          addEventListener(type, (event) =>
            (window as unknown as { keys: string[] }).keys.push((event as KeyboardEvent).key)
          )
      })
      await open(page)
      await composer(page).pressSequentially('slash / and j k')
      expect(await page.evaluate(() => (window as unknown as { keys: string[] }).keys)).toEqual([])
    })

    it('speaks the language of the tag, else of the page', async () => {
      const page = await visit({}, { site: { lang: 'fr' } })
      await open(page)
      await page.getByText('Comment pouvons-nous vous aider').waitFor()
      const english = await visitAgain({}, { lang: 'fr', attributes: 'data-lang="en"' })
      await open(english)
      await english.getByText('Hello! How can we help?').waitFor()
    })

    it('does what the page asks, also before it was loaded', async () => {
      sites.push(await openSite(hub))
      hub.account.settings.origins = [sites[0]!.origin]
      const claim = {
        id: 'customer-7',
        issuedAt: Math.floor(Date.now() / 1000),
        name: 'Awa',
        email: 'awa@example.com'
      }
      const signed: VisitorClaim = { ...claim, signature: signClaim(secret, hub.account.id, claim) }
      const page = await (await browser.newContext()).newPage()
      watch(page)
      await page.addInitScript(() => {
        const calls: unknown[] = []
        Object.assign(window, {
          Palabre: Object.assign((...call: unknown[]) => calls.push(call), { q: calls }),
          heard: []
        })
        for (const event of ['ready', 'open', 'close', 'unread'] as const)
          window.Palabre!('on', event, (detail?: number) =>
            (window as unknown as { heard: unknown[] }).heard.push([event, detail])
          )
      })
      await page.goto(sites[0]!.origin)
      await launcher(page).waitFor()
      await page.evaluate((given) => window.Palabre!('identify', given), signed)
      expect(hub.visit).toMatchObject({ visitorId: `${hub.account.id}:customer-7`, state: { name: 'Awa' } })
      const forged = page.evaluate((given) => window.Palabre!('identify', given), {
        ...signed,
        id: 'customer-8'
      })
      await expect(forged).rejects.toThrow(/visitor/i)
      expect(hub.visits.map((one) => one.visitorId)).not.toContain(`${hub.account.id}:customer-8`)

      await page.evaluate(() => window.Palabre!('open'))
      await panel(page).waitFor()
      await page.evaluate(() => window.Palabre!('close'))
      await launcher(page).waitFor()
      await expect.poll(() => hub.visit.sockets.size).toBe(1)
      hub.visit.answer('Hello Awa')
      await page.getByRole('button', { name: 'Open the chat, 1 unread message' }).waitFor()
      await page.evaluate(() => window.Palabre!('hide'))
      expect(await launcher(page).count()).toBe(0)
      await page.evaluate(() => window.Palabre!('show'))
      await launcher(page).waitFor()
      const heard = await page.evaluate(() => (window as unknown as { heard: unknown[][] }).heard)
      expect(heard.map(([event]) => event)).toEqual(['ready', 'open', 'close', 'unread'])
      expect(heard.at(-1)).toEqual(['unread', 1])
      await page.evaluate(() => window.Palabre!('forget'))
      expect(hub.visits.at(-1)!.visitorId).not.toContain('customer-7')
      expect(complaints).toEqual([])
    })

    it('calls back a visitor who looks elsewhere', async () => {
      const page = await chat()
      await page.evaluate(() => {
        Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))
      })
      hub.visit.answer('Are you there?')
      await expect.poll(() => page.title()).toBe('1 new message · Another site')
      expect(hub.visit.framesOf('seen').at(-1)?.read).toBe(false)
      await page.evaluate(() => {
        Object.defineProperty(document, 'visibilityState', { value: 'visible', configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))
      })
      await expect.poll(() => page.title()).toBe('Another site')
      await expect.poll(() => hub.visit.framesOf('seen').at(-1)?.read).toBe(true)
    })
  })

  describe('for everybody', () => {
    it('goes by keyboard alone, and gives focus back', async () => {
      const page = await visit({ replyAccountId: 'b'.repeat(24) })
      await launcher(page).waitFor()
      await page.keyboard.press('Tab')
      expect(await focused(page)).toContain('Open the chat')
      await page.keyboard.press('Enter')
      await expect.poll(() => focused(page)).toContain('Write a message')
      await page.keyboard.type('Hello')
      await page.keyboard.press('Shift+Enter')
      await page.keyboard.type('again')
      await page.keyboard.press('Enter')
      await expect.poll(said).toEqual(['Hello\nagain'])
      await page.getByRole('button', { name: 'More' }).focus()
      await page.keyboard.press('Enter')
      await expect.poll(() => focused(page)).toContain('by mail')
      await page.keyboard.press('ArrowUp')
      expect(await focused(page)).toContain('End the chat')
      await page.keyboard.press('Home')
      await page.keyboard.press('Enter')
      await expect.poll(() => focused(page)).toContain('palabre-email')
      await page.keyboard.press('Escape')
      await expect.poll(() => focused(page)).toContain('Write a message')
      await page.keyboard.press('Escape')
      await expect.poll(() => focused(page)).toContain('Open the chat')
    })

    it('reads new messages out, and only new ones', async () => {
      const page = await chat()
      const announced = () => page.locator('[aria-live=polite].hidden-text').textContent()
      expect(await announced()).toBe('')
      hub.visit.answer('Your card is blocked.')
      await expect.poll(announced).toBe('Fatou says: Your card is blocked.')
      await page.reload()
      await page.getByRole('log').getByText('Your card is blocked.').waitFor()
      expect(await announced()).toBe('')
    })

    it('fills a phone, keeps focus inside, and has targets for thumbs', async () => {
      const page = await chat({}, { look: phone })
      expect(await panel(page).boundingBox()).toEqual({ x: 0, y: 0, width: 390, height: 844 })
      const small = await page.evaluate(() =>
        [...document.querySelector('palabre-chat')!.shadowRoot!.querySelectorAll('button, textarea')]
          .map((element) => [element.outerHTML.slice(0, 80), element.getBoundingClientRect()] as const)
          .filter(([, { width, height }]) => width < 44 || height < 44)
          .map(([html]) => html)
      )
      expect(small).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
      await composer(page).focus()
      for (let step = 0; step < 12; step++) {
        await page.keyboard.press('Tab')
        expect(await focused(page)).not.toBe('')
      }
      await page.getByRole('button', { name: 'Close the chat' }).click()
      expect(await page.evaluate(() => document.documentElement.style.overflow)).toBe('')
    })

    it('stays above an on-screen keyboard', async () => {
      const page = await chat({}, { look: phone })
      await page.evaluate(() => {
        Object.defineProperties(visualViewport!, { height: { value: 460 }, offsetTop: { value: 60 } })
        visualViewport!.dispatchEvent(new Event('resize'))
      })
      await expect.poll(() => panel(page).boundingBox()).toEqual({ x: 0, y: 60, width: 390, height: 460 })
      const box = await composer(page).boundingBox()
      expect(box!.y + box!.height).toBeLessThanOrEqual(520)
    })

    it('does not move when motion is unwanted', async () => {
      const page = await visit({}, { look: { reducedMotion: 'reduce' } })
      await open(page)
      expect(await panel(page).evaluate((element) => element.getAnimations({ subtree: true }).length)).toBe(0)
    })

    it('carries 500 messages, long words, Arabic and emoji without breaking its width', async () => {
      const page = await chat()
      const texts = [
        'مرحبا، كيف يمكنني مساعدتك؟',
        '👍🏽',
        'Donaudampfschifffahrt'.repeat(20),
        `https://a.example/${'x'.repeat(300)}`
      ]
      for (let number = 0; number < 496; number++) hub.visit.answer(`message ${number}`)
      for (const text of texts) hub.visit.answer(text)
      const log = page.getByRole('log')
      await log.getByText('Donaudampf').waitFor()
      expect(await log.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0)
      await expect
        .poll(() =>
          log.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight)
        )
        .toBeLessThan(50)
      const direction = await log
        .getByText('مرحبا')
        .evaluate((element) => getComputedStyle(element).direction)
      expect(direction).toBe('rtl')
      await log.evaluate((element) => element.scrollTo({ top: 0 }))
      hub.visit.answer('while looking at the past')
      await page.getByRole('button', { name: 'New messages' }).click()
      await expect.poll(() => page.getByRole('button', { name: 'New messages' }).count()).toBe(0)
    })

    const looks: [string, BrowserContextOptions][] = [
      ['light, desktop', { colorScheme: 'light' }],
      ['dark, desktop', { colorScheme: 'dark' }],
      ['light, phone', { ...phone, colorScheme: 'light' }],
      ['dark, phone', { ...phone, colorScheme: 'dark' }]
    ]
    it.each(looks)('has no serious fault of accessibility (%s)', async (_name, look) => {
      const settings = {
        form: true,
        formFields: ['Topic * = Cards | Loans'],
        replyAccountId: 'b'.repeat(24),
        accent: '#ffd400'
      }
      const page = await visit(settings, { look: { ...look, reducedMotion: 'reduce' } })
      await launcher(page).waitFor()
      const faults: string[] = []
      const look_ = async (screen: string) => {
        const { violations } = await new AxeBuilder({ page }).analyze()
        for (const { id, impact, nodes } of violations) {
          if (impact === 'serious' || impact === 'critical')
            faults.push(`${screen}: ${id} ${nodes[0]?.html.slice(0, 120)}`)
        }
      }
      await look_('launcher')
      await open(page)
      await page.getByRole('button', { name: 'Start the chat' }).click()
      await look_('form with errors')
      await page.getByLabel('Topic').selectOption('Cards')
      await page.getByLabel('How can we help?').fill('Hello')
      await page.getByRole('button', { name: 'Start the chat' }).click()
      await page.getByText('You are number 3 in line.').waitFor()
      await look_('queued')
      hub.visit.join('Fatou')
      hub.visit.answer('See https://www.bank.example/cards')
      hub.visit.types(true)
      await page
        .locator('input[type=file]')
        .setInputFiles([{ name: 'a.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(9) }])
      hub.refuseNext('say', 'not-deliverable')
      await say(page, 'refused')
      await page.getByText('Not sent.').waitFor()
      await look_('chat')
      await page.getByRole('button', { name: 'More' }).click()
      await look_('menu')
      await page.getByRole('menuitem', { name: 'End the chat' }).click()
      await look_('asking')
      await page.getByRole('button', { name: 'End it' }).click()
      await page.getByText('How was this chat?').waitFor()
      await look_('ended')
      hub.visit.stand({ phase: 'closed-now', opensAt: new Date().toISOString() })
      await page.getByRole('button', { name: 'Leave the message' }).waitFor()
      await look_('closed')
      expect(faults).toEqual([])
    })
  })
})

/** The element that has focus inside the widget, as markup with its text; empty when focus is elsewhere. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(
    () => document.querySelector('palabre-chat')?.shadowRoot?.activeElement?.outerHTML.slice(0, 600) ?? ''
  )

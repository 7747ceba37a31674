import type { VisitorClaim } from '@palabre/channels/channel'
import { signClaim } from '@palabre/channels/chat/identify'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { composer, launcher, open, panel, say, secret, widgetPages } from './widget-pages.ts'

declare global {
  interface Window {
    Palabre?: (...call: unknown[]) => unknown
  }
}

describe.skipIf(process.env['PALABRE_CHROMIUM'] === '')('chat widget on the page of somebody else', () => {
  const pages = widgetPages()

  it('takes text as text', async () => {
    const hostile = '<img src=x onerror="window.stolen=1"><script>window.stolen=1</script>'
    const page = await pages.current.chat()
    await say(page, hostile)
    pages.current.hub.visit.join(`Fatou ${hostile}`)
    pages.current.hub.visit.answer(
      `${hostile} javascript:window.stolen=1 https://bank.example/"onmouseover="stolen=1`
    )
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
    expect(pages.current.complaints).toEqual([])
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
    const plain = await measure(await pages.current.visit())
    const strange = await measure(await pages.current.visit({}, { site: { css } }))
    expect(plain.length).toBeGreaterThan(20)
    expect(strange).toEqual(plain)
  })

  it('leaves the page as it is', async () => {
    const page = await pages.current.visit(
      {},
      { site: { css: 'button { margin: 3px }', body: '<button>Page</button>' } }
    )
    await launcher(page).waitFor()
    const before = await page.evaluate(() => [document.body.outerHTML, document.head.outerHTML])
    await open(page)
    await say(page, 'Hello')
    await page.keyboard.press('Escape')
    expect(await page.evaluate(() => [document.body.outerHTML, document.head.outerHTML])).toEqual(before)
  })

  it("keeps what is typed from the page's own short cuts", async () => {
    const page = await pages.current.visit()
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
    const page = await pages.current.visit({}, { site: { lang: 'fr' } })
    await open(page)
    await page.getByText('Comment pouvons-nous vous aider').waitFor()
    const english = await pages.current.visit({}, { site: { lang: 'fr', attributes: 'data-lang="en"' } })
    await open(english)
    await english.getByText('Hello! How can we help?').waitFor()
  })

  it('does what the page asks, also before it was loaded', async () => {
    const site = await pages.current.site()
    const claim = {
      id: 'customer-7',
      issuedAt: Math.floor(Date.now() / 1000),
      name: 'Awa',
      email: 'awa@example.com'
    }
    const signed: VisitorClaim = {
      ...claim,
      signature: signClaim(secret, pages.current.hub.account.id, claim)
    }
    const page = await pages.current.blank()
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
    await page.goto(site.origin)
    await launcher(page).waitFor()
    await page.evaluate((given) => window.Palabre!('identify', given), signed)
    expect(pages.current.hub.visit).toMatchObject({
      visitorId: `${pages.current.hub.account.id}:customer-7`,
      state: { name: 'Awa' }
    })
    const forged = page.evaluate((given) => window.Palabre!('identify', given), {
      ...signed,
      id: 'customer-8'
    })
    await expect(forged).rejects.toThrow(/visitor/i)
    expect(pages.current.hub.visits.map((one) => one.visitorId)).not.toContain(
      `${pages.current.hub.account.id}:customer-8`
    )

    await page.evaluate(() => window.Palabre!('open'))
    await panel(page).waitFor()
    await page.evaluate(() => window.Palabre!('close'))
    await launcher(page).waitFor()
    await expect.poll(() => pages.current.hub.visit.sockets.size).toBe(1)
    pages.current.hub.visit.answer('Hello Awa')
    await page.getByRole('button', { name: 'Open the chat, 1 unread message' }).waitFor()
    await page.evaluate(() => window.Palabre!('hide'))
    expect(await launcher(page).count()).toBe(0)
    await page.evaluate(() => window.Palabre!('show'))
    await launcher(page).waitFor()
    const heard = await page.evaluate(() => (window as unknown as { heard: unknown[][] }).heard)
    expect(heard.map(([event]) => event)).toEqual(['ready', 'open', 'close', 'unread'])
    expect(heard.at(-1)).toEqual(['unread', 1])
    await page.evaluate(() => window.Palabre!('forget'))
    expect(pages.current.hub.visits.at(-1)!.visitorId).not.toContain('customer-7')
    expect(pages.current.complaints).toEqual([])
  })

  it('calls back a visitor who looks elsewhere', async () => {
    const page = await pages.current.chat()
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    })
    pages.current.hub.visit.answer('Are you there?')
    await expect.poll(() => page.title()).toBe('1 new message · Another site')
    expect(pages.current.hub.visit.framesOf('seen').at(-1)?.read).toBe(false)
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'visible', configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    })
    await expect.poll(() => page.title()).toBe('Another site')
    await expect.poll(() => pages.current.hub.visit.framesOf('seen').at(-1)?.read).toBe(true)
  })

  it('rings for a visitor who has closed the panel, until she mutes it', async () => {
    const page = await pages.current.blank()
    await page.addInitScript(() => {
      const note = { frequency: {}, connect: () => ({ connect: () => {} }), stop: () => {} }
      const volume = {
        gain: { setValueAtTime() {}, linearRampToValueAtTime() {}, exponentialRampToValueAtTime() {} }
      }
      class QuietContext {
        state = 'running'
        currentTime = 0
        resume = () => Promise.resolve()
        createGain = () => volume
        createOscillator = () => ({
          ...note,
          start: () => (document.documentElement.dataset['notes'] += '♪')
        })
      }
      Object.assign(window, { AudioContext: QuietContext })
      document.addEventListener('DOMContentLoaded', () => (document.documentElement.dataset['notes'] = ''))
    })
    await page.goto((await pages.current.site()).origin)
    await open(page)
    await say(page, 'Hello')
    await expect.poll(() => pages.current.said).toEqual(['Hello'])
    const { visit } = pages.current.hub
    const notes = () => page.evaluate(() => document.documentElement.dataset['notes'])
    visit.answer('while you look')
    await page.getByRole('log').getByText('while you look').waitFor()
    expect(await notes()).toBe('')
    await page.keyboard.press('Escape')
    visit.answer('while you do not')
    await expect.poll(notes).toBe('♪♪')
    await launcher(page).click()
    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Turn the sound off' }).click()
    await page.getByRole('button', { name: 'Close the chat' }).click()
    visit.answer('in silence')
    await page.getByRole('button', { name: 'Open the chat, 1 unread message' }).waitFor()
    expect(await notes()).toBe('♪♪')
  })
})

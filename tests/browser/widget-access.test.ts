import { AxeBuilder } from '@axe-core/playwright'
import type { BrowserContextOptions } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { composer, focused, launcher, open, panel, phone, say, widgetPages } from './widget-pages.ts'

describe.skipIf(process.env['PALABRE_CHROMIUM'] === '')('chat widget for everybody', () => {
  const pages = widgetPages()

  it('goes by keyboard alone, and gives focus back', async () => {
    const page = await pages.current.visit({ replyAccountId: 'b'.repeat(24) })
    await launcher(page).waitFor()
    await page.keyboard.press('Tab')
    expect(await focused(page)).toContain('Open the chat')
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page)).toContain('Write a message')
    await page.keyboard.type('Hello')
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.type('again')
    await page.keyboard.press('Enter')
    await expect.poll(() => pages.current.said).toEqual(['Hello\nagain'])
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
    const page = await pages.current.chat()
    const announced = () => page.locator('[aria-live=polite].hidden-text').textContent()
    expect(await announced()).toBe('')
    pages.current.hub.visit.answer('Your card is blocked.')
    await expect.poll(announced).toBe('Fatou says: Your card is blocked.')
    await page.reload()
    await page.getByRole('log').getByText('Your card is blocked.').waitFor()
    expect(await announced()).toBe('')
  })

  it('fills a phone, keeps focus inside, and has targets for thumbs', async () => {
    const page = await pages.current.chat({}, { look: phone })
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
    const page = await pages.current.chat({}, { look: phone })
    await page.evaluate(() => {
      Object.defineProperties(visualViewport!, { height: { value: 460 }, offsetTop: { value: 60 } })
      visualViewport!.dispatchEvent(new Event('resize'))
    })
    await expect.poll(() => panel(page).boundingBox()).toEqual({ x: 0, y: 60, width: 390, height: 460 })
    const box = await composer(page).boundingBox()
    expect(box!.y + box!.height).toBeLessThanOrEqual(520)
  })

  it('does not move when motion is unwanted', async () => {
    const page = await pages.current.visit({}, { look: { reducedMotion: 'reduce' } })
    await open(page)
    expect(await panel(page).evaluate((element) => element.getAnimations({ subtree: true }).length)).toBe(0)
  })

  it('carries 500 messages, long words, Arabic and emoji without breaking its width', async () => {
    const page = await pages.current.chat()
    const texts = [
      'مرحبا، كيف يمكنني مساعدتك؟',
      '👍🏽',
      'Donaudampfschifffahrt'.repeat(20),
      `https://a.example/${'x'.repeat(300)}`
    ]
    for (let number = 0; number < 496; number++) pages.current.hub.visit.answer(`message ${number}`)
    for (const text of texts) pages.current.hub.visit.answer(text)
    const log = page.getByRole('log')
    await log.getByText('Donaudampf').waitFor()
    expect(await log.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0)
    await expect
      .poll(() => log.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight))
      .toBeLessThan(50)
    const direction = await log.getByText('مرحبا').evaluate((element) => getComputedStyle(element).direction)
    expect(direction).toBe('rtl')
    await log.evaluate((element) => {
      const scrolled = new Promise((resolve) => element.addEventListener('scroll', resolve, { once: true }))
      element.scrollTo({ top: 0 })
      return scrolled
    })
    pages.current.hub.visit.answer('while looking at the past')
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
    const page = await pages.current.visit(settings, { look: { ...look, reducedMotion: 'reduce' } })
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
    pages.current.hub.visit.join('Fatou')
    pages.current.hub.visit.answer('See https://www.bank.example/cards')
    pages.current.hub.visit.types(true)
    await page
      .locator('input[type=file]')
      .setInputFiles([{ name: 'a.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(9) }])
    pages.current.hub.refuseNext('say', 'not-deliverable')
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
    pages.current.hub.visit.stand({ phase: 'closed-now', opensAt: new Date().toISOString() })
    await page.getByRole('button', { name: 'Leave the message' }).waitFor()
    await look_('closed')
    expect(faults).toEqual([])
  })
})

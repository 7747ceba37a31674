import type { VisitorClaim } from '@palabre/channels/channel'
import { signClaim } from '@palabre/channels/chat/identify'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Person, chatAccount, clientId, openHouse, type House } from '../flows/house.ts'
import { openSite, type Site } from '../simulators/foreign-site.ts'
import { composer, focused, open, panel, say, secret } from './widget-pages.ts'

const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64'
)

/** The widget and the hub as they are, with nothing between them: what the stand-in hub cannot prove. */
describe.skipIf(process.env['PALABRE_CHROMIUM'] === '')('chat widget at a real hub', () => {
  let house: House
  let browser: Browser
  let site: Site
  let awa: Person
  let accountId: string

  beforeAll(async () => {
    house = await openHouse()
    accountId = await chatAccount(house.url)
    site = await openSite({ origin: house.url, account: { id: accountId } })
    const admin = await Person.signIn(house.url, 'admin')
    const { version } = (await admin.get('/api/accounts')).body.items.find(
      (one: { id: string }) => one.id === accountId
    )
    const settings = { origins: [site.origin], identitySecret: secret, form: false }
    const { status, body } = await admin.send('PATCH', `/api/accounts/${accountId}`, {
      version,
      change: { settings }
    })
    expect(status, JSON.stringify(body)).toBe(200)
    awa = await Person.signIn(house.url, 'awa')
    await awa.listen()
    await awa.ready()
    browser = await chromium.launch({
      executablePath: process.env['PALABRE_CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking']
    })
  })
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close()
  })
  afterAll(async () => {
    awa.leave()
    await browser.close()
    await site.close()
    await house.stop()
  })

  async function visit(): Promise<Page & { complaints: string[] }> {
    const context = await browser.newContext({ locale: 'en-GB' })
    context.setDefaultTimeout(8_000)
    const page = Object.assign(await context.newPage(), { complaints: [] as string[] })
    page.on('pageerror', (error) => page.complaints.push(error.message))
    page.on('console', (line) => line.type() === 'error' && page.complaints.push(line.text()))
    await page.goto(site.origin)
    return page
  }

  it('is offered, answered, sends and shows files, ends and is rated', async () => {
    const page = await visit()
    await open(page)
    await say(page, 'My card is lost, widget')
    await page.getByText(/^You are (next|number)/).waitFor()
    const offer = await awa.accept(await awa.offer('lost, widget'))
    await page.getByText('Awa is here').waitFor()

    await page
      .locator('input[type=file]')
      .setInputFiles([{ name: 'card.png', mimeType: 'image/png', buffer: pixel }])
    await page.getByText('1 KB').waitFor()
    await say(page, 'Here it is')
    const picture = page.getByRole('log').getByRole('img', { name: 'card.png' })
    await expect.poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(1)

    await awa.post(`/api/interactions/${offer.id}/messages`, { clientId: clientId(), text: 'I block it' })
    await page.getByRole('log').getByText('I block it').waitFor()

    await page.reload()
    await page.getByRole('log').getByText('I block it').waitFor()
    await composer(page).pressSequentially('Thank you')
    await composer(page).press('Enter')
    await page.getByText(/· (Sent|Delivered|Read)/).waitFor()
    await awa.close(offer.id)
    await page.getByText('How was this chat?').waitFor()
    await page.getByRole('radio', { name: 'Very good' }).check({ force: true })
    await page.getByRole('button', { name: 'Send the rating' }).click()
    await page.getByText('Thank you. Your rating: Very good.').waitFor()
    await page.getByRole('button', { name: 'Start a new chat' }).click()
    await say(page, 'Another question, widget')
    const again = await awa.accept(await awa.offer('Another question, widget'))
    await awa.close(again.id)
    expect(page.complaints).toEqual([])
  })

  it('keeps two tabs in one chat without a stir', async () => {
    const page = await visit()
    await open(page)
    await say(page, 'From two tabs')
    const offer = await awa.accept(await awa.offer('From two tabs'))
    const other = await page.context().newPage()
    const opened: string[] = []
    for (const tab of [page, other])
      tab.on('request', (request) => request.url().endsWith('/open') && opened.push(request.url()))
    await other.goto(site.origin)
    await other.getByRole('log').getByText('From two tabs').waitFor()
    await say(other, 'The second tab')
    await page.getByRole('log').getByText('The second tab').waitFor()
    await page.waitForTimeout(1_000)
    expect(opened.filter((url) => url.includes('/visitor/'))).toHaveLength(1)
    await awa.close(offer.id)
  })

  it('is the person whom the site vouches for, and nobody else', async () => {
    const page = await visit()
    const issuedAt = Math.floor(Date.now() / 1000)
    const claim = { id: 'customer-7', issuedAt, name: 'Aminata Démo', email: 'aminata@example.org' }
    const signed: VisitorClaim = { ...claim, signature: signClaim(secret, accountId, claim) }
    const identify = (given: VisitorClaim) =>
      page.evaluate(
        (one) =>
          (window as unknown as { Palabre: (...call: unknown[]) => Promise<void> }).Palabre('identify', one),
        given
      )
    await expect(identify({ ...signed, id: 'customer-8' })).rejects.toThrow()
    await identify(signed)
    await open(page)
    await say(page, 'It is me, widget')
    const offer = await awa.offer('It is me, widget')
    expect(offer.contactName).toBe('Aminata Démo')
    await awa.close((await awa.accept(offer)).id)
  })

  it('sends what was written offline once the network is back', async () => {
    const page = await visit()
    await open(page)
    await say(page, 'Before the gap')
    const offer = await awa.accept(await awa.offer('Before the gap'))
    await page.context().setOffline(true)
    await say(page, 'Written offline')
    await page
      .getByText('You are offline. What you write will be sent when the connection is back.')
      .waitFor()
    await page.context().setOffline(false)
    await expect
      .poll(
        async () =>
          (await awa.get(`/api/conversations/${offer.conversationId}/messages`)).body.items.map(
            (one: { text: string }) => one.text
          ),
        { timeout: 20_000 }
      )
      .toEqual(['Before the gap', 'Written offline'])
    await panel(page).waitFor()
    expect(await focused(page)).toContain('Write a message')
    await awa.close(offer.id)
  })
})

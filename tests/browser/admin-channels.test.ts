import { existsSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import type { ChannelAccount } from '@palabre/config/contract/account'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startApiHub, type ApiHub } from '../simulators/api-hub.ts'
import {
  alertOf,
  channelAnswers,
  channelWorld,
  scannedKind,
  tellHealth,
  templateOf,
  type ChannelWorld
} from '../simulators/api-hub/channels.ts'
import { deskAnswers } from '../simulators/api-hub/desk.ts'
import { ago, meOf } from '../simulators/api-hub/world.ts'
import { account, adminAnswers, furnish } from './admin.world.ts'
import { chromiumPath, openBrowser } from './shots.ts'

const token = 'EAAtesttokenofasystemuser'

describe.skipIf(!existsSync(chromiumPath))('administration of channels', { timeout: 60_000 }, () => {
  let browser: Browser
  let hub: ApiHub
  let page: Page
  let far: ChannelWorld
  let number: ChannelAccount
  const errors: string[] = []

  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    far = channelWorld()
    hub = await startApiHub({
      world: furnish,
      answers: {
        ...deskAnswers,
        ...adminAnswers,
        ...channelAnswers(far),
        'flow.list': () => ({ items: [] })
      },
      ...(process.env['APP_BUILD'] ? { build: process.env['APP_BUILD'] } : {})
    })
    hub.world.channels.push(scannedKind(hub.world.channels[0]!))
    number = account({
      channel: 'whatsapp',
      name: 'Bank on WhatsApp',
      queueId: hub.world.settings.queue[0]!.id,
      settings: { phoneNumberId: '106540352242922', accessToken: '•••' }
    })
    hub.world.accounts.push(number)
    enter('admin@bank.example')
    page = await (await browser.newContext({ baseURL: hub.url, locale: 'en-GB' })).newPage()
    errors.length = 0
    page.on('pageerror', ({ message }) => errors.push(message))
  })
  afterEach(async () => {
    await page.context().close()
    await hub.close()
    expect(errors).toEqual([])
  })

  function enter(email: string) {
    hub.world.me = meOf(
      hub.world,
      hub.world.users.find((one) => one.email === email)!
    )
  }
  const next = () => page.getByRole('button', { name: 'Continue' }).click()
  const step = (title: string) => page.getByRole('heading', { level: 2, name: title }).waitFor()
  const newest = () => hub.world.accounts.at(-1)!
  const accessible = async () => {
    await page.waitForTimeout(250)
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(
      violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)
    ).toEqual([])
  }

  /** Fills the wizard for a WhatsApp number up to its webhook. */
  async function toWebhook() {
    await page.goto('/admin/accounts/new')
    await page
      .getByRole('button', { name: /^WhatsApp/ })
      .first()
      .click()
    await page.getByLabel('Name', { exact: true }).fill('Second number')
    await page.getByLabel('Queue', { exact: true }).selectOption({ index: 1 })
    await next()
    await step('Number')
    await page.getByLabel('Phone number ID').fill('106540352242923')
    await page.getByLabel('WhatsApp Business account ID').fill('102290129340398')
    await next()
    await step('Access')
    await page.getByLabel('Access token', { exact: true }).fill(token)
    await page.getByLabel('App secret', { exact: true }).fill('secret of the app 0123456789')
    await page.getByLabel('Verify token', { exact: true }).fill('words that were agreed')
    expect(newest().name).toBe('Bank on WhatsApp')
    await next()
    await step('Webhook')
  }

  it('offers the channels with what they are for, and says which are recommended or unofficial', async () => {
    await page.goto('/admin/accounts/new')
    const cards = page.getByRole('listitem')
    await cards.filter({ hasText: 'Linked telephone' }).getByText('Unofficial').waitFor()
    await cards.filter({ hasText: 'A business number' }).getByText('Recommended').waitFor()
    await accessible()
  })

  it('leads through a channel: paused while its address is carried over, live at the end', async () => {
    await toWebhook()
    const made = newest()
    expect(made).toMatchObject({ name: 'Second number', paused: true, channel: 'whatsapp' })
    await page.getByText(`https://palabre.bank.example/hooks/${made.id}`).waitFor()
    await page.getByText('Waiting for the provider’s first call').waitFor()
    tellHealth(hub.push, hub.world, made.id, { hookSeenAt: ago(0) })
    await page.getByText(/The provider has called/).waitFor()
    await accessible()
    await next()
    await step('Connection test')
    await next()
    await step('Try it and go live')
    await page.getByLabel('To', { exact: true }).fill('+221 77 500 00 01')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByText('The provider has taken it').waitFor()
    expect(far.sent).toEqual([{ to: '+221 77 500 00 01' }])
    await accessible()
    await page.getByRole('button', { name: 'Go live', exact: true }).click()
    await page.waitForURL(new RegExp(`accounts/${made.id}$`))
    expect(newest()).toMatchObject({ paused: false, setupStep: null })
  })

  it('says what is missing at its field, and keeps what was typed on the way back', async () => {
    await page.goto('/admin/accounts/new')
    await page
      .getByRole('button', { name: /^WhatsApp/ })
      .first()
      .click()
    await next()
    await page.locator('input[aria-invalid=true]:focus').waitFor()
    await page.keyboard.type('A number')
    await page.getByLabel('Queue', { exact: true }).selectOption({ index: 1 })
    await next()
    await page.getByLabel('Phone number ID').fill('not a number')
    await next()
    await page.locator('[aria-invalid=true]').first().waitFor()
    await page.getByRole('button', { name: 'Previous step' }).click()
    await step('Name and queue')
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('A number')
    expect(hub.world.accounts).toHaveLength(4)
  })

  it('leaves a marked account when it is left half way, and goes on where it was left', async () => {
    await toWebhook()
    await next()
    await page.getByRole('button', { name: 'Go on later' }).click()
    const made = newest()
    await page.waitForURL(new RegExp(`accounts/${made.id}$`))
    const rows = page.getByRole('link', { name: /Second number/ })
    await rows.getByText('Not finished').waitFor()
    await accessible()
    await page.reload()
    await page.getByRole('link', { name: 'Go on connecting' }).click()
    await step('Connection test')
    await page.getByRole('button', { name: 'Access' }).click()
    await step('Access')
    // A secret that is kept never comes back; it is not asked for again either.
    await page.getByText('Set, and not shown').first().waitFor()
    await next()
    await step('Webhook')
    expect(made.settings['accessToken']).toBe('•••')
  })

  it('shows the code to scan, counts it down, and sees that it was scanned', async () => {
    await page.goto('/admin/accounts/new')
    await page.getByRole('button', { name: /^Linked telephone/ }).click()
    await page.getByLabel('Name', { exact: true }).fill('Branch telephone')
    await page.getByLabel('Queue', { exact: true }).selectOption({ index: 1 })
    await next()
    await page.getByLabel('Device').fill('Palabre')
    await next()
    await step('Link')
    await page.getByText('Waiting for the code').waitFor()
    const { id, paused } = newest()
    expect(paused).toBe(false)
    const showCode = (qr: string, seconds: number) => {
      far.pairings.set(id, { qr, expiresAt: new Date(Date.now() + seconds * 1000).toISOString() })
      tellHealth(hub.push, hub.world, id, { pairing: true })
    }
    showCode('2@first-code', 20)
    await page.getByText(/The code changes in (20|19|18) seconds/).waitFor()
    const code = page.getByRole('img', { name: 'Code to scan with the telephone' })
    const first = await code.innerHTML()
    await accessible()
    showCode('2@second-code', 2)
    await expect.poll(() => code.innerHTML()).not.toBe(first)
    await page.getByText('The code has expired').waitFor()
    showCode('2@third-code', 20)
    await code.waitFor()
    far.pairings.delete(id)
    tellHealth(hub.push, hub.world, id, { pairing: false })
    await page.getByText('Scanned: connecting').waitFor()
    tellHealth(hub.push, hub.world, id, { state: 'up' })
    await page.getByText('Connected', { exact: true }).waitFor()
  })

  it('gives a chat its line for web pages, and a telephone line its addresses', async () => {
    const [chat] = hub.world.accounts
    await page.goto(`/admin/accounts/${chat!.id}`)
    await page.getByText(`data-account="${chat!.id}"`).waitFor()
    await page.goto('/admin/accounts/new')
    await page.getByRole('button', { name: /^Telephone/ }).click()
    await page.getByLabel('Name', { exact: true }).fill('Bank line')
    await page.getByLabel('Queue', { exact: true }).selectOption({ index: 1 })
    for (let i = 0; i < 4; i++) await next()
    await step('Addresses for jambonz')
    await page.getByText(new RegExp(`^ws://.*/calls/${newest().id}#rc=5&rp=ct,5xx$`)).waitFor()
  })

  it('tells an account’s health in figures that sink by themselves, and when its access ends', async () => {
    Object.assign(number.health, {
      hookSeenAt: ago(300),
      expiresAt: ago(-2.5 * 86_400),
      slots: [
        { from: ago(2400), sent: 8, failed: 2 },
        { from: ago(9000), sent: 90, failed: 90 }
      ]
    })
    await page.goto(`/admin/accounts/${number.id}`)
    const health = page.getByRole('region', { name: 'Health' })
    await health.getByText('2 of 8 (25%)').waitFor()
    await health.getByText('2 days').waitFor()
    await health.getByText('5 minutes ago').waitFor()
    tellHealth(hub.push, hub.world, number.id, { state: 'down', detail: 'ETIMEDOUT' })
    await health.getByText(/Nothing is wrong with the credentials/).waitFor()
    expect(await health.getAttribute('class')).toContain('warn')
    tellHealth(hub.push, hub.world, number.id, { state: 'refused', detail: 'Session has expired' })
    await health.getByText(/does not take the credentials/).waitFor()
    expect(await health.getAttribute('class')).toContain('danger')
    await accessible()
  })

  it('says what a pause means before it pauses, and how much is held', async () => {
    number.held = 12
    await page.goto(`/admin/accounts/${number.id}`)
    await page.getByRole('button', { name: 'Pause' }).click()
    const question = page.getByRole('alertdialog')
    await question.getByText(/nothing is lost/).waitFor()
    await question.getByRole('button', { name: 'Pause' }).click()
    await page.getByText('12 messages are held').waitFor()
    expect(number.paused).toBe(true)
    await page.getByRole('button', { name: 'Resume' }).click()
    await expect.poll(() => number.paused).toBe(false)
  })

  it('moves an account to another queue, and asks what becomes of the work that waits', async () => {
    far.waiting = 7
    await page.goto(`/admin/accounts/${number.id}`)
    await page.getByRole('button', { name: 'Move to another queue' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('7 interactions wait in the present queue.').waitFor()
    await dialog.getByText('They move along, with their age').click()
    await dialog.getByRole('combobox').click()
    await page.locator('.ui-listbox [role=option]').first().click()
    await accessible()
    await dialog.getByRole('button', { name: 'Move to another queue' }).click()
    await page.getByText(/with 7 interactions that waited/).waitFor()
    expect(number.queueId).toBe(hub.world.settings.queue[1]!.id)
    expect(far.waiting).toBe(0)
  })

  it('lists templates with what the platform thinks of them, and asks again', async () => {
    far.templates.push(
      templateOf(number.id, {}),
      templateOf(number.id, { name: 'offer', state: 'rejected', reason: 'It promises too much.' })
    )
    await page.goto(`/admin/accounts/${number.id}`)
    const list = page.getByRole('region', { name: 'Message templates' })
    await list.getByText('It promises too much.').waitFor()
    await list.getByText('Approved', { exact: true }).waitFor()
    await list.getByRole('button', { name: 'Ask now' }).click()
    await page.getByText('Asked: the list is as the platform has it').waitFor()
  })

  it('sends a template as a test, and says why words are not taken', async () => {
    far.templates.push(templateOf(number.id, {}))
    await page.goto(`/admin/accounts/${number.id}`)
    const test = page.getByRole('region', { name: 'Send a test message' })
    await test.getByText(/within 24 hours/).waitFor()
    await test.getByLabel('To', { exact: true }).fill('nobody')
    await page.keyboard.press('Enter')
    await test.getByText('It was not taken: The customer has not written yet.').waitFor()
    await test.getByText('An approved template', { exact: true }).click()
    await test.getByLabel('To', { exact: true }).fill('221775000001')
    await test.getByLabel('Template', { exact: true }).selectOption({ label: 'order_ready · en_US' })
    await test.getByRole('button', { name: 'Send', exact: true }).click()
    await test.getByText('This is needed.').waitFor()
    await test.getByLabel('Value of 1').fill('Boris')
    await test.getByRole('button', { name: 'Send', exact: true }).click()
    await test.getByText('The provider has taken it').waitFor()
    expect(far.sent).toEqual([
      { to: '221775000001', template: { templateId: far.templates[0]!.id, values: { 'body.1': 'Boris' } } }
    ])
  })

  it('calls administrators to a channel that is refused, until somebody looks after it', async () => {
    const alert = alertOf(number)
    hub.world.alerts.push(alert)
    await page.goto('/inbox')
    const banner = page.getByRole('alert').filter({ hasText: 'Bank on WhatsApp' })
    await banner.getByText('the provider does not take our credentials').waitFor()
    await accessible()
    await page.getByRole('button', { name: 'Alerts: 1 is open' }).click()
    const sheet = page.getByRole('dialog', { name: 'Alerts' })
    await sheet.getByText('Session has expired').waitFor()
    await accessible()
    await sheet.getByRole('button', { name: 'I look after it' }).click()
    await sheet.getByText('Ada Demo looks after it').waitFor()
    await page.keyboard.press('Escape')
    await banner.waitFor({ state: 'detached' })
    Object.assign(alert, { endedAt: ago(0), version: alert.version + 1 })
    hub.push('alert.changed', { alert })
    await page.getByRole('button', { name: 'Alerts', exact: true }).click()
    await sheet.getByText('Nothing is wrong').waitFor()
    await sheet.getByText('Over, in the last week').waitFor()
    await page.keyboard.press('Escape')
    hub.push('alert.changed', {
      alert: alertOf(number, { kind: 'account-silent', tone: 'warn', figures: { lastAt: ago(90_000) } })
    })
    await page.getByRole('button', { name: 'Alerts: 1 is open' }).waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
  })

  it('shows agents neither alerts nor channels, and supervisors nothing to change', async () => {
    hub.world.alerts.push(alertOf(number))
    enter('awa@bank.example')
    await page.goto('/inbox')
    await page.getByRole('navigation').first().waitFor()
    expect(await page.getByRole('button', { name: /^Alerts/ }).count()).toBe(0)
    enter('supervisor@bank.example')
    await page.goto(`/admin/accounts/${number.id}`)
    await page.getByRole('region', { name: 'Health' }).waitFor()
    for (const name of ['Pause', 'Move to another queue', 'Send', 'Ask now'])
      expect(await page.getByRole('button', { name, exact: true }).count()).toBe(0)
    await page.goto('/admin/accounts/new')
    expect(await page.getByRole('button', { name: /^WhatsApp/ }).count()).toBe(0)
  })
})

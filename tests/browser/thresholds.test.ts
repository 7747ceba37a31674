import { existsSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startApiHub, type ApiHub } from '../simulators/api-hub.ts'
import { deskAnswers } from '../simulators/api-hub/desk.ts'
import {
  raisedBy,
  thresholdAnswers,
  thresholdOf,
  thresholdWorld,
  type ThresholdWorld
} from '../simulators/api-hub/thresholds.ts'
import { ago, meOf } from '../simulators/api-hub/world.ts'
import { adminAnswers, furnish } from './admin.world.ts'
import { chromiumPath, openBrowser } from './shots.ts'

/** How long a screen may take, on a machine that does other things too. */
const patience = { timeout: 10_000 }

describe.skipIf(!existsSync(chromiumPath))('alerts of supervision', { timeout: 60_000 }, () => {
  let browser: Browser
  let hub: ApiHub
  let page: Page
  let far: ThresholdWorld
  const errors: string[] = []

  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    far = thresholdWorld()
    hub = await startApiHub({
      world: furnish,
      answers: {
        ...deskAnswers,
        ...adminAnswers,
        ...thresholdAnswers(far),
        'flow.list': () => ({ items: [] })
      },
      ...(process.env['APP_BUILD'] ? { build: process.env['APP_BUILD'] } : {})
    })
    enter('supervisor@bank.example')
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
  const accessible = async () => {
    await page.waitForTimeout(250)
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(
      violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)
    ).toEqual([])
  }

  it('shows what is wrong in bell, banner and list; it is snoozed and looked after', async () => {
    const one = thresholdOf()
    const alert = raisedBy(one, { tone: 'danger' })
    far.items.push(one)
    hub.world.alerts.push(alert)
    await page.goto('/board/alerts')
    const what = 'Cards: ask for help – Waiting: 12 (above 10)'
    const banner = page.getByRole('alert').filter({ hasText: what })
    await banner.waitFor()
    const card = page.getByRole('listitem').filter({ hasText: what })
    await card.getByText('The worst was 14.').waitFor()
    await accessible()

    await card.getByRole('button', { name: 'Snooze' }).click()
    await page.getByRole('menuitem', { name: 'For 1 hour' }).click()
    await card.getByText(/^Snoozed until/).waitFor()
    await banner.waitFor({ state: 'detached' })
    expect(Date.parse(far.snoozed.get(one.id)!) - Date.now()).toBeGreaterThan(3_500_000)
    await card.getByRole('button', { name: 'Snooze' }).click()
    await page.getByRole('menuitem', { name: 'End it now' }).click()
    await banner.waitFor()

    await card.getByRole('button', { name: 'I look after it' }).click()
    await card.getByText('looks after it').waitFor()
    await banner.waitFor({ state: 'detached' })

    Object.assign(alert, { endedAt: ago(0), version: 9 })
    hub.push('setting.changed', { resource: 'alert', id: alert.id })
    await page.getByText('Nothing is wrong').first().waitFor()
  })

  it('hears of what is raised while another page is open', async () => {
    await page.goto('/inbox')
    const bell = page.getByRole('button', { name: 'Alerts', exact: true })
    await bell.waitFor()
    hub.world.alerts.push(raisedBy(thresholdOf()))
    hub.push('setting.changed', { resource: 'alert', id: hub.world.alerts[0]!.id })
    await page.getByRole('button', { name: 'Alerts: 1 is open' }).click()
    const sheet = page.getByRole('dialog', { name: 'Alerts' })
    await sheet.getByRole('link', { name: 'Cards: ask for help – Waiting: 12 (above 10)' }).click()
    await page.waitForURL('**/board/alerts')
  })

  it('has a history that is narrowed down and goes on', async () => {
    const cards = thresholdOf()
    const loans = thresholdOf({ name: 'Loans: too slow', figure: 'asaMs', warn: 30_000, danger: null })
    far.items.push(cards, loans)
    far.past = Array.from({ length: 45 }, (_, n) =>
      raisedBy(n === 3 ? loans : cards, {
        raisedAt: ago(90_000 + n * 5000),
        endedAt: ago(89_000 + n * 5000),
        ...(n === 3 && {
          figures: { figure: 'asaMs', comparison: 'above', level: 30_000, value: 12_000, worst: 95_000 },
          acknowledgedBy: { id: loans.id, name: 'Sol Demo', at: ago(90_000) }
        })
      })
    )
    await page.goto('/board/alerts')
    const rows = page.getByRole('table').getByRole('rowheader')
    await rows.first().waitFor()
    expect(await rows.count()).toBe(30)
    await page.getByRole('button', { name: 'Show more' }).click()
    await expect.poll(() => rows.count(), patience).toBe(45)
    const readAgain = page.waitForResponse(/alerts\/history.*limit=45/)
    hub.push('alert.changed', { alert: raisedBy(cards) })
    await readAgain
    expect(await rows.count()).toBe(45)
    await page.getByLabel('All thresholds').selectOption({ label: 'Loans: too slow' })
    await expect.poll(() => rows.count(), patience).toBe(1)
    const row = page.getByRole('row').filter({ hasText: 'Loans: too slow' })
    for (const words of ['16 minutes, 40 seconds', '1:35', 'Sol Demo']) await row.getByText(words).waitFor()
    await accessible()
    await page.getByLabel('All levels').selectOption({ label: 'Danger' })
    await page.getByText('Nothing was raised yet that fits.').waitFor()
  })

  it('makes a threshold, says what it would do, and tries its ways', async () => {
    await page.goto('/board/alerts')
    await page.getByRole('link', { name: 'New threshold' }).click()
    await page.getByLabel('Name', { exact: true }).fill('x'.repeat(10_000))
    expect((await page.getByLabel('Name', { exact: true }).inputValue()).length).toBe(200)
    await page.getByRole('button', { name: 'Create' }).click()
    await page.getByText('Give at least one level').waitFor()
    await page.getByLabel('Name', { exact: true }).fill('Loans: ask for help')
    await page.getByLabel('Warning', { exact: true }).fill('10')
    await page.getByText('A warning would be raised').waitFor()
    await page.getByLabel('Danger', { exact: true }).fill('5')
    await page.getByText('Danger lies beyond the warning').waitFor()
    await page.getByLabel('Danger', { exact: true }).fill('11')
    await page.getByText('Danger would be raised').waitFor()
    far.value = 3
    hub.push('board.changed', { cells: [] })
    await page.getByText('All right: nothing would be raised').waitFor()

    await page.getByLabel(/^Mail to other addresses/).fill('client@shop.example\nsecond@shop.example')
    await page.getByLabel('Call a webhook').click()
    await page.getByRole('textbox', { name: /^Address/ }).fill('https://alerts.shop.example/x')
    await page.getByLabel(/^Secret/).fill('words that both know')
    await accessible()
    await page.getByRole('button', { name: 'Create' }).click()
    await page.getByRole('button', { name: 'Test the webhook' }).waitFor()
    const [made] = far.items
    expect(made).toMatchObject({
      name: 'Loans: ask for help',
      warn: 10,
      danger: 11,
      mail: { addresses: ['client@shop.example', 'second@shop.example'] },
      webhook: { url: 'https://alerts.shop.example/x', secret: '•••' }
    })
    await page.getByRole('button', { name: 'Send a test mail' }).click()
    await page.getByText('The test was sent.').waitFor()
    far.refusal = 'It answered 403'
    await page.getByRole('button', { name: 'Test the webhook' }).click()
    await page.getByText('The webhook did not take it. It answered 403').waitFor()
    expect(far.tried).toEqual(['mail Loans: ask for help', 'webhook Loans: ask for help'])
    await accessible()
  })

  it('writes shares in per cent and times in their units', async () => {
    far.items.push(
      thresholdOf({ name: 'Level', figure: 'serviceLevelNow', comparison: 'below', warn: 0.8, danger: 0.6 })
    )
    await page.goto(`/board/alerts/thresholds/${far.items[0]!.id}`)
    expect(await page.getByLabel('Warning', { exact: true }).inputValue()).toBe('80')
    await page.getByLabel('Warning', { exact: true }).fill('82.5')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect.poll(() => far.items[0]!.warn, patience).toBe(0.825)
    await page.getByLabel('Figure', { exact: true }).selectOption({ label: 'Longest wait' })
    expect(await page.getByLabel('Raised when it is').inputValue()).toBe('above')
    await page.getByLabel('Warning', { exact: true }).first().fill('90')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect.poll(() => far.items[0]!.warn, patience).toBe(90_000)
  })
})

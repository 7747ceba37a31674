import { existsSync, mkdirSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startApiHub, type ApiHub } from '../simulators/api-hub.ts'
import { deskAnswers } from '../simulators/api-hub/desk.ts'
import {
  wallAnswers,
  wallFields,
  wallOf,
  wallWorld,
  type WallWorld
} from '../simulators/api-hub/wallboard.ts'
import { ago, keep, meOf } from '../simulators/api-hub/world.ts'
import { adminAnswers, furnish } from './admin.world.ts'
import { chromiumPath, openBrowser } from './shots.ts'

/** Where pictures go, when somebody wants to look. */
const shots = process.env['SHOTS']
const sizes = { hd: [1920, 1080], uhd: [3840, 2160], upright: [1080, 1920] } as const

describe.skipIf(!existsSync(chromiumPath))('wallboards', { timeout: 90_000 }, () => {
  let browser: Browser
  let hub: ApiHub
  let far: WallWorld
  let page: Page
  const contexts: BrowserContext[] = []
  const errors: string[] = []

  beforeAll(async () => {
    browser = await openBrowser()
    if (shots) mkdirSync(shots, { recursive: true })
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    far = wallWorld()
    hub = await startApiHub({
      world: furnish,
      answers: { ...deskAnswers, ...adminAnswers, ...wallAnswers(far) },
      sockets: far.sockets,
      ...(process.env['APP_BUILD'] ? { build: process.env['APP_BUILD'] } : {})
    })
    errors.length = 0
  })
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close()
    await hub.close()
    expect(errors).toEqual([])
  })

  async function open(width: number, height: number, more = {}) {
    const context = await browser.newContext({
      baseURL: hub.url,
      locale: 'en-GB',
      viewport: { width, height },
      ...more
    })
    contexts.push(context)
    page = await context.newPage()
    page.on('pageerror', ({ message }) => errors.push(message))
  }
  const picture = async (name: string) => {
    if (shots) await page.screenshot({ path: `${shots}/wallboard-${name}.png` })
  }
  const accessible = async () => {
    await page.waitForTimeout(600)
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(
      violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)
    ).toEqual([])
  }
  /** Every text of the wall that has no room, beside names that end in dots. */
  const cramped = () =>
    page
      .locator('.value, .level, .count, .time')
      .evaluateAll((all) =>
        all
          .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0)
          .map((one) => one.textContent)
      )

  it.each(Object.keys(sizes) as (keyof typeof sizes)[])('are readable from afar (%s)', async (size) => {
    const [width, height] = sizes[size]
    for (const locale of ['en', 'fr'] as const)
      for (const [n, name] of ['now', 'today'].entries()) {
        const { pages } = wallFields()
        far.fields = wallFields({ locale, theme: locale === 'fr' ? 'light' : 'dark', pages: [pages[n]!] })
        await open(width, height)
        await page.goto('/wall/a-token')
        await page.getByRole('heading', { level: 1, name: 'Customer service' }).waitFor()
        await accessible()
        expect(await cramped()).toEqual([])
        // At five metres a letter has to have a 40th of the height of the screen's shorter side.
        const small = await page
          .locator('.tile h3')
          .evaluateAll((all) => all.map((one) => parseFloat(getComputedStyle(one).fontSize)))
        expect(Math.min(...small)).toBeGreaterThan(Math.min(width, height) / 40)
        expect(await page.evaluate(() => document.documentElement.scrollHeight <= innerHeight)).toBe(true)
        await picture(`${size}-${name}-${locale}`)
        await page.context().close()
      }
  })

  it('say by a mark and a word what is wrong, follow what changes, and turn their pages', async () => {
    await open(1920, 1080)
    await page.goto('/wall/a-token')
    const waiting = page.getByRole('region', { name: 'Waiting' })
    await waiting.getByText('Alarm').waitFor()
    await waiting.getByText('7', { exact: true }).waitFor()
    const states = { '0.0': { kind: 'figure' as const, value: 3, since: null, level: 'warn' as const } }
    far.tell({ type: 'tiles', at: ago(0), states })
    await page.getByRole('heading', { name: 'Today' }).first().waitFor({ timeout: 12_000 })
    await page.getByRole('heading', { name: 'Now', exact: true }).waitFor({ timeout: 12_000 })
    await waiting.getByText('Attention').waitFor()
    await waiting.getByText('3', { exact: true }).waitFor()
  })

  it('grey when the line is silent for ten seconds, and come back by themselves', async () => {
    await open(1920, 1080)
    far.fields = wallFields({ pages: [wallFields().pages[0]!] })
    await page.goto('/wall/a-token')
    await page.getByText('Alarm').first().waitFor()
    expect(await page.getByText('No connection').count()).toBe(0)
    // Nobody says anything: the stand-in has no clock.
    await page.getByText(/No connection\. Figures as of \d\d:\d\d/).waitFor({ timeout: 14_000 })
    await picture('stale')
    for (const screen of far.screens) screen.terminate()
    await page.getByText('No connection').waitFor({ state: 'detached', timeout: 20_000 })
    expect(await page.getByText('Alarm').count()).toBeGreaterThan(0)
  })

  it('go dark with a clear word when their link is revoked', async () => {
    await open(1920, 1080)
    await page.goto('/wall/a-token')
    await page.getByRole('heading', { name: 'Customer service' }).waitFor()
    far.refusal = 'unknown'
    far.tell({ type: 'refused', reason: 'unknown' })
    await page.getByRole('heading', { name: 'This link does not work' }).waitFor()
    expect(await page.getByText('Customer service').count()).toBe(0)
    await accessible()
    await picture('refused')
  })

  it('stand still for whoever wants less motion', async () => {
    await open(1920, 1080, { reducedMotion: 'reduce' })
    await page.goto('/wall/a-token')
    await page.locator('.pages').waitFor()
    expect(
      await page.evaluate(() => document.getAnimations().filter((one) => one.playState === 'running').length)
    ).toBe(0)
  })

  it('are made, previewed, linked once, and revoked', async () => {
    const sam = hub.world.users.find(({ email }) => email === 'supervisor@bank.example')!
    hub.world.me = meOf(hub.world, sam)
    await open(1280, 720)
    await page.goto('/board/wallboards')
    await page.getByText('No wallboards yet').waitFor()
    await picture('admin-empty')
    await page.getByRole('link', { name: 'New wallboard' }).first().click()
    await page.getByLabel('Name', { exact: true }).fill('Entrance')
    await page.getByLabel(/^Title/).fill('Welcome')
    await page.getByRole('figure').getByText('Welcome').waitFor()
    await accessible()
    await page.getByRole('button', { name: 'Create' }).click()
    await page.getByText('There is no link yet.').waitFor()
    expect(far.records[0]).toMatchObject({ name: 'Entrance', title: 'Welcome', showNames: false })
    await page.getByRole('button', { name: 'Make the link' }).click()
    const address = page.getByLabel('Address for the screen')
    await address.waitFor()
    expect(await address.inputValue()).toContain(`${hub.url}/wall/token-of-`)
    await accessible()
    await picture('admin-link')
    await page.reload()
    await page.getByText('Never shown yet.').waitFor()
    expect(await address.count()).toBe(0)

    await page.locator('summary').filter({ hasText: 'Waiting' }).first().click()
    await page
      .getByLabel(/^Alarm/)
      .first()
      .fill('5')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect.poll(() => JSON.stringify(far.records[0]?.['pages'])).toContain('"danger":5')
    await picture('admin-tile')
    await page.getByRole('button', { name: 'Revoke the link' }).click()
    await page
      .getByRole('dialog')
      .or(page.getByRole('alertdialog'))
      .getByRole('button', { name: 'Revoke the link' })
      .click()
    await page.getByText('There is no link yet.').waitFor()
    expect(far.links.size).toBe(0)
  })

  it('are kept on a phone and in French as well', async () => {
    const sam = hub.world.users.find(({ email }) => email === 'supervisor@bank.example')!
    hub.world.me = meOf(hub.world, sam)
    const record = keep({ ...wallFields() })
    far.records.push(record)
    await open(390, 844, { isMobile: true, hasTouch: true })
    await page.addInitScript(() => {
      localStorage.setItem('palabre:locale', 'fr')
      localStorage.setItem('palabre:theme', 'dark')
    })
    hub.world.me.preferences = { ...hub.world.me.preferences, locale: 'fr', theme: 'dark' }
    await page.goto(`/board/wallboards/${record.id}`)
    await page.getByText('Lien pour l’écran').waitFor()
    await accessible()
    await picture('admin-phone-fr')
    expect(wallOf(wallFields()).pages).toHaveLength(2)
  })
})

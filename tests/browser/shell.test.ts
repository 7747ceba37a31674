import { existsSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startApiHub, type ApiHub } from '../simulators/api-hub.ts'
import { chromiumPath, openBrowser } from './shots.ts'

describe.skipIf(!existsSync(chromiumPath))('the shell of the app', { timeout: 30_000 }, () => {
  let browser: Browser
  let hub: ApiHub
  let page: Page
  const errors: string[] = []

  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    hub = await startApiHub()
    page = await (await browser.newContext({ baseURL: hub.url, locale: 'en-GB' })).newPage()
    errors.length = 0
    page.on('pageerror', ({ message }) => errors.push(message))
    page.on('console', (line) => /Content Security Policy/.test(line.text()) && errors.push(line.text()))
  })
  afterEach(async () => {
    await page.context().close()
    await hub.close()
    expect(errors).toEqual([])
  })

  /** By keyboard alone: the focus is where one begins to write. */
  async function signIn(email: string, password = 'palabre-demo') {
    await page.goto('/')
    await page.locator('input[name=email]:focus').waitFor()
    await page.keyboard.type(email)
    await page.keyboard.press('Tab')
    await page.keyboard.type(password)
    await page.keyboard.press('Enter')
  }
  const rail = () => page.getByRole('navigation')

  it('signs in by keyboard alone and shows only the modules of the role', async () => {
    await signIn('awa@bank.example')
    await page.waitForURL('**/inbox')
    expect(await rail().getByRole('link').count()).toBe(2)
  })

  it('says in place that the password is wrong, empties it and keeps the address', async () => {
    await signIn('awa@bank.example', 'wrong')
    await expectText('alert', /is wrong/)
    expect(await page.locator('input[name=email]').inputValue()).toBe('awa@bank.example')
    expect(await page.locator('input[name=password]:focus').inputValue()).toBe('')
  })

  it('comes back to the page that was asked for, and never to another site', async () => {
    await page.goto('/settings')
    await page.waitForURL('**/login?next=%2Fsettings')
    await page.goto('/login?next=//elsewhere.example/')
    await page.locator('input[name=email]').fill('awa@bank.example')
    await page.locator('input[name=password]').fill('palabre-demo')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/inbox')
    expect(new URL(page.url()).origin).toBe(hub.url)
  })

  it('asks for a new password first when the present one was given by somebody else', async () => {
    await signIn('new@bank.example')
    await page.getByRole('heading', { name: 'Choose a new password' }).waitFor()
    await page.locator('input[autocomplete=current-password]').fill('palabre-demo')
    for (const input of await page.locator('input[autocomplete=new-password]').all())
      await input.fill('three green trees')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/inbox')
  })

  it('refuses a module that the role does not open', async () => {
    await signIn('awa@bank.example')
    await rail().waitFor()
    await page.goto('/admin')
    await page.getByRole('heading', { name: 'Your role does not open this' }).waitFor()
  })

  it('switches the language without a reload, from the palette', async () => {
    await signIn('admin@bank.example')
    await rail().waitFor()
    await page.evaluate(() => Object.assign(window, { untouched: true }))
    await page.keyboard.press('Control+k')
    await page.keyboard.type('français')
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'Boîte de réception' }).waitFor()
    expect(await page.evaluate(() => [document.documentElement.lang, 'untouched' in window])).toEqual([
      'fr',
      true
    ])
    expect(hub.world.me?.preferences.locale).toBe('fr')
  })

  it('goes to modules by a sequence of keys, but not while somebody is writing', async () => {
    await signIn('admin@bank.example')
    await page.waitForURL('**/inbox')
    await page.keyboard.press('g')
    await page.keyboard.press('a')
    await page.waitForURL('**/admin')
    await page.keyboard.press('g')
    await page.keyboard.press('u')
    await page.locator('textarea').click()
    await page.keyboard.type('gi?')
    expect(new URL(page.url()).pathname).toBe('/settings')
    expect(await page.locator('textarea').inputValue()).toBe('gi?')
  })

  it('keeps what was being written when the session ends, and goes on after signing in again', async () => {
    await signIn('awa@bank.example')
    await rail().waitFor()
    await page.goto('/settings')
    await page.locator('textarea').fill('Unsaved words')
    // What the page still reads would meet the ended session before the click does.
    await page.waitForLoadState('networkidle')
    hub.world.me = null
    await page.getByRole('button', { name: 'Save' }).click()
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' })
    await dialog.locator('input[name=password]').fill('palabre-demo')
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    expect(await page.locator('textarea').inputValue()).toBe('Unsaved words')
  })

  it('says that the connection is lost, and stops saying so when it is back', async () => {
    await signIn('awa@bank.example')
    await rail().waitFor()
    hub.setAccepting(false)
    hub.dropSockets()
    await page.getByText('Connection lost').waitFor()
    hub.setAccepting(true)
    const back = page.getByText('Connection lost').waitFor({ state: 'detached' })
    // It tries by itself too, and may be faster: then there is nothing left to click.
    const click = page.getByRole('button', { name: 'Reconnect now' }).click()
    await Promise.race([click.catch(() => back), back])
    await back
  })

  it('shows at once what the hub pushes', async () => {
    await signIn('awa@bank.example')
    await rail().waitFor()
    await page.waitForFunction(() => document.body.textContent?.includes('Ready'))
    const agent = hub.world.agents[0]!
    hub.push('agent.changed', {
      agent: {
        ...agent,
        version: 2,
        presence: { ...agent.presence, state: 'no-answer', cause: 'offer-missed' }
      }
    })
    await page.waitForFunction(() => document.body.textContent?.includes('No answer'))
  })

  const expectText = async (role: 'alert', text: RegExp) =>
    expect(await page.getByRole(role).first().innerText()).toMatch(text)
})

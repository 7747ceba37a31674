import { existsSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import { capOf } from '@palabre/hub/campaigns/warm-up'
import type { Browser, Page, WebSocketRoute } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { plannedDays } from '../../agent-app/src/lib/campaigns/senders/plan.ts'
import { defaultPreferences, meOf } from '../simulators/api-hub/world.ts'
import { openResultsWorld } from './campaign-results.world.ts'
import { chromiumPath, openBrowser, sizes } from './shots.ts'

/** What became of campaigns, and the accounts they leave by, on marketing's screens. Needs PALABRE_CHROMIUM. */
describe.skipIf(!existsSync(chromiumPath))('results of campaigns', { timeout: 60_000 }, () => {
  let browser: Browser
  let world: Awaited<ReturnType<typeof openResultsWorld>>
  let page: Page
  const errors: string[] = []

  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    world = await openResultsWorld()
    const context = await browser.newContext({
      baseURL: world.hub.url,
      locale: 'en-GB',
      viewport: sizes.desk,
      acceptDownloads: true
    })
    page = await context.newPage()
    page.setDefaultTimeout(15_000)
    errors.length = 0
    page.on('pageerror', ({ message }) => errors.push(message))
  })
  afterEach(async () => {
    await page.context().close()
    await world.hub.close()
    expect(errors).toEqual([])
  })

  const grave = async () => {
    await page.waitForTimeout(250)
    const { violations } = await new AxeBuilder({ page }).exclude('iframe[sandbox]').analyze()
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160) ?? ''}`)
  }
  const asked = (route: string) => world.far.asked.filter((one) => one.route === route)
  const open = async (n: number, more = '') => {
    await page.goto(`/campaigns/${world.far.campaigns[n]!.id}${more}`)
    await page.getByRole('navigation', { name: 'Parts of the results' }).waitFor()
  }
  const button = (name: string) => page.getByRole('button', { name, exact: true })

  it('follows a campaign as it runs, and reads what is behind it once in a while only', async () => {
    let line: WebSocketRoute | undefined
    await page.routeWebSocket(/\/api\/live$/, (socket) => {
      socket.connectToServer()
      line = socket
    })
    await open(0)
    await page.getByText('22,093 of 48,210 done with').waitFor()
    await page.getByRole('link', { name: 'mail.example', exact: true }).waitFor()
    expect(await grave()).toEqual([])
    const campaign = world.far.campaigns[0]!
    const before = asked('campaign.results').length
    for (let n = 1; n <= 8; n++) {
      const counts = { ...campaign.counts, sent: 21_400 + n * 500 }
      Object.assign(campaign, { counts })
      world.hub.push('campaign.changed', { campaign })
      await page.waitForTimeout(100)
    }
    await page.getByText('26,093 of 48,210 done with').waitFor()
    expect(asked('campaign.results').length).toBe(before)
    await expect.poll(() => asked('campaign.results').length, { timeout: 10_000 }).toBe(before + 1)
    // What is older than what is shown changes nothing.
    world.hub.push('campaign.changed', {
      campaign: { ...campaign, version: campaign.version - 1, state: 'stopped' }
    })
    await page.waitForTimeout(200)
    await button('Pause').waitFor()
    // Events were lost: everything is read again.
    Object.assign(campaign, { counts: { ...campaign.counts, sent: 30_000 } })
    line?.send(JSON.stringify({ type: 'resync', seq: '1000' }))
    await page.getByText('30,693 of 48,210 done with').waitFor()
  })

  it('pauses, goes on and stops when that is meant', async () => {
    await open(0)
    await button('Pause').click()
    await page.getByText(/Somebody paused it/).waitFor()
    await button('Go on').click()
    await button('Pause').waitFor()
    await button('Stop for good').click()
    const dialog = page.getByRole('alertdialog')
    await dialog.getByText('26,117 recipients have not got it yet').waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    expect(world.far.campaigns[0]!.state).toBe('running')
    await button('Stop for good').click()
    await dialog.getByRole('button', { name: 'Stop for good' }).click()
    await page.getByText('Stopped', { exact: true }).waitFor()
    expect(await button('Pause').count()).toBe(0)
  })

  it('goes on after a pause by itself only when somebody says that they know what is at stake', async () => {
    await open(1)
    await page.getByText('too many recipients marked it as spam').waitFor()
    await page.getByText('84 of 21,710 (0.39%); it pauses above 0.3%.').waitFor()
    await button('Go on').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('may put all mail of mail.bank.example into junk folders').waitFor()
    expect(await grave()).toEqual([])
    const sure = dialog.getByRole('button', { name: 'Go on in spite of it' })
    expect(await sure.isDisabled()).toBe(true)
    await dialog.getByLabel('I know what is at stake').check()
    await sure.click()
    await dialog.waitFor({ state: 'detached' })
    expect(asked('campaign.resume').at(-1)?.body).toEqual({ despite: true })
    await button('Pause').waitFor()
  })

  it('says whether a subject is better or only luckier, and sends the one that is chosen', async () => {
    await open(0)
    const table = page.getByRole('table').filter({ hasText: 'Click rate' })
    await table.waitFor()
    await page.getByText(/does better than the others.*in less than 0\.1% of such tests/s).waitFor()
    await table
      .getByRole('row', { name: /come and see us/ })
      .getByRole('button', { name: 'Send this to the others' })
      .click()
    const dialog = page.getByRole('alertdialog')
    await dialog.getByText(/12,000 recipients who wait get/).waitFor()
    await dialog.getByRole('button', { name: 'Send this to the others' }).click()
    await table.getByText('Winner').waitFor()
    expect(asked('campaign.chooseWinner').at(-1)?.body).toEqual({ id: 'b' })
    world.far.results.subjects[1]!.clicked = 205
    await page.reload()
    await page.getByText(/The difference is within chance/).waitFor()
  })

  it('shows recipients by state and by how their address begins, and who they are', async () => {
    await open(0)
    await page.getByRole('link', { name: '310', exact: true }).click()
    const table = page.getByRole('table', { name: 'Recipients' })
    const row = table.getByRole('row', { name: /gone@two\.example/ })
    await row.getByText('There is no such mailbox').waitFor()
    expect(await table.getByRole('row').count()).toBe(2)
    await page.getByLabel('State').selectOption('any')
    await table.getByText('awa@one.example').waitFor()
    await page.getByLabel('Address begins with').fill('person-29')
    await table.getByText('person-2900@mail.example').waitFor()
    expect(await table.getByText('person-2899@mail.example').count()).toBe(0)
    expect(await table.getByText('awa@one.example').count()).toBe(0)
    await page.getByLabel('Address begins with').fill('awa@one.example')
    await table.getByText('Replied · Clicked · Opened').waitFor()
    expect(await grave()).toEqual([])
    await table.getByRole('button', { name: /awa@one\.example/ }).click()
    const sheet = page.getByRole('dialog')
    await sheet.getByText('Dakar').waitFor()
    await sheet.getByText('Replied').waitFor()
    expect(await grave()).toEqual([])
  })

  it('reads on through thousands of recipients without drawing them all', async () => {
    await open(0, '?part=recipients')
    const scroller = page.getByRole('region', { name: 'Recipients' })
    await scroller.getByText('awa@one.example').waitFor()
    const last = scroller.getByText('person-2995@mail.example')
    for (let screens = 0; screens < 80 && !(await last.isVisible()); screens++) {
      await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight))
      await page.waitForTimeout(100)
    }
    await last.waitFor()
    expect(await scroller.getByRole('row').count()).toBeLessThan(80)
  })

  it('gives files away, and offers CSV where a workbook would be too large', async () => {
    await open(0)
    await button('Export').click()
    const taken = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: 'Excel workbook' }).first().click()
    expect((await taken).suggestedFilename()).toBe('Spring fair - In all.xlsx')
    await button('Export').click()
    await page.getByRole('menuitem', { name: 'Excel workbook' }).last().click()
    await page.getByText('A workbook holds 50,000 recipients at most').waitFor()
    expect(asked('campaign.exportRecipients').at(-1)?.query).toEqual({ format: 'xlsx', lang: 'en' })
    const instead = page.waitForRequest(/recipients\/export\?format=csv/)
    await button('Take CSV').click()
    await instead
  })

  it('shows the message as it was sent, and lets nothing in it run', async () => {
    await open(0, '?part=message')
    const frame = page.frameLocator('iframe[title="The mail"]')
    await frame.getByText('come and see us').waitFor()
    expect(await page.title()).not.toBe('taken')
    await page.getByLabel('Subject').selectOption('b')
    await page.locator('dd').getByText('come and see us at the spring fair').waitFor()
    await page.getByLabel('Form of the message').selectOption('text')
    await page.locator('pre').getByText('come and see us').waitFor()
  })

  it('says what a platform tells of those that it delivered and that were read', async () => {
    await open(2)
    const steps = page.getByRole('listitem')
    await steps.filter({ hasText: 'Delivered' }).getByText('744').waitFor()
    await steps.filter({ hasText: 'Read' }).first().getByText('69% of delivered').waitFor()
    expect(await page.getByText('By link').count()).toBe(0)
    expect(await grave()).toEqual([])
  })

  it('says when results cannot be read, and reads them again', async () => {
    world.far.isDown = true
    await open(0)
    await page.getByText('22,093 of 48,210 done with').waitFor()
    world.far.isDown = false
    await button('Try again').click()
    await page.getByText('old-branch.example').waitFor()
  })

  it('speaks French, on a phone', async () => {
    const user = world.hub.world.users[0]!
    world.hub.world.preferences.set(user.id, { ...defaultPreferences, locale: 'fr' })
    world.hub.world.me = meOf(world.hub.world, user)
    await page.setViewportSize(sizes.phone)
    await page.goto(`/campaigns/${world.far.campaigns[0]!.id}`)
    await page.getByText(/22\s093 sur 48\s210 traités/).waitFor()
    await page.getByText('Par domaine').waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    expect(await grave()).toEqual([])
  })

  it('shows accounts that send; who may not change them reads only', async () => {
    await page.goto('/campaigns/senders')
    const card = page.getByRole('region', { name: 'News of the bank' })
    await card.getByText('4,100 of 6,750 sent').waitFor()
    await card.getByText(/The mail server cannot be reached/).waitFor()
    await page
      .getByRole('region', { name: 'Bank on WhatsApp' })
      .getByText(/The limit is reached/)
      .waitFor()
    expect(await button('Change pace').count()).toBe(0)
    expect(await grave()).toEqual([])
  })

  it('changes the pace of an account, and keeps nobody else’s change from being seen', async () => {
    const user = { ...world.hub.world.users[0]!, roles: ['administrator' as const] }
    world.hub.world.users = [user]
    world.hub.world.me = meOf(world.hub.world, user)
    await page.goto('/campaigns/senders')
    const card = page.getByRole('region', { name: 'Offers' })
    await card.getByRole('button', { name: 'Change pace' }).click()
    const sheet = page.getByRole('dialog')
    await sheet.getByLabel('Messages a second').fill('5')
    await sheet.getByLabel('Earn the domain’s name slowly').click()
    await sheet.getByRole('figure', { name: 'Planned for the next 14 days' }).waitFor()
    expect(await grave()).toEqual([])
    Object.assign(world.far.senders[1]!, { version: 2, lines: 3 })
    await sheet.getByRole('button', { name: 'Save' }).click()
    await sheet.getByText(/Somebody changed it meanwhile/).waitFor()
    await expect.poll(() => sheet.getByLabel('Lines at a time').inputValue()).toBe('3')
    await sheet.getByLabel('Messages a second').fill('5')
    await sheet.getByRole('button', { name: 'Save' }).click()
    await sheet.waitFor({ state: 'detached' })
    expect(world.far.senders[1]).toMatchObject({ perSecond: 5, lines: 3, warmUp: null })
    await card.getByRole('button', { name: 'Make a key' }).click()
    await page
      .getByRole('alertdialog')
      .getByText(/Put its record into the DNS/)
      .waitFor()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Make a key' }).click()
    await card.getByText(/_domainkey\.bank\.example/).waitFor()
    await card.getByRole('button', { name: 'Make a new key' }).click()
    await page
      .getByRole('alertdialog')
      .getByText(/the old one is gone for good/)
      .waitFor()
  })
})

it('plans a warm-up as the hub counts it', () => {
  const warmUp = { from: '2026-11-20', first: 137, growth: 1.35 }
  for (const { day, most } of plannedDays(warmUp, '2026-11-17', 40)) expect(most).toBe(capOf(warmUp, day))
})

import { existsSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openContactsWorld, type ContactsWorld } from './contacts.world.ts'
import { chromiumPath, openBrowser } from './shots.ts'

/** One person over many channels, in the panel beside their conversation. Needs PALABRE_CHROMIUM. */
describe.skipIf(!existsSync(chromiumPath))('a contact', { timeout: 60_000 }, () => {
  let browser: Browser
  let world: ContactsWorld
  let page: Page
  const errors: string[] = []

  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    world = await openContactsWorld()
    const context = await browser.newContext({
      baseURL: world.hub.url,
      locale: 'en-GB',
      viewport: { width: 1280, height: 720 },
      permissions: ['clipboard-read', 'clipboard-write']
    })
    page = await context.newPage()
    page.setDefaultTimeout(10_000)
    errors.length = 0
    page.on('pageerror', ({ message }) => errors.push(message))
    page.on('console', (line) => /Content Security Policy/.test(line.text()) && errors.push(line.text()))
    await page.goto(`/inbox/${world.talk.id}`)
    await page.getByRole('list', { name: 'How they are reached' }).waitFor()
  })
  afterEach(async () => {
    await page.context().close()
    await world.hub.close()
    expect(errors).toEqual([])
  })

  const points = () => page.getByRole('list', { name: 'How they are reached' })
  const sheet = () => page.getByRole('dialog')
  const grave = async () => {
    await page.waitForTimeout(250)
    const { violations } = await new AxeBuilder({ page }).analyze()
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160) ?? ''}`)
  }
  const compare = () => page.getByRole('button', { name: 'Compare' })

  it('is merged by keyboard alone, with the choice where the two differ, and taken back at once', async () => {
    await page.getByText('A. Diallo is most likely the same person').waitFor()
    await compare().focus()
    await page.keyboard.press('Enter')
    await sheet().getByText('Same number: +221771234567').waitFor()
    expect(await grave()).toEqual([])
    const differ = sheet().getByRole('group', { name: 'tier' })
    await differ.getByRole('radio', { name: 'gold' }).focus()
    await page.keyboard.press('ArrowDown')
    const result = sheet().getByRole('region', { name: 'The merged contact' })
    await result.getByText('silver').waitFor()
    await result.getByText('Dakar').waitFor()
    await result.getByText('2019').waitFor()
    await result.getByText('Asked not to be called').waitFor()
    await sheet().getByRole('button', { name: 'Merge', exact: true }).focus()
    await page.keyboard.press('Enter')
    await sheet().waitFor({ state: 'hidden' })
    await points().getByText('221771234567', { exact: true }).waitFor()
    expect(world.amina).toMatchObject({
      name: 'Amina Diallo',
      company: 'Banque du Sahel',
      attributes: { tier: 'silver', city: 'Dakar', since: '2019' },
      doNotCall: true
    })
    await compare().waitFor({ state: 'hidden' })

    await page.getByRole('button', { name: 'Undo' }).focus()
    await page.keyboard.press('Enter')
    await page.getByText('They are two contacts again.').waitFor()
    expect(await points().getByRole('listitem').count()).toBe(3)
    expect(world.amina).toMatchObject({ attributes: { tier: 'gold', city: 'Dakar' }, doNotCall: false })
    await compare().waitFor()
  })

  it('tells of its merges, and takes one back from there', async () => {
    await compare().click()
    await sheet().getByRole('button', { name: 'Merge', exact: true }).click()
    await sheet().waitFor({ state: 'hidden' })
    await page.getByText('Merges', { exact: true }).click()
    await page.getByText(/A\. Diallo came on .*2 conversations/).waitFor()
    expect(await grave()).toEqual([])
    await page.getByRole('button', { name: 'Take back the merge of A. Diallo' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Take back' }).click()
    await page.getByText(/A\. Diallo left again on/).waitFor()
    expect(await points().getByRole('listitem').count()).toBe(3)
  })

  it('is told apart for good', async () => {
    await compare().click()
    await sheet().getByRole('button', { name: 'Not the same person' }).click()
    await sheet().waitFor({ state: 'hidden' })
    await compare().waitFor({ state: 'hidden' })
    await page.reload()
    await points().waitFor()
    await page.waitForTimeout(300)
    expect(await compare().count()).toBe(0)
  })

  it('takes and loses points by hand, and is set beside whoever has one already', async () => {
    await page.getByText('Add an address or number').click()
    const value = page.getByLabel('Address or number', { exact: true })
    await value.fill('Moussa@sahel.example')
    await page.keyboard.press('Enter')
    await page.getByText('Moussa Ba has it already.').waitFor()
    expect(await grave()).toEqual([])
    await page.getByRole('button', { name: 'Compare the two' }).click()
    await sheet().getByRole('region', { name: 'The other contact' }).getByText('Moussa Ba').waitFor()
    await page.keyboard.press('Escape')
    await sheet().waitFor({ state: 'hidden' })

    await page.getByLabel('Kind').selectOption('phone')
    await value.fill('not a number')
    await page.keyboard.press('Enter')
    await page.getByText('This is not a valid address or number of that kind.').waitFor()
    await value.fill('+221 78 000 11 22')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Copy +221780001122' }).waitFor()
    expect(await points().getByRole('listitem').count()).toBe(4)

    await page.getByRole('button', { name: 'Copy amina.diallo@sahel.example' }).click()
    await page.getByText('Copied.').waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('amina.diallo@sahel.example')
    await page.getByRole('button', { name: 'Remove +221780001122' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
    await page.getByRole('alertdialog').waitFor({ state: 'hidden' })
    expect(await points().getByRole('listitem').count()).toBe(3)
  })

  it('that somebody else merges is the one on screen, wherever it was', async () => {
    const { hub, talk, twin } = world
    Object.assign(talk, { contactId: twin.id, contactName: twin.name, version: talk.version + 1 })
    hub.push('interaction.changed', { interaction: talk })
    await points().getByText('221771234567', { exact: true }).waitFor()
    expect(await points().getByRole('listitem').count()).toBe(1)
  })

  it('shows a picture where there is one, and initials where not', async () => {
    const face = (id: string) => page.locator(`[data-row="${id}"] .face img`)
    await face(world.talk.id).and(page.locator('.shown')).waitFor()
    await page.locator(`[data-row="${world.quiet.id}"]`).getByText('MB', { exact: true }).waitFor()
    expect(await face(world.quiet.id).isVisible()).toBe(false)
  })
})

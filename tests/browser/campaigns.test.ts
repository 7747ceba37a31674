import { existsSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import type { CampaignFields } from '@palabre/config/contract/campaign'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { senderOf } from '../simulators/api-hub/campaign-results.ts'
import { defaultPreferences, meOf } from '../simulators/api-hub/world.ts'
import { openCampaignsWorld } from './campaigns.world.ts'
import { chromiumPath, openBrowser, sizes } from './shots.ts'

/** Marketing's list of campaigns and the page on which a draft is written and launched. Needs PALABRE_CHROMIUM. */
describe.skipIf(!existsSync(chromiumPath))('campaigns', { timeout: 60_000 }, () => {
  let browser: Browser
  let world: Awaited<ReturnType<typeof openCampaignsWorld>>
  let page: Page
  const errors: string[] = []

  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())
  const openPage = async (size: keyof typeof sizes = 'desk') => {
    const context = await browser.newContext({
      baseURL: world.hub.url,
      locale: 'en-GB',
      viewport: sizes[size],
      ...(size === 'phone' && { isMobile: true, hasTouch: true })
    })
    const opened = await context.newPage()
    opened.setDefaultTimeout(15_000)
    opened.on('pageerror', ({ message }) => errors.push(message))
    opened.on('console', (line) => /Content Security Policy/.test(line.text()) && errors.push(line.text()))
    return opened
  }
  beforeEach(async () => {
    errors.length = 0
    world = await openCampaignsWorld()
    page = await openPage()
  })
  afterEach(async () => {
    await page.context().close()
    await world.hub.close()
    expect(errors).toEqual([])
  })

  const grave = async (of = page) => {
    await of.waitForTimeout(250)
    const { violations } = await new AxeBuilder({ page: of }).exclude('iframe[sandbox]').analyze()
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160) ?? ''}`)
  }
  const sent = <T>(route: string) =>
    world.far.sent.filter((one) => one.route === route).map(({ body }) => body as T)
  type Update = { version: number; change: Partial<CampaignFields> }
  const spring = () => world.results.campaigns.find(({ name }) => name === 'Spring fair')!
  const autumn = () => world.results.campaigns.find(({ name }) => name === 'Autumn')!
  const open = async ({ id }: { id: string }, of = page) => {
    await of.goto(`/campaigns/${id}`)
    await of
      .getByRole('heading', { name: 'Settings' })
      .or(of.getByRole('heading', { name: 'Réglages' }))
      .waitFor()
  }
  const editor = () => page.getByRole('textbox', { name: 'Source of the mail in MJML' })
  const nameField = () => page.locator('#campaign-settings').getByLabel('Name')
  const preview = () => page.frameLocator('iframe')
  const saved = () => page.getByText('Saved', { exact: true }).waitFor()

  it('is where marketing lands, and shows how campaigns go on while they do', async () => {
    await page.goto('/')
    await page.getByRole('link', { name: /^Everybody who wrote/ }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/campaigns')
    expect(await grave()).toEqual([])
    const running = world.results.campaigns.find(({ state }) => state === 'running')!
    const row = page.getByRole('row').filter({ hasText: running.name })
    expect(await row.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('46')
    Object.assign(running, { version: 6, counts: { ...running.counts, sent: 36_000, clicked: 2000 } })
    world.hub.push('campaign.changed', { campaign: running })
    await row.getByText('36,000').waitFor()
    expect(await row.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('76')
    Object.assign(running, { version: 7, state: 'finished', endedAt: new Date().toISOString() })
    world.hub.push('campaign.changed', { campaign: running })
    await row.getByText('Finished').waitFor()
    expect(await row.getByRole('progressbar').count()).toBe(0)
    const made = { ...autumn(), id: 'f'.repeat(24), name: 'Made by somebody else', version: 1 }
    world.results.campaigns.unshift(made)
    world.hub.push('campaign.changed', { campaign: made })
    await page.getByRole('link', { name: 'Made by somebody else' }).waitFor()
  })

  it('is searched, filtered, gone through by keyboard, copied and archived', async () => {
    await page.goto('/campaigns')
    await page.getByRole('link', { name: 'Spring fair' }).waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Spring fair')
    await page.keyboard.press('/')
    await page.keyboard.type('prices')
    await page.getByRole('link', { name: 'Spring fair' }).waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'New prices' }).waitFor()
    await page.getByLabel('Find a campaign').fill('nothing of the kind')
    await page.getByText('No campaign fits').waitFor()
    await page.getByLabel('Find a campaign').fill('')
    await page.getByLabel('State').selectOption('Paused')
    await page.getByRole('link', { name: 'عروض الربيع 🌱' }).waitFor()
    await page.getByRole('link', { name: 'New prices' }).waitFor({ state: 'detached' })
    await page.getByLabel('State').selectOption('Any state')
    await page.getByRole('checkbox', { name: 'Archived ones' }).check()
    await page.getByRole('link', { name: 'Old magazine' }).waitFor()
    await page.getByRole('checkbox', { name: 'Archived ones' }).uncheck()
    await page.getByRole('button', { name: 'Actions on New prices' }).click()
    await page.getByRole('menuitem', { name: 'Archive' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Archive' }).click()
    await page.getByRole('link', { name: 'New prices' }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Actions on Spring fair' }).click()
    await page.getByRole('menuitem', { name: 'Copy as a draft' }).click()
    await page.getByRole('heading', { name: 'Spring fair (2)' }).waitFor()
  })

  it('says when the list cannot be read, and reads it again', async () => {
    world.far.isDown = true
    await page.goto('/campaigns')
    await page.getByRole('alert').waitFor()
    world.far.isDown = false
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('link', { name: 'Spring fair' }).waitFor()
  })

  it('begins a draft from a name, and its message from the library', async () => {
    await page.goto('/campaigns')
    await page.getByRole('link', { name: 'Spring fair' }).waitFor()
    await page.keyboard.press('n')
    await page.getByLabel('Name').fill('Summer')
    await page.getByRole('button', { name: 'Begin the draft' }).click()
    await page.getByRole('heading', { name: 'Summer' }).waitFor()
    await page.getByRole('button', { name: /^Newsletter/ }).click()
    await preview().getByText('What is new this month').waitFor()
    await page.getByLabel('Subject').first().fill('What is new')
    await saved()
    const update = sent<Update>('campaign.update').at(-1)!
    expect(update.change.message?.subjects).toEqual([{ id: 'a', subject: 'What is new' }])
    expect(await page.getByText(/No contact has/).count()).toBe(0)
    // A block goes behind the section in which the caret is, and Ctrl+Z takes it back.
    const before = await editor().inputValue()
    await page.getByRole('button', { name: 'Block', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Quote' }).click()
    await preview().getByText('What somebody said about it.').waitFor()
    await editor().press('Control+z')
    expect(await editor().inputValue()).toBe(before)
  })

  it('keeps what is typed by itself, and only what was changed', async () => {
    const kept = spring()
    await open(kept)
    await nameField().fill('Spring fair in Lyon')
    await saved()
    expect(sent<Update>('campaign.update')).toEqual([{ version: 1, change: { name: 'Spring fair in Lyon' } }])
    // What is typed while it is being kept goes after it, from the new version.
    await page.getByLabel('Preview line').fill('Two days')
    await expect.poll(() => sent<Update>('campaign.update').length).toBe(2)
    expect(sent<Update>('campaign.update')[1]).toMatchObject({
      version: 2,
      change: { message: { preheader: 'Two days' } }
    })
    // The hub fails: nothing is lost, and it is said.
    world.far.refusal = 'unexpected'
    await page.getByLabel('Preview line').fill('One day')
    await page.getByText('Not saved', { exact: true }).waitFor()
    world.far.refusal = null
    await page.getByRole('button', { name: 'Save again' }).click()
    await saved()
    expect(kept.message?.preheader).toBe('One day')
    // Going elsewhere keeps what was typed a moment ago.
    await page.getByLabel('Preview line').fill('No day')
    await page.getByRole('button', { name: 'All campaigns' }).click()
    await expect.poll(() => kept.message?.preheader).toBe('No day')
  })

  it('puts together what two write at once, and asks where both wrote in the same place', async () => {
    await open(spring())
    const kept = spring()
    Object.assign(kept, { version: 2, perSecond: 3 })
    await nameField().fill('Spring fair in Lyon')
    await page.getByText('Somebody else changed this draft too.').waitFor()
    await expect.poll(() => kept.name).toBe('Spring fair in Lyon')
    expect(kept.perSecond).toBe(3)

    Object.assign(kept, { version: kept.version + 1, name: 'Theirs' })
    await nameField().fill('Mine')
    const clash = page.getByRole('alert', { name: 'Somebody else changed the same' })
    await clash.waitFor()
    expect(await clash.getByRole('row').last().innerText()).toMatch(/Name\s+Mine\s+Theirs/)
    expect(await grave()).toEqual([])
    expect(kept.name).toBe('Theirs')
    await clash.getByRole('button', { name: 'Keep mine' }).click()
    await expect.poll(() => kept.name).toBe('Mine')
    await saved()

    Object.assign(kept, { version: kept.version + 1, name: 'Theirs again' })
    await nameField().fill('Mine again')
    await clash.getByRole('button', { name: 'Take theirs' }).click()
    await page.getByRole('heading', { name: 'Theirs again' }).waitFor()
    expect(kept.name).toBe('Theirs again')

    // Nothing is typed here: what somebody else keeps is shown.
    Object.assign(kept, { version: kept.version + 1, name: 'Told of' })
    world.hub.push('campaign.changed', { campaign: kept })
    await page.getByRole('heading', { name: 'Told of' }).waitFor()
  })

  it('says at which line MJML is wrong and leads there, and shows the mail once it is right', async () => {
    await open(spring())
    await preview().getByText('The spring fair is here').waitFor()
    const right = await editor().inputValue()
    await editor().fill(right.replace('<mj-button', '<mj-buton'))
    await page.getByText('<mj-buton> is no element of MJML').waitFor()
    await page.getByText('Shows the last form that was right').waitFor()
    await page.getByRole('button', { name: 'Line 17:' }).click()
    const marked = await editor().evaluate((area: HTMLTextAreaElement) =>
      area.value.slice(area.selectionStart, area.selectionEnd)
    )
    expect(marked.trim()).toMatch(/^<mj-buton/)
    expect(await grave()).toEqual([])
    await editor().fill(right.replace('The spring fair is here', 'Summer, {{ contact.shoe }}'))
    await preview().getByText('Summer,').waitFor()
    await page.getByText('No contact has this variable: contact.shoe').waitFor()
    await page.getByLabel('Without “shoe”').fill('44')
    await preview().getByText('Summer, 44').waitFor()
    // Tab moves lines in; Escape and then Tab leaves the field.
    await editor().press('Control+Home')
    await editor().press('Tab')
    expect((await editor().inputValue()).startsWith('  <mjml>')).toBe(true)
    await editor().press('Shift+Tab')
    expect((await editor().inputValue()).startsWith('<mjml>')).toBe(true)
    await editor().press('Escape')
    await editor().press('Tab')
    expect(await editor().evaluate((area) => document.activeElement === area)).toBe(false)
  })

  it('shows the mail to a contact, on a phone, as words, and runs nothing of it', async () => {
    await open(spring())
    const body = `<mj-raw><img src="x" alt=""></mj-raw>`
    await editor().fill((await editor().inputValue()).replace('  </mj-body>', `${body}</mj-body>`))
    await preview().getByText('The spring fair is here').waitFor()
    const frame = page.locator('iframe')
    expect(await frame.getAttribute('sandbox')).toBe('')
    await page
      .getByLabel(/Find a contact|Show it as/)
      .first()
      .fill('Awa')
    await page.getByRole('button', { name: /Awa Ndiaye/ }).click()
    await preview().getByText('Hello Awa, come and see us in your town.').waitFor()
    await page.locator('label', { hasText: 'Phone' }).click()
    expect(await frame.evaluate((element) => element.style.width)).toBe('375px')
    await page.locator('label', { hasText: /^\s*Text\s*$/ }).click()
    await page.getByText('Unsubscribe (https://hub.example/u/1)').waitFor()
    await page.locator('label', { hasText: 'Plain text' }).click()
    await page.getByRole('button', { name: 'Write it myself' }).click()
    const plain = page.getByRole('textbox', { name: 'Plain text' })
    expect(await plain.inputValue()).toContain(
      'Hello {{ contact.first_name }}, come and see us in {{ contact.city }}.'
    )
    await plain.fill('Hello, {{ unsubscribe_url }}')
    await page.locator('pre').getByText('Hello, https://hub.example/u/1').waitFor()
    await page.getByRole('button', { name: 'Send a test' }).click()
    const dialog = page.getByRole('dialog')
    expect(await dialog.getByLabel('Addresses').inputValue()).toBe('maya@bank.example')
    await dialog.getByLabel('Addresses').fill('maya@bank.example, wrong')
    await dialog.getByText('wrong is no address.').waitFor()
    await dialog.getByLabel('Addresses').fill('maya@bank.example\nmax@bank.example')
    await dialog.getByRole('button', { name: 'Send the test' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(sent('campaign.prove')).toMatchObject([{ addresses: ['maya@bank.example', 'max@bank.example'] }])
  })

  it('counts whom it reaches as one chooses, and why others are left out', async () => {
    await open(autumn())
    await page.getByText('Choose a list or a segment').waitFor()
    await page.getByLabel('Send to').click()
    await page.getByRole('option', { name: /Spring fair/ }).click()
    await page.keyboard.press('Escape')
    await page.getByText('2,964 people get it').waitFor()
    await page.getByText('No consent to this purpose').waitFor()
    expect(sent('audience.count').at(-1)).toMatchObject({
      listIds: [world.audience.lists[0]!.id],
      channel: 'email',
      purposeId: null
    })
    const counted = sent('audience.count').length
    world.far.count = { ...world.far.count, reachable: 3001 }
    const list = world.audience.lists[0]!
    Object.assign(list, { version: list.version + 1, members: 3050 })
    world.hub.push('list.changed', { list })
    await page.getByText('3,001 people get it').waitFor()
    expect(sent('audience.count').length).toBe(counted + 1)
    await saved()
    expect(autumn().audience?.listIds).toEqual([list.id])
  })

  it('keeps how it is sent: hours, pace, test and tracking', async () => {
    await open(spring())
    await page.getByRole('checkbox', { name: 'Only at certain hours' }).check()
    await page.getByLabel('Leaves until').fill('19:30')
    await page.getByLabel('Leaves until').press('Tab')
    await page.getByRole('button', { name: 'Saturday' }).click()
    await page.getByRole('checkbox', { name: 'By their own clocks' }).check()
    await page.getByRole('checkbox', { name: 'Try the subjects on a part first' }).check()
    await page.getByLabel('Part of the audience').fill('30')
    await page.getByLabel('Part of the audience').press('Tab')
    await page.getByRole('checkbox', { name: 'Opens' }).check()
    await page.getByLabel('Slower than the account may').fill('2.5')
    await page.getByLabel('Slower than the account may').press('Tab')
    await expect.poll(() => spring().perSecond).toBe(2.5)
    expect(spring()).toMatchObject({
      hours: { from: 540, to: 1170, days: [1, 2, 3, 4, 5, 6] },
      inTheirZone: true,
      test: { share: 0.3, hours: 4, by: 'clicks' },
      tracking: { clicks: true, opens: true }
    })
  })

  it('says what keeps it from being launched, leads there, and launches it after the last question', async () => {
    world.far.findings = [
      { severity: 'blocking', kind: 'broken-link', figures: { target: 'https://' } },
      { severity: 'warning', kind: 'spf', figures: { domain: 'bank.example', what: 'missing' } },
      { severity: 'notice', kind: 'without-consent', figures: { count: 104 } }
    ]
    await open(spring())
    await page.getByRole('button', { name: 'Check and launch' }).first().click()
    await page.getByText('1 thing keeps it from being launched').waitFor()
    await page.getByText('A link leads nowhere: https://').waitFor()
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(await grave()).toEqual([])
    await page.getByRole('button', { name: 'Go to Message' }).click()
    await expect
      .poll(() => page.getByRole('button', { name: /^Message/ }).getAttribute('aria-current'))
      .toBe('step')
    world.far.findings = world.far.findings.slice(1)
    await page.getByRole('button', { name: 'Check and launch' }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('2,964 people', { exact: true }).waitFor()
    await dialog.getByText('What has left cannot be called back.').waitFor()
    await dialog.getByText('1 thing to look at is still open.').waitFor()
    expect(await grave()).toEqual([])
    await dialog.getByRole('button', { name: 'Send to 2,964 people now' }).click()
    // What became of it takes the place of the draft.
    await page.getByText('Running').waitFor()
    expect(await page.getByRole('heading', { name: 'Audience' }).count()).toBe(0)
    expect(sent('campaign.launch')).toEqual([{ version: 1 }])
  })

  it('schedules it, takes it back, and changes over when it begins', async () => {
    await open(spring())
    await page.locator('label', { hasText: 'At a time' }).click()
    await page.getByLabel('Begins').fill('2020-01-01T10:00')
    await page.getByText('This time has gone by there.').waitFor()
    await page.getByLabel('Begins').fill('2099-03-02T10:00')
    await page.reload()
    expect(await page.getByLabel('Begins').inputValue()).toBe('2099-03-02T10:00')
    await page.getByRole('button', { name: 'Check and schedule' }).first().click()
    await page.getByRole('button', { name: 'Schedule for 2,964 people' }).click()
    await page
      .getByText('It begins Monday 2 March 2099')
      .or(page.getByText(/It begins .*2 March 2099/))
      .first()
      .waitFor()
    expect(sent('campaign.launch')).toEqual([{ version: 1, at: '2099-03-02T10:00' }])
    expect(await nameField().getAttribute('readonly')).not.toBeNull()
    await page.getByRole('button', { name: 'Back to draft' }).click()
    await page.getByRole('button', { name: 'Check and schedule' }).first().waitFor()
    expect(await page.getByLabel('Begins').inputValue()).toBe('2099-03-02T10:00')

    // Somebody else launches it while something is being typed: that is not lost.
    const kept = spring()
    Object.assign(kept, { version: kept.version + 1, state: 'running', startedAt: new Date().toISOString() })
    await nameField().fill('Spring, once more')
    await page.getByText('Somebody launched it while you were writing.').waitFor()
    await page.getByRole('button', { name: 'Keep them in a copy' }).click()
    await page.getByRole('heading', { name: 'Spring, once more (2)' }).waitFor()
    expect(kept.name).toBe('Spring fair')
  })

  it('changes over to what became of it when it begins, without being asked', async () => {
    const scheduled = world.results.campaigns.find(({ state }) => state === 'scheduled')!
    await open(scheduled)
    Object.assign(scheduled, { version: 9, state: 'running', startedAt: new Date().toISOString() })
    world.hub.push('campaign.changed', { campaign: scheduled })
    await page.getByText('Running').waitFor()
    expect(await page.getByRole('heading', { name: 'Audience' }).count()).toBe(0)
  })

  it('fills in a template where the account sends those, and keeps the caret while it is kept', async () => {
    const account = senderOf({ carries: 'template', name: 'WhatsApp of the bank', address: '' })
    world.results.senders.push(account)
    const { id } = Object.assign(autumn(), { channel: 'whatsapp', accountId: account.accountId })
    world.far.templates = [
      {
        id: 'e'.repeat(24),
        accountId: account.accountId,
        name: 'spring_fair',
        language: 'en',
        category: 'MARKETING',
        state: 'approved',
        reason: '',
        header: null,
        body: 'Hello {{1}}, the fair is here.',
        footer: '',
        buttons: [],
        variables: [{ key: 'body.1', example: 'Awa' }],
        syncedAt: new Date().toISOString()
      }
    ]
    await open({ id })
    expect(await page.getByRole('checkbox', { name: 'Opens' }).count()).toBe(0)
    await page.locator('label', { hasText: 'the fair is here' }).click()
    const blank = page.locator('#campaign-message').getByRole('textbox').first()
    await blank.fill('you')
    await saved()
    expect(await blank.evaluate((input) => document.activeElement === input)).toBe(true)
    expect(autumn().template).toMatchObject({ templateId: 'e'.repeat(24), values: { 'body.1': 'you' } })
  })

  it('is read, not written, by whoever may only look', async () => {
    const me = world.hub.world.me!
    world.hub.world.me = {
      ...me,
      permissions: me.permissions.filter((one) => one !== 'campaign:write' && one !== 'campaign:send')
    }
    await page.goto('/campaigns')
    await page.getByRole('link', { name: 'Spring fair' }).waitFor()
    expect(await page.getByRole('link', { name: 'New campaign' }).count()).toBe(0)
    await open(spring())
    await page.getByText('You may look at it.').waitFor()
    expect(await page.getByRole('button', { name: /launch/i }).count()).toBe(0)
    expect(await editor().getAttribute('readonly')).not.toBeNull()
    expect(await page.getByRole('checkbox', { name: 'Opens' }).isDisabled()).toBe(true)
    expect(await page.getByRole('button', { name: 'Send a test' }).count()).toBe(0)
  })

  it('is written in French on a phone', async () => {
    const user = world.hub.world.users[0]!
    world.hub.world.preferences.set(user.id, { ...defaultPreferences, locale: 'fr' })
    world.hub.world.me = meOf(world.hub.world, user)
    const phone = await openPage('phone')
    await phone.goto('/campaigns')
    await phone.getByRole('link', { name: 'Spring fair' }).waitFor()
    const isWithin = () => phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth)
    expect(await isWithin()).toBe(true)
    expect(await grave(phone)).toEqual([])
    await open(spring(), phone)
    await phone.getByText(/2.964 personnes le reçoivent/).waitFor()
    expect(await isWithin()).toBe(true)
    expect(await grave(phone)).toEqual([])
    await phone.getByLabel('Ligne d’aperçu').fill('Deux jours')
    await phone.getByText('Enregistré', { exact: true }).waitFor()
    expect(spring().message?.preheader).toBe('Deux jours')
    await phone.context().close()
  })
})

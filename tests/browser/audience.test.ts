import { existsSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openAudienceWorld } from './audience.world.ts'
import { chromiumPath, openBrowser } from './shots.ts'

/** Whom campaigns are for, on marketing's screens. Needs PALABRE_CHROMIUM. */
describe.skipIf(!existsSync(chromiumPath))('the audience', { timeout: 60_000 }, () => {
  let browser: Browser
  let world: Awaited<ReturnType<typeof openAudienceWorld>>
  let page: Page
  const errors: string[] = []
  const base = '/campaigns/audience'

  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    world = await openAudienceWorld()
    const context = await browser.newContext({
      baseURL: world.hub.url,
      locale: 'en-GB',
      viewport: { width: 1280, height: 720 }
    })
    page = await context.newPage()
    page.setDefaultTimeout(15_000)
    errors.length = 0
    page.on('pageerror', ({ message }) => errors.push(message))
    page.on('console', (line) => /Content Security Policy/.test(line.text()) && errors.push(line.text()))
  })
  afterEach(async () => {
    await page.context().close()
    await world.hub.close()
    expect(errors).toEqual([])
  })

  const grave = async () => {
    await page.waitForTimeout(250)
    const { violations } = await new AxeBuilder({ page }).analyze()
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160) ?? ''}`)
  }
  const sent = (route: string) => world.far.sent.filter((one) => one.route === route).map(({ body }) => body)

  it('shows a list of thousands without drawing them all, reads on as it is scrolled, and takes people off', async () => {
    await page.goto(base)
    await page.getByRole('link', { name: /Spring fair/ }).click()
    const table = page.getByRole('table')
    await table.getByText('Person 0', { exact: true }).waitFor()
    expect(await grave()).toEqual([])
    expect(await table.getByRole('row').count()).toBeLessThan(80)
    const scroller = page.getByRole('region', { name: 'Members of Spring fair' })
    const last = table.getByText('Person 2999', { exact: true })
    for (let screens = 0; screens < 80 && !(await last.isVisible()); screens++) {
      await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight))
      await page.waitForTimeout(100)
    }
    await last.waitFor()
    expect(await table.getByRole('row').count()).toBeLessThan(80)
    await scroller.evaluate((element) => element.scrollTo(0, 0))
    await table.getByRole('checkbox', { name: 'Select Person 1', exact: true }).check()
    await page.getByRole('button', { name: 'Take 1 contact off' }).click()
    await table.getByText('Person 1', { exact: true }).waitFor({ state: 'detached' })
    await page.getByText('2,999 members').first().waitFor()
    expect(sent('list.removeMembers')).toHaveLength(1)
  })

  it('makes a list, and says when its name is taken', async () => {
    await page.goto(base)
    await page.getByRole('button', { name: 'New list' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('Spring fair')
    await dialog.getByRole('button', { name: 'Make list' }).click()
    await dialog.getByText('It exists already').or(dialog.getByText(/exist/i)).first().waitFor()
    await dialog.getByLabel('Name').fill('Autumn')
    await dialog.getByRole('button', { name: 'Make list' }).click()
    await page.getByRole('heading', { name: 'Autumn' }).waitFor()
  })

  it('brings an archived list back, from the lists and from its own page', async () => {
    await page.goto(base)
    await page.getByText('1 archived').click()
    await page.getByRole('button', { name: 'Restore Winter fair' }).click()
    await page.getByRole('link', { name: /Winter fair/ }).waitFor()
    expect(await page.getByText(/\d archived/).count()).toBe(0)
    await page.getByRole('link', { name: /Winter fair/ }).click()
    await page.getByRole('button', { name: 'Archive', exact: true }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Archive' }).click()
    await page.goto(`${base}/lists/${world.far.lists[3]!.id}`)
    await page.getByText('This list is archived').waitFor()
    expect(await page.getByRole('button', { name: 'Add a contact' }).count()).toBe(0)
    expect(await page.getByRole('checkbox').count()).toBe(0)
    await page.getByRole('button', { name: 'Restore', exact: true }).click()
    await page.getByRole('button', { name: 'Add a contact' }).waitFor()
  })

  it('keeps purposes: makes, changes, archives and restores them', async () => {
    await page.goto(`${base}/purposes`)
    await page.getByText('Whoever did not refuse').waitFor()
    expect(await grave()).toEqual([])
    await page.getByRole('button', { name: 'New purpose' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('Offers')
    await dialog.getByRole('button', { name: 'Make purpose' }).click()
    await dialog.getByText(/exist/i).first().waitFor()
    await dialog.getByLabel('Name').fill('Events')
    await dialog.getByLabel('What it means').fill('Where we meet')
    await dialog.getByLabel('Who gets it').selectOption('Whoever did not refuse')
    expect(await grave()).toEqual([])
    await dialog.getByRole('button', { name: 'Make purpose' }).click()
    await page.getByText('Where we meet').waitFor()
    expect(sent('purpose.create').at(-1)).toEqual({
      name: 'Events',
      description: 'Where we meet',
      asks: 'no-objection'
    })
    await page.getByRole('button', { name: 'Change Events' }).click()
    // Somebody else was quicker: what they wrote is not overwritten.
    world.far.purposes.at(-1)!.version++
    await dialog.getByLabel('Name').fill('Meetings')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog
      .getByRole('alert')
      .or(dialog.getByText(/meanwhile/))
      .first()
      .waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    const read = page.waitForResponse(/\/api\/purposes/)
    world.hub.push('setting.changed', { resource: 'purpose', id: world.far.purposes.at(-1)!.id })
    await (await read).finished()
    await page.getByRole('button', { name: 'Change Events' }).click()
    await dialog.getByLabel('Name').fill('Meetings')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Meetings', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Archive Meetings' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Archive' }).click()
    await page.getByText('2 archived').click()
    await page.getByRole('button', { name: 'Restore Meetings' }).click()
    await page.getByRole('button', { name: 'Change Meetings' }).waitFor()
  })

  it('shows how somebody said what, and erases them from marketing after asking', async () => {
    await page.goto(`${base}/lists/${world.far.lists[0]!.id}`)
    await page.getByRole('button', { name: 'Person 0', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('2 entries').click()
    await dialog.getByText('One click in “Spring news”').waitFor()
    await dialog.getByText('“A card at the fair”, noted by Maya Marketing').waitFor()
    expect(await grave()).toEqual([])
    await dialog.getByRole('button', { name: 'Erase from marketing…' }).click()
    const question = page.getByRole('alertdialog')
    await question.getByRole('button', { name: 'Cancel' }).click()
    expect(sent('contact.eraseAudience')).toHaveLength(0)
    await dialog.getByRole('button', { name: 'Erase from marketing…' }).click()
    expect(await grave()).toEqual([])
    await question.getByRole('button', { name: 'Erase for good' }).click()
    await dialog.getByText('Erased from marketing: no campaign reaches them any more.').waitFor()
    expect(await dialog.getByRole('button', { name: 'Erase from marketing…' }).count()).toBe(0)
    expect(sent('contact.eraseAudience')).toHaveLength(1)
    await dialog.getByRole('button', { name: 'Close' }).click()
    await page.getByRole('table').getByText('Person 0', { exact: true }).waitFor({ state: 'detached' })
  })

  it('leads from a file to a running import, its columns named, and follows it live', async () => {
    await page.goto(`${base}/imports`)
    await page.getByRole('button', { name: 'Import a file' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.locator('input[type=file]').setInputFiles({
      name: 'customers.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('Prénom;Courriel;Ville\nZoé;zoe@bank.example;Lyon\n')
    })
    await dialog.getByRole('cell', { name: 'zoe@bank.example' }).waitFor()
    expect(await grave()).toEqual([])
    await dialog.getByLabel('Holds: Courriel').selectOption('Leave out')
    await dialog.getByText('Say which column holds an address or a number.').waitFor()
    expect(await dialog.getByRole('button', { name: 'Start import' }).isDisabled()).toBe(true)
    await dialog.getByLabel('Holds: Courriel').selectOption('Email')
    await dialog.getByLabel('Put them on a list').selectOption('A new list…')
    await dialog.getByLabel('Name of the new list').fill('From the fair')
    await dialog.getByLabel('They agreed to').selectOption('Newsletter')
    await dialog.getByLabel('How they agreed').fill('Ticked the box')
    await dialog.getByRole('button', { name: 'Start import' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(sent('import.start')).toMatchObject([
      {
        into: 'contacts',
        existing: 'fill',
        newList: 'From the fair',
        consent: { purposeId: world.far.purposes[0]!.id, channels: ['email'], text: 'Ticked the box' },
        columns: [{ means: 'first-name' }, { means: 'email' }, { means: 'attribute', attribute: 'Ville' }]
      }
    ])
    const running = world.far.imports[0]!
    world.hub.push('import.changed', {
      import: {
        ...running,
        version: running.version + 1,
        counts: { ...running.counts, rows: 500, made: 480, bad: 20 }
      }
    })
    const bar = page.getByRole('progressbar', { name: 'Progress of customers.csv' }).first()
    await page.waitForFunction(
      (element) => element?.getAttribute('aria-valuenow') === '50',
      await bar.elementHandle()
    )
    world.hub.push('import.changed', {
      import: {
        ...running,
        version: running.version + 2,
        state: 'finished',
        counts: { ...running.counts, rows: 1000, made: 980, bad: 20 }
      }
    })
    await page.getByText('980').waitFor()
    const link = page.getByRole('link', { name: 'Download the rows that were not taken' }).first()
    expect(await link.getAttribute('href')).toContain(`/api/imports/${running.id}/bad-rows?lang=en`)
    expect(await grave()).toEqual([])
  })

  it('builds rules in groups and says at once how many fit', async () => {
    await page.goto(`${base}/segments/new`)
    await page.getByText('Fill in every rule to see who fits.').waitFor()
    await page.getByLabel('Name').fill('French speakers')
    await page.getByLabel('What is looked at').selectOption('Language')
    await page.getByRole('textbox', { name: 'Language' }).fill('fr')
    await page.getByText('1,234 contacts fit').waitFor()
    await page.getByRole('button', { name: 'Add group' }).click()
    const inner = page.getByRole('group', { name: 'Any of these' })
    await inner.getByLabel('What is looked at').selectOption('Last interaction')
    expect(await grave()).toEqual([])
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: 'French speakers' }).waitFor()
    expect(sent('segment.create')).toEqual([
      {
        name: 'French speakers',
        description: '',
        rules: {
          kind: 'group',
          match: 'all',
          rules: [
            { kind: 'locale', value: 'fr' },
            { kind: 'group', match: 'any', rules: [{ kind: 'lastInteraction', is: 'within', days: 30 }] }
          ]
        }
      }
    ])
  })

  it('leaves addresses out, finds one, and does not let go of who complained', async () => {
    await page.goto(`${base}/suppressions`)
    await page.getByText('angry@bank.example').waitFor()
    expect(await grave()).toEqual([])
    await page.getByText('Erased person').waitFor()
    expect(
      await page
        .getByRole('button', { name: 'Their owner asked for it: it cannot be taken back.' })
        .first()
        .isDisabled()
    ).toBe(true)
    await page.getByRole('button', { name: 'Leave out an address' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Addresses').fill('new@bank.example\nnothing')
    await dialog.getByRole('button', { name: 'Leave out', exact: true }).click()
    await dialog.getByText('Not an address: nothing').waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await page.getByLabel('Find a whole address').fill('new@bank.example')
    await page.getByText('1 address', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Let it get campaigns again' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Let it get campaigns again' }).click()
    await page.getByText('Nothing found').or(page.getByText('Nothing was found')).first().waitFor()
  })
})

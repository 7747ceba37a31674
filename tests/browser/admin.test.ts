import { existsSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startApiHub, type ApiHub } from '../simulators/api-hub.ts'
import { meOf } from '../simulators/api-hub/world.ts'
import { adminAnswers, furnish } from './admin.world.ts'
import { chromiumPath, openBrowser } from './shots.ts'

describe.skipIf(!existsSync(chromiumPath))('administration', { timeout: 45_000 }, () => {
  let browser: Browser
  let hub: ApiHub
  let page: Page
  const errors: string[] = []

  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    hub = await startApiHub({ world: furnish, answers: adminAnswers })
    enter('admin@bank.example')
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

  function enter(email: string) {
    const user = hub.world.users.find((one) => one.email === email)!
    hub.world.me = meOf(hub.world, user)
  }
  const settings = () => hub.world.settings
  const name = () => page.getByLabel('Name', { exact: true })
  const save = () => page.keyboard.press('Control+s')
  const saved = () => page.getByText('Saved', { exact: true }).waitFor()

  it('makes a record by keyboard, says what is missing at its field, and opens it', async () => {
    await page.goto('/admin/skills/new')
    await page.locator('input[aria-required]:focus').waitFor()
    await page.keyboard.press('Control+s')
    await page.getByText('This is needed.').waitFor()
    await page.keyboard.type('Mortgages')
    await save()
    await page.waitForURL(/skills\/[0-9a-f]{24}/)
    expect(settings().skill.at(-1)?.['name']).toBe('Mortgages')
  })

  it('sends only what was changed, and leaves nothing to save', async () => {
    const queue = settings().queue[0]!
    await page.goto(`/admin/queues/${queue.id}`)
    await page.getByLabel('Priority').fill('7')
    await save()
    await saved()
    await page.getByRole('button', { name: 'Save' }).waitFor({ state: 'detached' })
    expect(queue['priority']).toBe(7)
  })

  it('shows what somebody else changed meanwhile, and puts both together', async () => {
    const queue = settings().queue[0]!
    await page.goto(`/admin/queues/${queue.id}`)
    await page.getByLabel('Description').fill('Mine')
    Object.assign(queue, { offerSeconds: 45, version: queue.version + 1 })
    hub.push('setting.changed', { resource: 'queue', id: queue.id })
    const notice = page.getByRole('alert').filter({ hasText: 'Somebody changed this meanwhile' })
    await notice.getByText('45 seconds').waitFor()
    await notice.getByRole('button', { name: 'Add mine to theirs' }).click()
    await save()
    await saved()
    expect([queue['description'], queue['offerSeconds']]).toEqual(['Mine', 45])
  })

  it('notices at the save that the record is newer, when no event told it', async () => {
    const skill = settings().skill[0]!
    await page.goto(`/admin/skills/${skill.id}`)
    await name().fill('French, spoken')
    Object.assign(skill, { description: 'Theirs', version: skill.version + 1 })
    await save()
    await page.getByText('Somebody changed this meanwhile').waitFor()
    await page.getByRole('button', { name: 'Drop mine and reload' }).click()
    expect(await name().inputValue()).toBe('French')
    expect(await page.getByLabel('Description').inputValue()).toBe('Theirs')
  })

  it('refreshes the list live without touching what is being written', async () => {
    const [first, second] = settings().skill
    await page.goto(`/admin/skills/${first!.id}`)
    await name().fill('Half a na')
    Object.assign(second!, { name: 'Wolof', version: 2 })
    hub.push('setting.changed', { resource: 'skill', id: second!.id })
    await page.getByRole('link', { name: 'Wolof' }).waitFor()
    expect(await name().inputValue()).toBe('Half a na')
  })

  it('asks before what was written is lost', async () => {
    await page.goto(`/admin/skills/${settings().skill[0]!.id}`)
    await name().fill('Unsaved')
    await page.getByRole('link', { name: 'Teams', exact: true }).click()
    const question = page.getByRole('alertdialog', { name: 'Leave without saving?' })
    await question.getByRole('button', { name: 'Cancel' }).click()
    expect(await name().inputValue()).toBe('Unsaved')
    await page.getByRole('link', { name: 'Teams', exact: true }).click()
    await question.getByRole('button', { name: 'Leave' }).click()
    await page.waitForURL('**/admin/teams')
  })

  it('archives after one question and brings back by undo', async () => {
    const reason = settings().pauseReason[0]!
    await page.goto(`/admin/pause-reasons/${reason.id}`)
    await page.getByRole('button', { name: 'Archive' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Archive' }).click()
    await page.getByText('This is archived').waitFor()
    expect(reason.archived).toBe(true)
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('This is archived').waitFor({ state: 'detached' })
    expect(reason.archived).toBe(false)
  })

  it('moves a disposition by keyboard and keeps the focus on it', async () => {
    await page.goto('/admin/dispositions')
    const grip = page.getByRole('button', { name: 'Move Card blocked' })
    await grip.focus()
    await page.keyboard.press('ArrowDown')
    await page.getByText('Card blocked is now number 2 of 3').waitFor()
    await page.locator('[data-grip]:focus').waitFor()
    const cards = settings()
      .disposition.filter(({ group }) => group === 'Cards')
      .sort((a, b) => Number(a['order']) - Number(b['order']))
    expect(cards.map((one) => one['name'])).toEqual(['Card replaced', 'Card blocked', 'Fraud reported'])
  })

  it('opens half hours of the week by keyboard and copies a day to the others', async () => {
    const calendar = settings().calendar[0]!
    await page.goto(`/admin/calendars/${calendar.id}`)
    await page.locator('[data-cell="0-16"]').focus()
    await page.keyboard.press('End')
    await page.keyboard.press('Space')
    await page.getByRole('button', { name: 'Copy the hours of Monday' }).click()
    await page.getByRole('menuitem', { name: 'Sunday' }).click()
    await save()
    await saved()
    const week = calendar['week'] as { from: number; to: number }[][]
    expect(week[6]).toEqual([
      { from: 480, to: 720 },
      { from: 840, to: 1080 },
      { from: 1410, to: 1440 }
    ])
  })

  it('draws the settings of a channel, shows what hangs on them, and never sends a secret back', async () => {
    const mail = hub.world.accounts[1]!
    await page.goto(`/admin/accounts/${mail.id}`)
    await page.getByLabel('IMAP server').waitFor()
    await page.getByLabel('How mail comes in').selectOption('smtp')
    expect(await page.getByLabel('IMAP server').count()).toBe(0)
    await page.getByLabel('How mail comes in').selectOption('imap')
    await page.getByText('Set, and not shown').waitFor()
    await page.getByLabel('IMAP server').fill('mail.bank.example')
    await save()
    await saved()
    expect(mail.settings).toMatchObject({ imapHost: 'mail.bank.example', imapPassword: '•••' })
  })

  it('tests a connection and names the step that failed', async () => {
    await page.goto(`/admin/accounts/${hub.world.accounts[1]!.id}`)
    await page.getByRole('button', { name: 'Test connection' }).click()
    await page.getByText('It does not work yet.').waitFor()
    await page.getByText('Sign in to IMAP').waitFor()
  })

  it('shows the health of an account as it changes', async () => {
    const chat = hub.world.accounts[0]!
    await page.goto(`/admin/accounts/${chat.id}`)
    await page.getByText('Connected and working.').waitFor()
    hub.push('account.changed', {
      accountId: chat.id,
      health: { ...chat.health, state: 'down', detail: 'ECONNREFUSED' }
    })
    await page.getByText('ECONNREFUSED').waitFor()
  })

  it('refuses an address that is taken at its field, then makes the user with skills', async () => {
    await page.goto('/admin/users/new')
    await name().fill('Coumba Demo')
    await page.getByLabel('Email address').fill('awa@bank.example')
    await page.getByLabel('First password').fill('three green trees')
    await page.getByLabel('Skills', { exact: true }).click()
    await page.keyboard.type('Loan')
    await page.locator('.ui-listbox [role=option]').first().click()
    await page.getByLabel('Level of Loans').selectOption('5')
    await save()
    await page.locator('input[type=email][aria-invalid=true]').waitFor()
    await page.getByLabel('Email address').fill('coumba@bank.example')
    await save()
    await page.waitForURL(/users\/[0-9a-f]{24}/)
    expect(hub.world.agents.at(-1)?.skills[0]?.level).toBe(5)
  })

  it('lets a supervisor change what agents can do, and nothing of their logins', async () => {
    enter('supervisor@bank.example')
    await page.goto('/admin/users')
    await page.getByRole('link', { name: /Awa Demo/ }).click()
    await page.getByLabel('Chat', { exact: true }).fill('2')
    expect(await page.getByLabel('Email address').count()).toBe(0)
    await save()
    await saved()
    expect(hub.world.agents[0]?.capacity.chat).toBe(2)
    await page.goto('/admin/audit')
    await page.getByRole('heading', { name: 'Your role does not open this' }).waitFor()
  })

  it('reads the audit trail in words, by person, page after page', async () => {
    await page.goto('/admin/audit')
    await page.getByText('Time to accept an offer').waitFor()
    await page.getByRole('button', { name: 'Show older' }).click()
    await page.getByText('This is the beginning.').waitFor()
    await page.getByRole('button', { name: 'Awa Demo' }).first().click()
    await page.waitForURL(/(actor|subject)=/)
    await page.getByText('Time to accept an offer').waitFor({ state: 'detached' })
  })
})

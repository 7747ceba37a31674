import { existsSync } from 'node:fs'
import type { OverflowRule } from '@palabre/config/contract/routing'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startApiHub, type ApiHub } from '../simulators/api-hub.ts'
import { addInteraction, contactOf, deskAnswers } from '../simulators/api-hub/desk.ts'
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
    hub = await startApiHub({ world: furnish, answers: { ...deskAnswers, ...adminAnswers } })
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
    await page.getByRole('spinbutton', { name: 'Priority' }).fill('7')
    await save()
    await saved()
    await page.getByRole('button', { name: 'Save' }).waitFor({ state: 'detached' })
    expect(queue['priority']).toBe(7)
  })

  const menu = (name: string) => page.getByRole('menuitem', { name, exact: true })
  const chooseIn = async (box: Locator, typed: string) => {
    await box.click()
    await page.keyboard.type(typed)
    await page.getByRole('option', { name: typed }).click()
  }

  it('puts requirements together in groups, says what they mean, and what is missing', async () => {
    const queue = settings().queue[1]!
    await page.goto(`/admin/queues/${queue.id}`)
    await page.getByText('Goes to any agent of the teams that work this queue.').waitFor()
    await page.getByRole('button', { name: 'Add a requirement' }).click()
    await menu('Any of several').click()
    const skills = page.getByRole('combobox', { name: 'Choose a skill' })
    await chooseIn(skills.nth(0), 'Loans')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Choose a skill.', { exact: true }).waitFor()
    await page.getByRole('link', { name: /Who.*something is wrong here/ }).waitFor()
    await chooseIn(skills.nth(1), 'English')
    await page.getByLabel('Lowest level').nth(1).selectOption('2')
    await page.getByLabel('Highest level').nth(1).selectOption('4')
    await page.getByRole('button', { name: 'Add a requirement' }).click()
    await menu('None of several').click()
    await chooseIn(skills.nth(2), 'French')
    await page
      .getByText(
        'Goes to an agent who (has Loans at level 3 or higher or has English at level 2 to 4) and does not have French at level 3 or higher.'
      )
      .waitFor()
    await save()
    await saved()
    const [french, english, , loans] = settings().skill.map(({ id }) => id)
    expect(queue['requirements']).toEqual([
      {
        any: [
          { skillId: loans, level: 3 },
          { skillId: english, level: 2, upTo: 4 }
        ]
      },
      { not: { skillId: french, level: 3 } }
    ])
  })

  it('lets requirements give way in steps that come one after the other, to an end that is chosen', async () => {
    const queue = settings().queue[1]!
    await page.goto(`/admin/queues/${queue.id}`)
    await page.getByRole('button', { name: 'Add a step' }).click()
    await save()
    await page.getByText('Choose what gives way at this step.').waitFor()
    await chooseIn(page.getByLabel('Also agents of queues'), 'Cards')
    await page.keyboard.press('Escape')
    await page.getByRole('radio', { name: 'Anyone in the queue' }).check()
    await page.getByLabel('No requirement left after').fill('1')
    await save()
    await page.getByText('This has to come later than the last step.').waitFor()
    await page.getByLabel('No requirement left after').fill('5')
    await save()
    await saved()
    expect(queue['relaxation']).toEqual({
      steps: [
        {
          afterSeconds: 60,
          lowerLevelsBy: 0,
          dropSkillIds: [],
          addQueueIds: [settings().queue[0]!.id],
          addTeamIds: []
        }
      ],
      ending: { rule: 'anyone', afterSeconds: 300 }
    })
  })

  it('keeps the rules of overflow in their order, moved by keyboard', async () => {
    const queue = settings().queue[0]!
    const kinds = () => (queue['overflow'] as OverflowRule[]).map(({ when }) => when.kind)
    expect(kinds()).toEqual(['waited', 'length', 'nobody'])
    await page.goto(`/admin/queues/${queue.id}`)
    await page.getByRole('button', { name: 'Move rule 3 up' }).focus()
    await page.keyboard.press('Enter')
    await page.getByText('It is now rule 2 of 3').waitFor({ state: 'attached' })
    await page.keyboard.press('Enter')
    await page.getByText('It is now rule 1 of 3').waitFor({ state: 'attached' })
    await page.getByLabel('Message in French').fill('')
    await save()
    await page.getByText('Write the message in both languages.').waitFor()
    await page.getByLabel('Message in French').fill('À demain.')
    await save()
    await saved()
    expect(kinds()).toEqual(['nobody', 'waited', 'length'])
  })

  it('opens again around the clock once the calendar is taken away', async () => {
    const queue = settings().queue[0]!
    await page.goto(`/admin/queues/${queue.id}`)
    await page.getByLabel('Opening hours').selectOption('')
    await save()
    await saved()
    expect(queue['calendarId']).toBeNull()
  })

  it('previews who would be offered what waits with changes that are not saved', async () => {
    const queue = settings().queue[0]!
    const before = structuredClone(queue['requirements'])
    await page.goto(`/admin/queues/${queue.id}`)
    const preview = page.getByRole('dialog', { name: 'With these settings…' })
    await page.getByRole('button', { name: 'Preview' }).click()
    await preview.getByText('Fatou Exemple goes to Awa Demo').waitFor({ state: 'attached' })
    await preview.getByText('Cards: has level 4, it needs 3').waitFor()
    await page.keyboard.press('Escape')
    await page.getByLabel('Lowest level').first().selectOption('5')
    await page.getByRole('button', { name: 'Preview' }).click()
    await preview.getByText('Fatou Exemple goes to nobody yet').waitFor({ state: 'attached' })
    expect(queue['requirements']).toEqual(before)
  })

  it('moves what waits to another queue before it archives one', async () => {
    const queue = settings().queue.find((one) => one['name'] === 'Loans')!
    const waiting = hub.world.interactions.find(({ queueId }) => queueId === queue.id)!
    await page.goto(`/admin/queues/${queue.id}`)
    await page.getByRole('button', { name: 'Archive' }).click()
    const dialog = page.getByRole('dialog', { name: 'Archive Loans?' })
    await dialog.getByText('1 contact waits in it.').waitFor()
    await dialog.getByRole('button', { name: 'Move and archive' }).click()
    await dialog.getByText('Choose a queue.', { exact: true }).waitFor()
    expect(queue.archived).toBe(false)
    await chooseIn(dialog.getByLabel('Move what waits to'), 'Everyday')
    await dialog.getByRole('button', { name: 'Move and archive' }).click()
    await page.getByText('This is archived').waitFor()
    expect([queue.archived, waiting.queueId]).toEqual([true, settings().queue[1]!.id])
  })

  it('says in a grid what may come beside what, and gives the profile to a team', async () => {
    await page.goto('/admin/capacity-profiles/new')
    await name().fill('Evenings')
    await page.getByLabel('Social', { exact: true }).fill('0')
    await page.getByRole('checkbox', { name: 'Who holds Call may be offered Email' }).press('Space')
    await page.getByLabel('All together').fill('6')
    await save()
    await page.waitForURL(/capacity-profiles\/[0-9a-f]{24}/)
    const profile = settings().capacityProfile.at(-1)!
    expect(profile).toMatchObject({
      places: { chat: 4, social: 0 },
      interruptedBy: { voice: ['email'], callback: [] },
      total: 6,
      idleMinutes: null
    })
    const team = settings().team[0]!
    await page.goto(`/admin/teams/${team.id}`)
    await page.getByLabel('How much its agents hold at once').selectOption('Evenings')
    await save()
    await saved()
    expect(team['capacityProfileId']).toBe(profile.id)
  })

  it('gives one agent a profile, and back what the team has', async () => {
    const awa = hub.world.users[0]!
    const agent = hub.world.agents[0]!
    await page.goto(`/admin/users/${awa.id}`)
    await page.getByRole('radio', { name: 'A profile' }).check()
    await save()
    await page.getByText('Choose a profile.', { exact: true }).waitFor()
    await page.getByLabel('Capacity profile').selectOption('Trainees')
    await save()
    await saved()
    const trainees = settings().capacityProfile.find((one) => one['name'] === 'Trainees')!
    expect([agent.capacity, agent.capacityProfileId]).toEqual([null, trainees.id])
    await page.getByRole('radio', { name: 'As the team' }).check()
    await page.getByText('Now Chat only: Chat 5.').waitFor()
    await page.getByRole('button', { name: 'Save' }).click()
    await expect.poll(() => agent.capacityProfileId).toBeNull()
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
    expect(hub.world.agents[0]?.capacity?.chat).toBe(2)
    await page.goto('/admin/audit')
    await page.getByRole('heading', { name: 'Your role does not open this' }).waitFor()
  })

  it('lets an agent say whom a contact prefers, and whom never', async () => {
    enter('awa@bank.example')
    const contact = contactOf('Ousmane Exemple')
    const { id } = addInteraction(hub.world, contact)
    const [awa, sam] = hub.world.agents.map((agent) => agent.id)
    await page.goto(`/inbox/${id}`)
    await page.getByText('Preferred and excluded agents').click()
    await chooseIn(page.getByLabel('Prefers', { exact: true }), 'Awa')
    await expect.poll(() => contact.preferredIds).toEqual([awa])
    await page.keyboard.press('Escape')
    // Who is preferred cannot be excluded as well.
    await page.getByLabel('Never', { exact: true }).click()
    await page.getByRole('option', { name: 'Sam Demo' }).waitFor()
    expect(await page.getByRole('option', { name: 'Awa Demo' }).count()).toBe(0)
    await page.getByRole('option', { name: 'Sam Demo' }).click()
    await expect.poll(() => contact.forbiddenIds).toEqual([sam])
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

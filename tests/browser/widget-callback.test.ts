import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Callback, type CallbackDoc } from '@palabre/hub/callbacks/callback.model'
import { bankNumber, openCallCentre, type CallCentre } from '../flows/call-centre.ts'
import { chatAccount, eventually } from '../flows/house.ts'
import { mailTo } from '../flows/mail-to.ts'
import { recordNamed } from '../flows/people.ts'
import { openSite, type Site } from '../simulators/foreign-site.ts'
import { startSmtpSink, type SmtpSink } from '../simulators/mail/smtp-sink.ts'
import { focused, open, panel, phone, say } from './widget-pages.ts'

let numbers = 1000
const newNumber = () => `7810${String(++numbers)}1`

/** The widget on a strict page of another origin, at the hub as it is. */
describe.skipIf(process.env['PALABRE_CHROMIUM'] === '')('being called back, in the widget', () => {
  let centre: CallCentre
  let sink: SmtpSink
  let browser: Browser
  let site: Site
  let queueId: string
  let mailId: string
  let alwaysClosedId: string
  let complaints: string[] = []

  const rule = async (change: Record<string, unknown>, more: Record<string, unknown> = {}) => {
    const queue = await recordNamed(centre.admin, '/api/queues', 'Customer care')
    const { status, body } = await centre.admin.send('PATCH', `/api/queues/${queueId}`, {
      version: queue.version,
      change: { callbacks: { ...queue.callbacks, ...change }, ...more }
    })
    expect(status, JSON.stringify(body)).toBe(200)
  }
  const kept = async (number: string) =>
    (await Callback.findOne({ number: `+221${number}` }).lean()) as CallbackDoc | null

  beforeAll(async () => {
    sink = await startSmtpSink()
    centre = await openCallCentre({ settings: { callerId: bankNumber } })
    const { url } = centre.house
    const accountId = await chatAccount(url)
    await mailTo(centre.admin, sink)
    const { items } = (await centre.admin.get('/api/accounts')).body as {
      items: { id: string; channel: string; version: number }[]
    }
    mailId = items.find(({ channel }) => channel === 'email')!.id
    queueId = (await recordNamed(centre.admin, '/api/queues', 'Customer care')).id as string
    const closed = await centre.admin.post('/api/calendars', {
      name: 'Never open',
      timeZone: 'Africa/Dakar',
      week: [[], [], [], [], [], [], []],
      holidays: []
    })
    expect(closed.status, JSON.stringify(closed.body)).toBe(200)
    alwaysClosedId = closed.body.id as string
    site = await openSite({ origin: url, account: { id: accountId } })
    const { version } = items.find(({ id }) => id === accountId)!
    const set = await centre.admin.send('PATCH', `/api/accounts/${accountId}`, {
      version,
      change: { settings: { origins: [site.origin], form: false, callback: true, callbackQueueId: queueId } }
    })
    expect(set.status, JSON.stringify(set.body)).toBe(200)
    await rule({ accountId: centre.accountId }, { calendarId: null })
    browser = await chromium.launch({
      executablePath: process.env['PALABRE_CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking']
    })
  }, 60_000)
  beforeEach(async () => {
    complaints = []
    await rule({
      now: true,
      slots: { minutes: 30, noticeMinutes: 0, daysAhead: 5, share: 1, most: 100 },
      confirm: { mailAccountId: null, template: null, remindMinutes: null },
      limits: { perNumberDaily: 9, perAddressHourly: 999, perSiteHourly: 999, code: 'off', blocked: [] }
    })
  })
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close()
  })
  afterAll(async () => {
    await browser.close()
    await site.close()
    await centre.stop()
    await sink.stop()
  })

  async function visit(look: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({
      locale: 'en-GB',
      timezoneId: 'Europe/Paris',
      viewport: { width: 1280, height: 720 },
      ...look
    })
    context.setDefaultTimeout(8_000)
    const page = await context.newPage()
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (line) => {
      if (line.type() === 'error' && !/status of/.test(line.text())) complaints.push(line.text())
    })
    await page.goto(site.origin)
    return page
  }
  async function openForm(page: Page) {
    await open(page)
    await panel(page).getByRole('button', { name: 'Call me back' }).first().click()
    await page.getByRole('heading', { name: 'We call you back' }).waitFor()
  }
  const submit = (page: Page) => page.getByRole('button', { name: 'Call me back' }).last()
  async function fill(page: Page, number: string) {
    await page.getByLabel('Telephone number').fill(number)
    await page.getByRole('textbox', { name: 'Name' }).fill('Fatou Démo')
    await page.getByRole('checkbox').check()
  }

  it('fetches its form only when it is wanted, and asks for now with the honest wait', async () => {
    const page = await visit()
    const scripts: string[] = []
    page.on('request', (request) => {
      if (request.url().endsWith('.js')) scripts.push(new URL(request.url()).pathname)
    })
    await open(page)
    expect(scripts).toEqual([])
    await panel(page).getByRole('button', { name: 'Call me back' }).first().click()
    await page.getByRole('heading', { name: 'We call you back' }).waitFor()
    expect(scripts).toEqual(['/channels/chat/callback.js'])
    expect(await page.getByRole('radio', { name: /As soon as possible/ }).isChecked()).toBe(true)
    await page.getByText(/^We cannot say yet|^It (usually|will)/).waitFor()
    const number = newNumber()
    await fill(page, number)
    await page.getByRole('textbox', { name: 'What is it about?' }).fill('My card')
    await submit(page).click()
    await page.getByRole('heading', { name: 'It is noted' }).waitFor()
    await page.getByText('as soon as somebody is free').waitFor()
    const doc = await eventually('it to be kept', () => kept(number))
    expect(doc).toMatchObject({
      source: 'web',
      reason: 'My card',
      name: 'Fatou Démo',
      consent: { site: site.origin }
    })
    const [change] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('link', { name: 'Change or cancel' }).click()
    ])
    await change.getByRole('heading', { name: 'Your callback' }).waitFor()
    expect(new URL(change.url()).pathname).toMatch(/^\/k\/[\w-]{30}$/)
    await page.getByRole('button', { name: 'Back' }).click()
    await page.getByRole('textbox', { name: 'Write a message' }).waitFor()
    expect(complaints).toEqual([])
  })

  it('says at each field what is missing, and goes to the first; the consent is not ticked for them', async () => {
    const page = await visit()
    await openForm(page)
    expect(await page.getByRole('checkbox').isChecked()).toBe(false)
    await page.getByRole('radio', { name: 'At a time of my choice' }).check()
    await submit(page).click()
    for (const text of ['Please choose a time.', 'To call you we need your consent.'])
      await page.getByText(text).waitFor()
    expect(await page.getByText('Please fill this in.').count()).toBe(2)
    expect(await focused(page)).toContain('class="time')
    await page.locator('.time').first().click()
    await page.getByLabel('Telephone number').fill('12')
    await page.getByText('This does not look like a telephone number.').waitFor()
    await page.getByRole('checkbox').check()
    await submit(page).click()
    await expect.poll(() => focused(page)).toContain('palabre-number')
    expect(await Callback.countDocuments({ number: '+22112' })).toBe(0)
  })

  it('goes by keyboard alone: days by arrows, a time, the number of another country, and back', async () => {
    const page = await visit()
    await openForm(page)
    expect(await focused(page)).toContain('We call you back')
    await page.keyboard.press('Tab')
    await page.keyboard.press('ArrowDown')
    const tabs = page.getByRole('tab')
    await tabs.first().waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('ArrowRight')
    expect(await tabs.nth(1).getAttribute('aria-selected')).toBe('true')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    expect(await page.locator('.time[aria-pressed=true]').count()).toBe(1)
    await page.getByText('Your time: Central European Standard Time.').waitFor()
    const number = page.getByLabel('Telephone number')
    await number.focus()
    await page.keyboard.type('+33612345678')
    expect(await number.inputValue()).toBe('+33 6 12 34 56 78')
    expect(await page.getByLabel('Country').inputValue()).toBe('FR')
    await page.keyboard.press('Escape')
    await expect.poll(() => focused(page)).toContain('Write a message')
  })

  it('says at the field what the hub refuses, and keeps what was typed', async () => {
    const page = await visit()
    await openForm(page)
    const number = newNumber()
    await fill(page, '+33 8 99 70 12 34')
    await submit(page).click()
    await page.getByText('We cannot call this number. Please give another one.').waitFor()
    await page.getByLabel('Telephone number').fill(`+221${number}`)
    await page.getByRole('radio', { name: 'At a time of my choice' }).check()
    await page.locator('.time').nth(2).click()
    let isTaken = true
    await page.route('**/callback', async (route) => {
      if (route.request().method() !== 'POST' || !isTaken) return route.continue()
      isTaken = false
      return route.fulfill({
        status: 409,
        headers: { 'access-control-allow-origin': site.origin },
        json: { error: 'slot-taken', message: 'taken' }
      })
    })
    await submit(page).click()
    await page.getByText('This time was taken a moment ago.').waitFor()
    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Fatou Démo')
    await page.locator('.time').nth(3).click()
    await submit(page).click()
    await page.getByText(/We call you at \+221.* on .* between/).waitFor()
    const doc = await kept(number)
    expect(doc?.slot).not.toBeNull()
    await page.getByRole('button', { name: 'Back' }).click()
    await panel(page).getByRole('button', { name: 'Call me back' }).first().click()
    await fill(page, `+221${number}`)
    await submit(page).click()
    await page.getByText('A call to this number is waiting already. We will call you.').waitFor()
  })

  it('tells when the form cannot be fetched, and tries again', async () => {
    const page = await visit()
    await page.route('**/callback.js*', (route) => route.abort())
    await open(page)
    await panel(page).getByRole('button', { name: 'Call me back' }).first().click()
    await page.getByText('The connection failed.').waitFor()
    await page.unroute('**/callback.js*')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('heading', { name: 'We call you back' }).waitFor()
  })

  it('ends the wait in the chat when they are to be called instead', async () => {
    const page = await visit()
    await open(page)
    await say(page, 'I wait, callback')
    await page.getByText('Waiting for an agent').waitFor()
    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Call me back' }).click()
    await page.getByText('You leave the chat’s queue when you ask to be called.').waitFor()
    const number = newNumber()
    await fill(page, number)
    await submit(page).click()
    await page.getByRole('heading', { name: 'It is noted' }).waitFor()
    await page.getByRole('button', { name: 'Back' }).click()
    await page.getByText('The chat has ended.').waitFor()
    expect(await kept(number)).toMatchObject({ state: 'queued' })
  })

  it('offers times only while it is closed', async () => {
    const shut = await centre.admin.post('/api/queues', { name: 'Shut', calendarId: alwaysClosedId })
    expect(shut.status, JSON.stringify(shut.body)).toBe(200)
    const answerBy = async (id: string) => {
      const { items } = (await centre.admin.get('/api/accounts')).body as {
        items: { id: string; channel: string; version: number }[]
      }
      const account = items.find(({ channel }) => channel === 'chat')!
      const { status, body } = await centre.admin.send('PATCH', `/api/accounts/${account.id}`, {
        version: account.version,
        change: { queueId: id }
      })
      expect(status, JSON.stringify(body)).toBe(200)
    }
    await answerBy(shut.body.id as string)
    try {
      await rule({ now: false })
      const page = await visit()
      await open(page)
      await page.getByText('Closed now', { exact: true }).waitFor()
      await panel(page).getByRole('button', { name: 'Call me back' }).click()
      await page.getByRole('heading', { name: 'We call you back' }).waitFor()
      expect(await page.getByRole('radio').count()).toBe(0)
      await page.locator('.time').first().waitFor()
    } finally {
      await answerBy(queueId)
    }
  })

  it('proves the address by a code', async () => {
    await rule({
      confirm: { mailAccountId: mailId, template: null, remindMinutes: null },
      limits: { perNumberDaily: 9, perAddressHourly: 999, perSiteHourly: 999, code: 'mail', blocked: [] }
    })
    const page = await visit()
    await openForm(page)
    const number = newNumber()
    const email = `code-${number}@example.org`
    await fill(page, number)
    await submit(page).click()
    await page.getByText('Please fill this in.').waitFor()
    await page.getByRole('textbox', { name: 'Email address' }).fill(email)
    await submit(page).click()
    await page.getByRole('heading', { name: 'Enter the code' }).waitFor()
    await page.getByText(`We have sent six digits to ${email}.`).waitFor()
    const mail = await sink.waitFor(({ recipients }) => recipients.includes(email))
    const code = /\b(\d{6})\b/.exec(mail.parsed.text ?? '')![1]!
    const box = page.getByRole('textbox', { name: 'Code' })
    await box.fill(code === '000000' ? '111111' : '000000')
    await page.getByRole('button', { name: 'Confirm' }).click()
    await page.getByText('The code is wrong or too old.').waitFor()
    await box.fill(code)
    await page.getByRole('button', { name: 'Confirm' }).click()
    await page.getByRole('heading', { name: 'It is noted' }).waitFor()
    await sink.waitFor(
      ({ recipients, parsed }) => recipients.includes(email) && (parsed.subject ?? '').includes('We call you')
    )
  })

  it('is whole for screen readers, on a phone, in the dark and in French', async () => {
    const page = await visit({ ...phone, locale: 'fr-FR', colorScheme: 'dark' })
    await page.evaluate(() => {
      document.documentElement.lang = 'fr'
    })
    await page.getByRole('button', { name: /^(Open|Ouvrir)/ }).click()
    await panel(page).waitFor()
    await panel(page)
      .getByRole('button', { name: /Call me back|Être rappelé/ })
      .first()
      .click()
    await page.getByRole('radio').nth(1).check()
    await page.locator('.time').first().waitFor()
    await page
      .getByRole('button', { name: /Call me back|Rappelez-moi/ })
      .last()
      .click()
    const { violations } = await new AxeBuilder({ page }).include('palabre-chat').analyze()
    expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([])
    const small = await page.evaluate(() =>
      [...document.querySelector('palabre-chat')!.shadowRoot!.querySelectorAll('button, select, [type=tel]')]
        .map((element) => [element.outerHTML.slice(0, 80), element.getBoundingClientRect()] as const)
        .filter(([, { width, height }]) => width < 44 || height < 44)
        .map(([html]) => html)
    )
    expect(small).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    expect(complaints).toEqual([])
  })
})

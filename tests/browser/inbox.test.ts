import { existsSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Interaction } from '@palabre/config/contract/interaction'
import { startApiHub, type ApiHub } from '../simulators/api-hub.ts'
import {
  addInteraction,
  addMessage,
  contactOf,
  deskAnswers,
  furnishDesk,
  offered
} from '../simulators/api-hub/desk.ts'
import { ago, meOf } from '../simulators/api-hub/world.ts'
import { chromiumPath, openBrowser } from './shots.ts'

describe.skipIf(!existsSync(chromiumPath))('the inbox', { timeout: 40_000 }, () => {
  let browser: Browser
  let hub: ApiHub
  let page: Page
  let offer: Interaction
  let chat: Interaction
  const errors: string[] = []

  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    hub = await startApiHub({
      answers: deskAnswers,
      ...(process.env['APP_BUILD'] ? { build: process.env['APP_BUILD'] } : {})
    })
    const { world } = hub
    furnishDesk(world)
    world.me = meOf(world, world.users[0]!)
    chat = addInteraction(world, contactOf('Amina Diallo'))
    addMessage(world, chat, { text: 'My card is blocked' })
    offer = addInteraction(world, contactOf('Ibrahim Sow'), { state: 'queued', agentId: null })
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

  const makeOffer = () => {
    Object.assign(offer, offered(hub.world), { version: offer.version + 1 })
    hub.push('interaction.changed', { interaction: offer })
  }
  const open = async (id: string) => {
    await page.goto(`/inbox/${id}`)
    await page.getByRole('log').waitFor()
  }
  const row = (name: string) => page.locator('[data-row]', { hasText: name })
  const sent = (kind: 'out' | 'note') => hub.world.messages.filter((message) => message.kind === kind)
  const until = async (claim: () => boolean) => {
    for (let n = 0; n < 100 && !claim(); n++) await page.waitForTimeout(50)
    expect(claim()).toBe(true)
  }

  it('accepts, answers and closes with a disposition by keyboard alone', async () => {
    await page.goto('/inbox')
    await row('Amina').waitFor()
    makeOffer()
    await page.getByRole('region', { name: /Ibrahim Sow/ }).waitFor()
    await page.keyboard.press('a')
    await page.waitForURL(`**/inbox/${offer.id}`)
    expect(offer.state).toBe('active')

    await page.keyboard.press('r')
    await page.locator('textarea:focus').waitFor()
    await page.keyboard.type('Hello, I look into it.')
    await page.keyboard.press('Enter')
    await until(() => sent('out').at(-1)?.text === 'Hello, I look into it.')

    await page.keyboard.press('Escape')
    await page.keyboard.press('e')
    await page.getByRole('dialog').locator('input:focus').waitFor()
    await page.keyboard.type('solv')
    await page.keyboard.press('Enter')
    await page.locator('button[type=submit]:focus').waitFor()
    await page.keyboard.press('Enter')
    await until(() => offer.state === 'closed')
    // The work goes on with the next one, and the focus is in the list.
    await page.waitForURL(`**/inbox/${chat.id}`)
    await page.locator(`[data-row="${chat.id}"]:focus`).waitFor()
  })

  it('does not take the focus or a letter from somebody who writes while an offer comes', async () => {
    await open(chat.id)
    await page.locator('textarea').click()
    await page.keyboard.type('b')
    makeOffer()
    await page.getByRole('region', { name: /Ibrahim Sow/ }).waitFor()
    await page.keyboard.type('anana')
    expect(await page.locator('textarea:focus').inputValue()).toBe('banana')
    expect(offer.state).toBe('offered')
  })

  it('says quietly why an offer is gone', async () => {
    await page.goto('/inbox')
    await row('Amina').waitFor()
    makeOffer()
    await page.getByRole('region', { name: /Ibrahim Sow/ }).waitFor()
    Object.assign(offer, { state: 'closed', offer: null, version: offer.version + 1 })
    hub.push('interaction.changed', { interaction: offer })
    await page.getByText('Ibrahim Sow left before you answered.').waitFor()
    expect(await page.getByRole('region', { name: /Ibrahim Sow/ }).count()).toBe(0)
  })

  it('writes a note with a mention', async () => {
    await open(chat.id)
    await page.keyboard.press('n')
    await page.locator('textarea:focus').waitFor()
    await page.keyboard.type('Ask @sa')
    await page.getByRole('option', { name: /Sam Demo/ }).waitFor()
    await page.keyboard.press('Enter')
    await page.keyboard.type('please')
    await page.keyboard.press('Control+Enter')
    await until(() => sent('note').length === 1)
    expect(sent('note')[0]).toMatchObject({
      text: 'Ask @Sam Demo please',
      mentions: [hub.world.agents[1]!.id]
    })
  })

  it('fills in a canned answer by its shortcut', async () => {
    await open(chat.id)
    await page.keyboard.press('r')
    await page.locator('textarea:focus').waitFor()
    await page.keyboard.type('/hel')
    await page.getByRole('option', { name: /Greeting/ }).waitFor()
    await page.keyboard.press('Enter')
    expect(await page.locator('textarea').inputValue()).toBe(
      'Hello Amina Diallo, this is Awa Demo. How can I help you?'
    )
  })

  it('asks for the note that a disposition needs', async () => {
    await open(chat.id)
    await page.keyboard.press('e')
    await page.getByRole('dialog').locator('input:focus').waitFor()
    await page.keyboard.type('compl')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').locator('textarea:focus').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
    await page.getByText('This disposition needs a note.').waitFor()
    await page.getByRole('dialog').locator('textarea').fill('Too slow')
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
    await until(() => chat.state === 'closed')
    expect(chat.dispositionNote).toBe('Too slow')
  })

  it('transfers to a colleague with a note', async () => {
    await open(chat.id)
    await page.keyboard.press('t')
    await page.getByRole('dialog').locator('input[role=combobox]:focus').waitFor()
    await page.keyboard.type('sam')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').locator('textarea:focus').waitFor()
    await page.keyboard.type('Knows the branch')
    await page.keyboard.press('Control+Enter')
    await until(() => chat.transfer?.note === 'Knows the branch')
    await page.locator(`[data-row="${chat.id}"]`).waitFor({ state: 'detached' })
  })

  it('keeps what was written to one while another is open, and at the hub', async () => {
    const other = addInteraction(hub.world, contactOf('Fatou Ndiaye'))
    addMessage(hub.world, other)
    await open(chat.id)
    await page.locator('textarea').fill('Half a sentence')
    await row('Fatou').click()
    await page.waitForURL(`**/inbox/${other.id}`)
    await until(() => hub.world.drafts.get(chat.id)?.text === 'Half a sentence')
    await page.reload()
    await row('Amina').click()
    await page.waitForFunction(() => document.querySelector('textarea')?.value === 'Half a sentence')
  })

  it('sends what could not be sent once the hub is back, once', async () => {
    await open(chat.id)
    await page.route('**/messages', (route) => route.abort())
    await page.locator('textarea').fill('Still there?')
    await page.keyboard.press('Enter')
    await page.getByText('Goes out when the network is back').waitFor()
    await page.unroute('**/messages')
    await until(() => sent('out').length === 1)
    await page.getByText('Goes out when the network is back').waitFor({ state: 'detached' })
    expect(await page.getByText('Still there?').count()).toBeGreaterThan(0)
  })

  it('loads earlier messages without moving what is read', async () => {
    for (let n = 0; n < 120; n++) addMessage(hub.world, chat, { text: `Line ${n}`, at: ago(40 - n / 10) })
    await open(chat.id)
    await page.getByText('Line 119', { exact: true }).waitFor()
    const view = page.getByRole('log')
    await view.evaluate((element) => (element.scrollTop = 280))
    const anchor = page.getByText('Line 75', { exact: true })
    const before = (await anchor.boundingBox())?.y
    await page.getByText('Line 30', { exact: true }).waitFor()
    const after = (await anchor.boundingBox())?.y
    expect(Math.abs((after ?? 0) - (before ?? 0))).toBeLessThan(3)
  })

  it('runs no script of a mail, and loads remote images only when asked', async () => {
    const asked: string[] = []
    await page.route('https://images.example/**', (route) => {
      asked.push(route.request().url())
      return route.fulfill({ status: 404 })
    })
    const mail = addInteraction(hub.world, contactOf('Mail Writer'), { channel: 'email', medium: 'email' })
    addMessage(hub.world, mail, {
      html: '<p>Words</p><img src="x" onerror="parent.hacked=1"><script>parent.hacked=1</script><img data-remote-src="https://images.example/a.png">'
    })
    await open(mail.id)
    await page.frameLocator('iframe').getByText('Words').waitFor()
    expect(asked).toEqual([])
    await page.getByRole('button', { name: 'Show images' }).click()
    await until(() => asked.length === 1)
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false)
    // The cleaner reads the mail in a document of its own, where the policy reports what it then takes out.
    errors.length = 0
  })

  it('says that a status was changed by somebody else, and leads back to ready with one key', async () => {
    await page.goto('/inbox')
    await row('Amina').waitFor()
    const agent = hub.world.agents[0]!
    Object.assign(agent, {
      version: agent.version + 1,
      presence: { state: 'no-answer', pauseReasonId: null, since: ago(0), cause: 'offer-missed' }
    })
    hub.push('agent.changed', { agent })
    await page.getByText('You did not answer an offer').waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('r')
    await until(() => agent.presence.state === 'ready')
    await page.getByText('You did not answer an offer').waitFor({ state: 'detached' })
  })
})

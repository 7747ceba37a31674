import { existsSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Interaction, type InteractionDoc } from '@palabre/hub/interactions/interaction.model'
import { Message } from '@palabre/hub/messages/message.model'
import {
  Person,
  Visitor,
  chatAccount,
  demoPassword,
  eventually,
  openHouse,
  type House
} from '../flows/house.ts'
import { recordNamed } from '../flows/people.ts'
import { chromiumPath, openBrowser } from './shots.ts'

/** What routing shows, with the real hub behind it. Needs PALABRE_CHROMIUM. */
describe.skipIf(!existsSync(chromiumPath))('routing in the house', { timeout: 90_000 }, () => {
  let house: House
  let browser: Browser
  let accountId: string
  let admin: Person
  let awa: Person
  const visitors: Visitor[] = []
  const errors: string[] = []

  async function signIn(email: string): Promise<Page> {
    const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 720 } })
    const page = await context.newPage()
    page.on('pageerror', ({ message }) => errors.push(message))
    await page.goto(house.url)
    await page.locator('input[name=email]').fill(`${email}@palabre.example`)
    await page.locator('input[name=password]').fill(demoPassword)
    await page.keyboard.press('Enter')
    await page.waitForURL('**/inbox')
    return page
  }
  async function arrive(text: string): Promise<InteractionDoc> {
    const visitor = await new Visitor(house.url, accountId).connect()
    visitors.push(visitor)
    await visitor.say(text)
    return eventually(
      text,
      async () => (await Interaction.findOne({ preview: text }).lean()) as InteractionDoc | null
    )
  }
  const now = async ({ _id }: InteractionDoc) =>
    (await Interaction.findById(_id).lean()) as unknown as InteractionDoc
  const rowOf = (page: Page, { _id }: InteractionDoc) => page.locator(`[data-row="${String(_id)}"]`)
  async function setQueue(change: Record<string, unknown>) {
    const queue = await recordNamed(admin, '/api/queues', 'Customer care')
    const { status } = await admin.send('PATCH', `/api/queues/${queue.id}`, {
      version: queue.version,
      change
    })
    expect(status).toBe(200)
  }

  beforeAll(async () => {
    house = await openHouse()
    accountId = await chatAccount(house.url)
    admin = await Person.signIn(house.url, 'admin')
    awa = await Person.signIn(house.url, 'awa')
    browser = await openBrowser()
  }, 60_000)
  afterAll(async () => {
    for (const visitor of visitors) visitor.leave()
    await browser?.close()
    await house?.stop()
  })

  it('a supervisor sees who waits and why, raises one, and sees it go', async () => {
    const supervisor = await signIn('supervisor')
    await supervisor.goto(`${house.url}/waiting`)
    await supervisor.getByText('Whoever waits for an agent appears here').waitFor()
    const first = await arrive('I came first')
    const second = await arrive('I came second')
    await rowOf(supervisor, second).waitFor()
    const ids = () =>
      supervisor.locator('[data-row]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-row')))
    expect(await ids()).toEqual([String(first._id), String(second._id)])

    await rowOf(supervisor, second).click()
    const why = supervisor.getByRole('complementary', { name: 'Why it waits' })
    await why.getByText(/who could take it (is|are) away/).waitFor()
    await why.getByText('2 in Customer care').waitFor()
    await why.getByText('Offline').first().waitFor()

    await supervisor.keyboard.press('p')
    await supervisor.getByRole('dialog').getByRole('button', { name: '+10' }).click()
    await supervisor.getByRole('dialog').getByRole('button', { name: 'Set priority' }).click()
    await eventually('the priority', async () => (await now(second)).priority === 10)
    await why.getByText('1 in Customer care').waitFor()
    await supervisor.mouse.move(5, 5)
    await eventually('the order', async () => (await ids())[0] === String(second._id))

    await awa.ready()
    const offer = await awa.offer('I came second')
    await rowOf(supervisor, second)
      .getByText(/Offered to/)
      .waitFor()
    await awa.accept(offer)
    await rowOf(supervisor, second).waitFor({ state: 'detached' })
    await why.getByText('It does not wait any more').waitFor()
    await awa.accept(await awa.offer('I came first'))
    await supervisor.getByText('Whoever waits for an agent appears here').waitFor()
    await awa.close(String(first._id))
    await awa.close(String(second._id))
    await awa.send('PUT', '/api/me/presence', { state: 'offline' })
    await supervisor.context().close()
  })

  it('takes by itself what its queue accepts, and asks a colleague, who answers with a note', async () => {
    await setQueue({ autoAccept: true, agentChoice: 'longest-idle' })
    const agent = await signIn('awa')
    const ready = (page: Page) =>
      page
        .getByRole('button', { name: /^Become ready/ })
        .first()
        .click()
    await ready(agent)
    await agent.getByRole('button', { name: /Your status: Ready/ }).waitFor()
    const doc = await arrive('Take me by yourself')
    await eventually('its acceptance', async () => (await now(doc)).state === 'active')
    await agent.waitForURL(`**/inbox/${String(doc._id)}`)
    await agent.getByText('Why this came to you').waitFor()
    await agent
      .getByText('You were the only one free')
      .or(agent.getByText(/Free the longest of/))
      .waitFor()

    const colleague = await signIn('boris')
    await ready(colleague)
    await agent.keyboard.press('c')
    await agent.getByRole('dialog').locator('input:focus').waitFor()
    await agent.getByRole('dialog').getByRole('option', { name: /Boris/i }).click()
    await agent.getByRole('dialog').locator('textarea').fill('Is this fee right?')
    await agent.keyboard.press('Control+Enter')
    const group = colleague.getByRole('region', { name: 'You are asked' })
    await group.getByText('Is this fee right?').waitFor()
    await colleague.getByText(/asks you about .*: Is this fee right\?/).waitFor()
    await group.getByRole('link').click()
    await colleague.locator('textarea').fill('Yes, it is.')
    await colleague.keyboard.press('Control+Enter')
    await agent.getByRole('log').getByText('Yes, it is.').waitFor()
    await colleague.getByRole('button', { name: /^End/ }).click()
    await group.waitFor({ state: 'detached' })
    await agent.getByRole('list', { name: 'Questions to colleagues' }).waitFor({ state: 'detached' })
    expect(
      await Message.countDocuments({ interactionId: doc._id, kind: 'out', 'author.kind': 'agent' })
    ).toBe(0)
    await setQueue({ autoAccept: false })
    await colleague.context().close()
    await agent.context().close()
  })

  it('no page threw an error', () => expect(errors).toEqual([]))
})

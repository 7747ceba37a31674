import { existsSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Interaction } from '@palabre/config/contract/interaction'
import { startApiHub, type ApiHub } from '../simulators/api-hub.ts'
import { Refuse } from '../simulators/api-hub/asked.ts'
import { addInteraction, contactOf, deskAnswers, furnishDesk } from '../simulators/api-hub/desk.ts'
import { routingAnswers } from '../simulators/api-hub/routing.ts'
import { ago, meOf, newId } from '../simulators/api-hub/world.ts'
import { chromiumPath, openBrowser } from './shots.ts'

const waiting = (waited: number, change: Partial<Interaction> = {}): Partial<Interaction> => ({
  state: 'queued',
  agentId: null,
  acceptedAt: null,
  queuedAt: ago(waited),
  dueAt: ago(waited - 600),
  ...change
})

describe.skipIf(!existsSync(chromiumPath))('the waiting list of supervisors', { timeout: 60_000 }, () => {
  let browser: Browser
  let hub: ApiHub
  let page: Page
  let asked: string[]
  let broken = false
  const errors: string[] = []

  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    asked = []
    broken = false
    hub = await startApiHub({
      answers: {
        ...deskAnswers,
        ...routingAnswers,
        'routing.explain': (request) => {
          asked.push(request.params['id'] ?? '')
          return routingAnswers['routing.explain']!(request)
        },
        'interaction.list': (request) => {
          if (broken) throw new Refuse('unexpected')
          return routingAnswers['interaction.list']!(request)
        }
      },
      ...(process.env['APP_BUILD'] ? { build: process.env['APP_BUILD'] } : {})
    })
    const { world } = hub
    furnishDesk(world)
    world.me = meOf(world, world.users[1]!)
    page = await (
      await browser.newContext({ baseURL: hub.url, locale: 'en-GB', viewport: { width: 1280, height: 720 } })
    ).newPage()
    errors.length = 0
    page.on('pageerror', ({ message }) => errors.push(message))
  })
  afterEach(async () => {
    await page.context().close()
    await hub.close()
    expect(errors).toEqual([])
  })

  const add = (name: string, change: Partial<Interaction>) =>
    addInteraction(hub.world, contactOf(name), change)
  const rows = () => page.locator('[data-row]')
  const names = async () =>
    (await page.locator('[data-row] .name').allTextContents()).map((one) => one.trim())
  const row = (name: string) => page.locator('[data-row]', { hasText: name })
  const push = (interaction: Interaction, change: Partial<Interaction>) => {
    Object.assign(interaction, change, { version: interaction.version + 1 })
    hub.push('interaction.changed', { interaction })
  }
  const open = async () => {
    await page.goto('/waiting')
    await rows().first().waitFor()
  }
  const until = async (claim: () => boolean | Promise<boolean>) => {
    for (let n = 0; n < 100 && !(await claim()); n++) await page.waitForTimeout(50)
    expect(await claim()).toBe(true)
  }

  it('lists every queue in the order in which it is offered, and follows what changes', async () => {
    const [cards, everyday] = hub.world.settings.queue as unknown as [{ id: string }, { id: string }]
    add('Short Wait', waiting(30, { queueId: cards.id }))
    const long = add('Long Wait', waiting(90, { queueId: cards.id }))
    add('Raised', waiting(20, { queueId: cards.id, priority: 5 }))
    add('Other Queue', waiting(500, { queueId: everyday.id }))
    await open()
    expect(await names()).toEqual(['Raised', 'Long Wait', 'Short Wait', 'Other Queue'])
    push(long, { state: 'active', agentId: hub.world.agents[0]!.id })
    await row('Long Wait').waitFor({ state: 'detached' })
    const fresh = add('Just Arrived', waiting(1, { queueId: cards.id }))
    hub.push('interaction.changed', { interaction: fresh })
    await until(async () => (await names()).join() === 'Raised,Short Wait,Just Arrived,Other Queue')
    await page.getByLabel('Queue', { exact: true }).selectOption({ label: 'Everyday banking' })
    expect(await names()).toEqual(['Other Queue'])
    await page.getByLabel('Medium', { exact: true }).selectOption('email')
    await page.getByText('Nobody waits here').waitFor()
    await page.getByRole('button', { name: 'Show all queues' }).click()
    expect(await rows().count()).toBe(4)
  })

  it('warns from 80 % of the target on, and says by how much it is missed', async () => {
    add('Calm', waiting(60, { dueAt: ago(-60) }))
    add('Soon', waiting(85, { dueAt: ago(-15) }))
    add('Missed', waiting(130, { dueAt: ago(30) }))
    await open()
    await row('Soon').locator('.target.soon').waitFor()
    expect(await row('Missed').locator('.target.over').textContent()).toMatch(/^\s*\+0:3\d/)
    expect(await row('Calm').locator('.target.soon, .target.over').count()).toBe(0)
    await page.getByText('1 over target').waitFor()
  })

  it('moves many by keyboard alone, says who could not be, and leaves them selected', async () => {
    const first = add('First', waiting(90))
    const second = add('Second', waiting(80))
    const third = add('Third', waiting(70))
    add('Fourth', waiting(60))
    await open()
    await page.keyboard.press('j')
    await page.locator(`[data-row="${first.id}"]:focus`).waitFor()
    await page.keyboard.press('Shift+j')
    await page.keyboard.press('Shift+j')
    await page.getByText('3 selected').waitFor()
    // Somebody was faster with the second one, and nobody told.
    second.state = 'wrapup'
    await page.keyboard.press('m')
    await page.getByRole('dialog').locator('input:focus').waitFor()
    await page.keyboard.type('every')
    await page.keyboard.press('Enter')
    await page.locator('button[form=move-form]:focus').waitFor()
    await page.keyboard.press('Enter')
    await page.getByText('2 moved to Everyday banking').waitFor()
    const to = hub.world.settings.queue[1]!.id
    expect([first.queueId, third.queueId]).toEqual([to, to])
    const alert = page.getByRole('alert')
    await alert.getByText('1 could not be changed').waitFor()
    expect(await alert.textContent()).toContain('This is not possible in its present state. Second')
    await page.getByText('1 selected').waitFor()
    await row('Second').locator('.refusal').waitFor()
    await page.getByRole('button', { name: 'Dismiss' }).click()
    await alert.waitFor({ state: 'detached' })
  })

  it('puts an offer back into the queue, and refuses that for what waits anyway', async () => {
    const [agent] = hub.world.agents
    const offered = add('Offered One', {
      ...waiting(40),
      state: 'offered',
      offer: { id: newId(), agentId: agent!.id, at: ago(3), expiresAt: ago(-25), reasons: [] }
    })
    add('Waiting One', waiting(30))
    await open()
    await row('Offered One').getByText('Offered to Awa Demo').waitFor()
    await page.keyboard.press('Control+a')
    await page.getByText('2 selected').waitFor()
    await page.keyboard.press('b')
    await page.getByText('1 is back in the queue').waitFor()
    expect(offered.state).toBe('queued')
    expect(await page.getByRole('alert').textContent()).toContain('Waiting One')
  })

  it('sets the priority of one, and refuses an old picture of it', async () => {
    const one = add('Somebody', waiting(30))
    add('Ahead', waiting(60))
    await open()
    await row('Somebody').focus()
    await page.keyboard.press('p')
    await page.getByRole('dialog').getByRole('button', { name: '+10' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Set priority' }).click()
    await until(() => one.priority === 10)
    await until(async () => (await names())[0] === 'Somebody')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    // It changed, and this screen was not told.
    one.version += 5
    await row('Somebody').focus()
    await page.keyboard.press('p')
    await page.getByRole('dialog').locator('input[type=number]').fill('50')
    await page.getByRole('dialog').getByRole('button', { name: 'Set priority' }).click()
    await page.getByRole('dialog').getByText('Somebody changed it meanwhile').waitFor()
    expect(one.priority).toBe(10)
    await page.getByRole('dialog').locator('input[type=number]').fill('-1')
    await page.getByRole('dialog').getByRole('button', { name: 'Set priority' }).click()
    await page.getByText('A whole number from 0 to 10,000.').waitFor()
  })

  it('assigns one to an agent', async () => {
    const one = add('Needs Awa', waiting(30))
    await open()
    await row('Needs Awa').focus()
    await page.keyboard.press('t')
    await page.getByRole('dialog').locator('input:focus').waitFor()
    await page.keyboard.type('awa')
    await page.keyboard.press('Enter')
    await page.locator('button[form=assign-form]:focus').waitFor()
    await page.keyboard.press('Enter')
    await until(() => one.offer?.agentId === hub.world.agents[0]!.id)
    await row('Needs Awa').getByText('Offered to Awa Demo').waitFor()
  })

  it('explains why it waits, who is nearest and what comes next, and reads again only when told', async () => {
    const one = add('Why Me', waiting(90, { priority: 4 }))
    await open()
    await row('Why Me').click()
    const why = page.getByRole('complementary', { name: 'Why it waits' })
    await why.getByText('All 2 agents who are there and could take it are busy; 1 more is away.').waitFor()
    await why.getByText('Sam Demo').waitFor()
    await why.getByText('busy: call, which nothing interrupts').waitFor()
    await why.getByText('Cards: has 1, it needs 3').waitFor()
    await why.getByText('Moves to Everyday banking').waitFor()
    expect(await why.getByText(/^in 1:1\d$/).count()).toBe(1)
    const before = asked.length
    await page.waitForTimeout(2500)
    expect(asked.length).toBe(before)
    for (let n = 0; n < 20; n++) hub.push('agent.changed', { agent: hub.world.agents[0]! })
    await until(() => asked.length > before)
    await page.waitForTimeout(1500)
    // Twenty changes of a moment are one reading.
    expect(asked.length).toBe(before + 1)
    push(one, { state: 'closed' })
    await why.getByText('It does not wait any more').waitFor()
    await page.keyboard.press('Escape')
    await why.waitFor({ state: 'detached' })
  })

  it('does not move a row under the pointer', async () => {
    add('Upper', waiting(60))
    add('Lower', waiting(50))
    await open()
    await row('Lower').hover()
    await page.mouse.move(600, 330)
    const fresh = add('Very Urgent', waiting(1, { priority: 900 }))
    hub.push('interaction.changed', { interaction: fresh })
    await row('Very Urgent').waitFor()
    expect((await names()).slice(0, 2)).toEqual(['Upper', 'Lower'])
    await page.mouse.move(5, 5)
    await until(async () => (await names())[0] === 'Very Urgent')
  })

  it('draws only what is seen of a thousand, and goes through them by key', async () => {
    for (let n = 0; n < 1000; n++) add(`Person ${n}`, waiting(2000 - n))
    await open()
    await page.getByText('1,000 wait').or(page.getByText('1000 wait')).first().waitFor()
    expect(await rows().count()).toBeLessThan(60)
    for (let n = 0; n < 40; n++) await page.keyboard.press('j')
    await row('Person 39').waitFor()
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Person 39')
    await page.locator('.scroller').evaluate((element) => (element.scrollTop = element.scrollHeight))
    await row('Person 999').waitFor()
  })

  it('says what went wrong and tries again', async () => {
    broken = true
    await page.goto('/waiting')
    await page.getByRole('alert').waitFor()
    broken = false
    const empty = page.getByText('Whoever waits for an agent appears here')
    // The page may also read again by itself when the line is back.
    await Promise.race([page.getByRole('button', { name: 'Try again' }).click(), empty.waitFor()])
    await empty.waitFor()
  })

  it('is not for agents', async () => {
    hub.world.me = meOf(hub.world, hub.world.users[0]!)
    await page.goto('/waiting')
    await page.getByText('Your role does not', { exact: false }).first().waitFor()
    expect(await page.getByRole('link', { name: 'Waiting' }).count()).toBe(0)
  })
})

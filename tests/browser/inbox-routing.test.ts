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
import { routingAnswers } from '../simulators/api-hub/routing.ts'
import { ago, meOf, newId } from '../simulators/api-hub/world.ts'
import { chromiumPath, openBrowser } from './shots.ts'

describe.skipIf(!existsSync(chromiumPath))('routing at the desk', { timeout: 60_000 }, () => {
  let browser: Browser
  let hub: ApiHub
  let page: Page
  let chat: Interaction
  const errors: string[] = []

  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    hub = await startApiHub({
      answers: { ...deskAnswers, ...routingAnswers },
      ...(process.env['APP_BUILD'] ? { build: process.env['APP_BUILD'] } : {})
    })
    const { world } = hub
    furnishDesk(world)
    world.me = meOf(world, world.users[0]!)
    chat = addInteraction(world, contactOf('Amina Diallo'))
    addMessage(world, chat, { text: 'My card is blocked' })
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

  const push = (interaction: Interaction, change: Partial<Interaction>) => {
    Object.assign(interaction, change, { version: interaction.version + 1 })
    hub.push('interaction.changed', { interaction })
  }
  const open = async (id: string) => {
    await page.goto(`/inbox/${id}`)
    await page.getByRole('log').waitFor()
  }
  const until = async (claim: () => boolean | Promise<boolean>) => {
    for (let n = 0; n < 100 && !(await claim()); n++) await page.waitForTimeout(50)
    expect(await claim()).toBe(true)
  }
  const dialog = () => page.getByRole('dialog')
  const wrapUp = (mode: string) => {
    for (const queue of hub.world.settings.queue)
      queue['wrapUp'] = { mode, seconds: 60, extensionSeconds: 30 }
  }
  const passedOver = () => ({ code: 'passed-over', figures: { agentId: hub.world.agents[1]!.id } })

  it('says on the offer why it came to you, and who was passed over', async () => {
    const other = addInteraction(hub.world, contactOf('Ibrahim Sow'), { state: 'queued', agentId: null })
    await page.goto('/inbox')
    await page.locator('[data-row]').first().waitFor()
    const offer = offered(hub.world).offer!
    push(other, { ...offered(hub.world), offer: { ...offer, reasons: [...offer.reasons, passedOver()] } })
    const card = page.getByRole('region', { name: /Ibrahim Sow/ })
    await card.getByText('Free the longest of 3 agents').waitFor()
    await card.getByText('Cards: you have level 5, it needs 3').waitFor()
    await card.getByText('Who else could have, and why not').click()
    await card.getByText('Sam Demo did not take it').waitFor()
  })

  it('keeps the reasons with the conversation, for whoever reads it', async () => {
    hub.world.logs.set(chat.id, [
      {
        n: 1,
        at: ago(290),
        name: 'offered',
        byId: null,
        figures: { agentId: hub.world.agents[0]!.id },
        reasons: [{ code: 'sticky', figures: {} }, passedOver()]
      },
      {
        n: 2,
        at: ago(280),
        name: 'accepted',
        byId: hub.world.users[0]!.id,
        figures: { agentId: hub.world.agents[0]!.id }
      }
    ])
    await open(chat.id)
    const panel = page.getByRole('complementary', { name: 'Contact' })
    await panel.getByText('Why this came to you').waitFor()
    await panel.getByText('You spoke with this contact before').waitFor()
    await panel.getByText('Sam Demo did not take it').waitFor()
    hub.world.me = meOf(hub.world, hub.world.users[1]!)
    await open(chat.id)
    await panel.getByText('Why this went to Awa Demo').waitFor()
    await panel.getByText('Spoke with this contact before', { exact: true }).waitFor()
  })

  it('explains in the conversation why it waits, and what routing was told', async () => {
    push(chat, {
      state: 'queued',
      agentId: null,
      estimate: { seconds: 240, position: 3 },
      suggestion: 'callback',
      preferredIds: [hub.world.agents[1]!.id]
    })
    await open(chat.id)
    const panel = page.getByRole('complementary', { name: 'Contact' })
    await panel.getByText('Why it waits').waitFor()
    await panel.getByText('1 in Cards').waitFor()
    await panel.getByText('about 4 minutes, place 3').waitFor()
    await panel.getByText('a callback').waitFor()
    await panel.getByText('Would rather have').waitFor()
  })

  it('asks a colleague, shows that the question runs, and ends it', async () => {
    await open(chat.id)
    await page.keyboard.press('c')
    await dialog().locator('input:focus').waitFor()
    await page.keyboard.type('sam')
    await page.keyboard.press('Enter')
    await dialog().locator('textarea:focus').waitFor()
    await page.keyboard.type('Is this fee right?')
    await page.keyboard.press('Control+Enter')
    await until(() => chat.consults.length === 1)
    const running = page.getByRole('list', { name: 'Questions to colleagues' })
    await running.getByText('You ask Sam Demo').waitFor()
    await running.getByRole('button', { name: 'End the question to Sam Demo' }).click()
    await until(() => chat.consults.length === 0)
    await running.waitFor({ state: 'detached' })
  })

  it('shows what a colleague asks in a group of its own, with notes only, and lets it be ended', async () => {
    const [awa, sam] = hub.world.agents
    const theirs = addInteraction(hub.world, contactOf('Fatou Ndiaye'), { agentId: sam!.id })
    addMessage(hub.world, theirs, { text: 'How much is it?' })
    await page.goto('/inbox')
    await page.locator('[data-row]').first().waitFor()
    push(theirs, {
      consults: [
        {
          id: newId(),
          agentId: awa!.id,
          agentName: awa!.name,
          byId: sam!.id,
          byName: sam!.name,
          question: 'Do you know this fee?',
          at: ago(0)
        }
      ]
    })
    const group = page.getByRole('region', { name: 'You are asked' })
    await group.getByText('Sam Demo asks').waitFor()
    await group.getByRole('link').click()
    await page.getByText('Sam Demo asks you').waitFor()
    expect(await page.getByRole('tab').allTextContents()).toHaveLength(1)
    await page.keyboard.press('r')
    await page.locator('textarea:focus').waitFor()
    await page.keyboard.type('It is 5 euros.')
    await page.keyboard.press('Control+Enter')
    await until(() => hub.world.messages.some(({ kind, text }) => kind === 'note' && /5 euros/.test(text)))
    expect(hub.world.messages.filter(({ kind }) => kind === 'out')).toEqual([])
    await page.getByRole('button', { name: /^End/ }).click()
    await until(() => theirs.consults.length === 0)
    await group.waitFor({ state: 'detached' })
    await page.waitForURL(`**/inbox/${chat.id}`)
  })

  it('accepts by itself where the queue says so, without leaving what is being written', async () => {
    for (const queue of hub.world.settings.queue) queue['autoAccept'] = true
    const other = addInteraction(hub.world, contactOf('Ibrahim Sow'), { state: 'queued', agentId: null })
    await open(chat.id)
    await page.locator('textarea').click()
    await page.keyboard.type('b')
    push(other, offered(hub.world))
    await until(() => other.state === 'active')
    await page.keyboard.type('anana')
    expect(await page.locator('textarea:focus').inputValue()).toBe('banana')
    await page.getByText('Ibrahim Sow is in your hands: this queue accepts for you.').waitFor()
    expect(await page.getByRole('region', { name: /^Offer/ }).count()).toBe(0)
    await page.getByRole('button', { name: 'Open', exact: true }).click()
    await page.waitForURL(`**/inbox/${other.id}`)
  })

  it('accepts nothing by itself while its socket is not there', async () => {
    for (const queue of hub.world.settings.queue) queue['autoAccept'] = true
    hub.setAccepting(false)
    const other = addInteraction(hub.world, contactOf('Ibrahim Sow'), offered(hub.world, 60))
    await page.goto('/inbox')
    await page.getByRole('region', { name: /Ibrahim Sow/ }).waitFor({ timeout: 10_000 })
    await page.waitForTimeout(1500)
    expect(other.state).toBe('offered')
    hub.setAccepting(true)
    await until(() => other.state === 'active')
  })

  it('offers it by hand when it could not be accepted by itself', async () => {
    for (const queue of hub.world.settings.queue) queue['autoAccept'] = true
    const other = addInteraction(hub.world, contactOf('Ibrahim Sow'), { state: 'queued', agentId: null })
    await open(chat.id)
    await page.route('**/accept', (route) => route.fulfill({ status: 500, body: '{"error":"unexpected"}' }))
    push(other, offered(hub.world))
    await page.getByRole('region', { name: /Ibrahim Sow/ }).waitFor()
    await page.getByText('could not be accepted for you').waitFor()
    await page.unroute('**/accept')
    await page.keyboard.press('a')
    await until(() => other.state === 'active')
  })

  it('transfers to whoever has the skills, in this queue or another', async () => {
    await open(chat.id)
    await page.keyboard.press('t')
    await dialog().getByText('To a skill').click()
    await dialog().locator('input[role=combobox]:focus').waitFor()
    await dialog().getByRole('button', { name: 'Transfer' }).click()
    await dialog().getByText('Choose at least one skill.').waitFor()
    await dialog().getByRole('combobox').first().fill('cards')
    await page.keyboard.press('Enter')
    await dialog().getByRole('combobox').first().fill('fren')
    await page.keyboard.press('Enter')
    await dialog().getByLabel('Level of Cards, at least').selectOption('3')
    await dialog().getByLabel('Queue', { exact: true }).selectOption({ label: 'Everyday banking' })
    await dialog().getByRole('button', { name: 'Transfer to Cards 3 and French 1' }).click()
    await until(() => chat.state === 'queued')
    const [french, , cards] = hub.world.settings.skill
    expect(chat).toMatchObject({
      queueId: hub.world.settings.queue[1]!.id,
      requirements: [
        { skillId: cards!.id, level: 3 },
        { skillId: french!.id, level: 1 }
      ]
    })
  })

  it('marks what rests, and what wants its place again', async () => {
    const [awa] = hub.world.agents
    const hold = { interactionId: chat.id, medium: 'chat' as const, since: ago(200) }
    Object.assign(awa!, { holds: [{ ...hold, parked: 'idle' }], version: 2 })
    hub.world.me = meOf(hub.world, hub.world.users[0]!)
    await open(chat.id)
    const row = page.locator(`[data-row="${chat.id}"]`)
    await row.getByText('Resting').waitFor()
    hub.push('agent.changed', { agent: { ...awa!, holds: [{ ...hold, parked: 'due' }], version: 3 } })
    await row.getByText('Wants a place').waitFor()
    hub.push('agent.changed', { agent: { ...awa!, holds: [{ ...hold, parked: null }], version: 4 } })
    await row.getByText('Wants a place').waitFor({ state: 'detached' })
  })

  describe('wrap-up', () => {
    const closeWith = async (name: string) => {
      await dialog().getByRole('option', { name }).click()
      await dialog().getByRole('button', { name: 'Close', exact: true }).last().click()
    }

    it('on request begins when the agent says so at closing, and may be finished without a disposition', async () => {
      wrapUp('on-request')
      await open(chat.id)
      await page.keyboard.press('e')
      await dialog().getByLabel('I need time for wrap-up').check()
      await dialog().getByRole('button', { name: 'Close and wrap up' }).click()
      await until(() => chat.state === 'wrapup')
      await page.getByRole('button', { name: 'More time' }).waitFor()
      await page.getByRole('button', { name: 'Finish without' }).click()
      await until(() => chat.state === 'closed')
      expect(chat.dispositionId).toBeNull()
    })

    it('on request does not begin by itself', async () => {
      wrapUp('on-request')
      await open(chat.id)
      await page.keyboard.press('e')
      await closeWith('Solved')
      await until(() => chat.state === 'closed')
    })

    it('optional may come first, and end without a disposition', async () => {
      wrapUp('optional')
      await open(chat.id)
      await page.keyboard.press('e')
      await dialog().getByRole('button', { name: 'Wrap up first' }).click()
      await until(() => chat.state === 'wrapup')
      await page.keyboard.press('e')
      await dialog().getByRole('button', { name: 'Finish' }).click()
      await until(() => chat.state === 'closed')
    })

    it('mandatory has no end by itself and wants a disposition', async () => {
      wrapUp('mandatory')
      await open(chat.id)
      await page.keyboard.press('e')
      await dialog().getByRole('button', { name: 'Wrap up first' }).click()
      await until(() => chat.state === 'wrapup')
      await page.getByText(/^Wrap-up for 0:0\d/).waitFor()
      expect(await page.getByRole('button', { name: 'More time' }).count()).toBe(0)
      expect(await page.getByRole('button', { name: 'Finish without' }).count()).toBe(0)
      await page.keyboard.press('e')
      await dialog().getByRole('button', { name: 'Finish' }).click()
      await dialog().getByText('Choose how it ended.').waitFor()
      await dialog().getByRole('option', { name: 'Solved' }).click()
      await dialog().getByRole('button', { name: 'Finish' }).click()
      await until(() => chat.state === 'closed')
    })

    it('timed for all keeps the disposition, and goes on until its time is over', async () => {
      wrapUp('timed-strict')
      await open(chat.id)
      await page.keyboard.press('e')
      await closeWith('Solved')
      await until(() => chat.state === 'wrapup')
      await page.getByText(/ends by itself in 0:5\d/).waitFor()
      await page.getByText('Ended with: Solved').waitFor()
      // It is still on screen: nothing else was opened in its place.
      expect(page.url()).toContain(chat.id)
      await page.keyboard.press('e')
      await dialog().getByRole('option', { name: 'Spam' }).click()
      await dialog().getByRole('button', { name: 'Save' }).click()
      await page.getByText('Ended with: Spam').waitFor()
      expect(chat.state).toBe('wrapup')
      expect(await page.getByRole('button', { name: /^Finish/ }).count()).toBe(0)
    })
  })
})

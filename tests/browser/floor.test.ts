import { existsSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ApiHub } from '../simulators/api-hub.ts'
import { floorMessageOf, helpOf, type FloorWorld } from '../simulators/api-hub/floor.ts'
import { ago } from '../simulators/api-hub/world.ts'
import { hold, openFloor } from './floor.world.ts'
import { chromiumPath, openBrowser } from './shots.ts'

const agentRows = '[data-row]'

describe.skipIf(!existsSync(chromiumPath))('the floor', { timeout: 60_000 }, () => {
  let browser: Browser
  let hub: ApiHub
  let floor: FloorWorld
  let enter: (email: string) => void
  let page: Page
  const errors: string[] = []

  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    ;({ hub, floor, enter } = await openFloor({ agents: 300 }))
    page = await (
      await browser.newContext({ baseURL: hub.url, locale: 'en-GB', viewport: { width: 1280, height: 720 } })
    ).newPage()
    await page.addInitScript(() => localStorage.setItem('palabre:asked-to-notify', 'yes'))
    errors.length = 0
    page.on('pageerror', ({ message }) => errors.push(message))
  })
  afterEach(async () => {
    await page.context().close()
    await hub.close()
    expect(errors).toEqual([])
  })

  const accessible = async () => {
    await page.waitForTimeout(250)
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(
      violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)
    ).toEqual([])
  }
  const agent = (name: string) => hub.world.agents.find((one) => one.name === name)!
  const own = () => hub.world.agents.find(({ id }) => id === hub.world.me?.agent?.id)!
  const row = (name: string) => page.locator(agentRows).filter({ hasText: name }).first()

  describe('for a supervisor', () => {
    beforeEach(() => {
      enter('supervisor@bank.example')
    })

    it('shows three hundred agents, draws those that are seen, and finds one', async () => {
      await page.goto('/board/agents')
      await row('Amara Ba').waitFor()
      const all = hub.world.agents.length
      await page.getByText(`${String(all)} of ${String(all)}`).waitFor()
      expect(await page.locator(agentRows).count()).toBeLessThan(60)
      await accessible()
      await page.keyboard.press('/')
      await page.keyboard.type('elodie keita')
      await page.getByText(`3 of ${String(all)}`).waitFor()
      expect(await page.locator(agentRows).count()).toBe(3)
      await page.getByRole('textbox', { name: 'Search agents' }).fill('nobody of this name')
      await page.getByText('No agent matches').waitFor()
      await page.getByRole('button', { name: 'Clear the filters' }).click()
      await page.getByText(`${String(all)} of ${String(all)}`).waitFor()
    })

    it('groups by state and keeps rows where they are under the pointer', async () => {
      await page.goto('/board/agents')
      await row('Amara Ba').waitFor()
      await page.getByLabel('Sort').selectOption('time')
      const before = await page.locator(agentRows).first().getAttribute('data-row')
      const rested = await page.locator(agentRows).nth(3).getAttribute('data-row')
      await page.locator(agentRows).nth(3).hover()
      const changed = hub.world.agents.find(({ id }) => id === before)!
      Object.assign(changed, {
        version: changed.version + 1,
        presence: { ...changed.presence, state: 'ready', since: ago(0) }
      })
      hub.push('agent.changed', { agent: { ...changed } })
      await page.waitForTimeout(400)
      expect(await page.locator(agentRows).nth(3).getAttribute('data-row')).toBe(rested)
      await page.mouse.move(600, 20)
      await expect.poll(() => page.locator(agentRows).first().getAttribute('data-row')).not.toBe(before)
      await page.getByLabel('Group').selectOption('state')
      await page.getByRole('heading', { level: 2, name: /^No answer/ }).waitFor()
    })

    it('follows states and figures as they are told', async () => {
      await page.goto('/board/agents')
      await row('Amara Ba').waitFor()
      const one = agent('Amara Ba')
      Object.assign(one, {
        version: one.version + 1,
        presence: { state: 'no-answer', pauseReasonId: null, since: ago(3), cause: 'offer-missed' }
      })
      hub.push('agent.changed', { agent: { ...one } })
      await row('Amara Ba').getByText('No answer').waitFor()
      const quarter = floor.quarters.find(({ agentId }) => agentId === one.id)!
      hub.push('quarters.changed', {
        quarters: [{ ...quarter, version: 9, sums: { ...quarter.sums, handled: 77, handledMs: 77_000 } }]
      })
      await page.getByText('77', { exact: true }).waitFor()
    })

    it('opens an agent by keyboard, changes status after saying what follows, skills, loans; goes back to the row', async () => {
      await page.goto('/board/agents')
      await row('Amara Ba').waitFor()
      const [first] = hub.world.agents.toSorted((a, b) => a.name.localeCompare(b.name, 'en'))
      await page.keyboard.press('j')
      await page.keyboard.press('Enter')
      const sheet = page.getByRole('dialog', { name: first!.name })
      await sheet.waitFor()
      await sheet.getByRole('heading', { name: 'Skills' }).waitFor()
      await accessible()

      await sheet.getByRole('button', { name: 'Set offline' }).click()
      await page.getByText(/chats and callbacks go back to their queues/).waitFor()
      await page.getByRole('alertdialog').getByRole('button', { name: 'Set offline' }).click()
      await expect.poll(() => first!.presence.state).toBe('offline')

      await sheet.getByRole('button', { name: 'Lend to a queue' }).click()
      await sheet.getByLabel('Queue').selectOption({ index: 1 })
      await sheet.getByRole('button', { name: 'Lend', exact: true }).click()
      await expect.poll(() => first!.loans.length).toBeGreaterThan(0)
      await sheet
        .getByRole('button', { name: /^Recall/ })
        .first()
        .click()

      await sheet.getByRole('button', { name: 'Change Skills' }).click()
      await sheet.getByRole('button', { name: 'Save' }).click()
      await page.getByText('Saved').waitFor()

      await sheet.getByRole('button', { name: 'Sign out' }).click()
      await page.getByRole('alertdialog').getByRole('button', { name: 'Sign out' }).click()
      await expect.poll(() => first!.presence.cause).toBe('signed-out')
      await page.keyboard.press('Escape')
      await sheet.waitFor({ state: 'hidden' })
      await expect
        .poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-row')))
        .toBe(first!.id)
    })

    it('shows a day of states as a picture and as a table', async () => {
      const one = agent('Amara Ba')
      floor.days.set(one.id, [
        { state: 'offline', pauseReasonId: null, from: ago(30_000), to: ago(9000) },
        { state: 'ready', pauseReasonId: null, from: ago(9000), to: ago(1200) },
        {
          state: 'paused',
          pauseReasonId: hub.world.settings.pauseReason[0]!.id,
          from: ago(1200),
          to: ago(600)
        },
        { state: 'ready', pauseReasonId: null, from: ago(600), to: null }
      ])
      await page.goto('/board/agents')
      await row('Amara Ba').click()
      await page.getByRole('img', { name: /^States of today/ }).waitFor()
      await page.getByText('As a table').click()
      expect(await page.getByRole('row').count()).toBe(4)
      await page.getByRole('cell', { name: 'Lunch' }).waitFor()
    })

    it('hears a call for help anywhere, counts it, says who is on the way, and opens the conversation', async () => {
      await page.goto('/board/messages')
      await page.getByText('No messages yet').waitFor()
      const one = agent('Amara Ba')
      const work = hold(hub.world, one, 'Zanzibar Client')
      const help = helpOf(hub.world, one.id)
      help.help = { ...help.help!, interactionId: work.id, channel: 'chat' }
      floor.messages.push(help)
      hub.push('floorMessage.changed', { message: { ...help } })
      await page.getByText(/Amara Ba asks for help/).waitFor()
      await page.getByRole('link', { name: /1 request for help/ }).waitFor()
      await page.goto('/board/agents')
      const wanted = page.getByRole('region', { name: '1 request for help' })
      await wanted.getByText('Nobody is on the way yet').waitFor()
      await accessible()
      await wanted.getByRole('button', { name: 'I am on my way' }).click()
      await wanted.getByText('You are on the way').waitFor()
      await wanted.getByRole('link', { name: 'Open the conversation' }).click()
      await page.waitForURL(`**/board/interactions/${work.id}`)
    })

    it('writes to a team, urgently, and sees who has seen it; the text is text', async () => {
      await page.goto('/board/messages')
      await page.getByText('No messages yet').waitFor()
      await page.keyboard.press('n')
      const dialog = page.getByRole('dialog', { name: 'Write a message' })
      await dialog.getByRole('button', { name: 'Send' }).click()
      await dialog.getByText('Say to whom.').waitFor()
      await dialog.getByText('Everybody', { exact: true }).click()
      await dialog.getByLabel('Message').fill('x'.repeat(4001))
      await dialog.getByText(/1 too many/).waitFor()
      await dialog.getByLabel('Message').fill('<b>bold</b><img src=x onerror="document.title=1">')
      await dialog.getByText('Urgent', { exact: true }).click()
      await accessible()
      await dialog.getByRole('button', { name: 'Send' }).click()
      await dialog.waitFor({ state: 'hidden' })
      const written = floor.messages.at(-1)!
      expect(written).toMatchObject({ importance: 'urgent', audience: { kind: 'floor' } })
      hub.push('floorMessage.changed', { message: { ...written, version: 5, seen: 12 } })
      await page.getByText(`Seen by 12 of ${String(written.addressed)}`).waitFor()
      await page.keyboard.press('j')
      await page.keyboard.press('Enter')
      await page.getByText('<b>bold</b><img src=x', { exact: false }).first().waitFor()
      expect(await page.locator('b').count()).toBe(0)
      await accessible()
      await page.getByRole('button', { name: /^Seen by/ }).click()
      await page.getByRole('region', { name: 'Who has seen it' }).getByText('Not seen yet').first().waitFor()
    })

    it('answers on the side of one agent of several', async () => {
      const one = agent('Amara Ba')
      const message = floorMessageOf(hub.world, {
        seenAs: 'lead',
        unread: true,
        addressed: 20,
        audience: { kind: 'floor', ids: [], count: 0 },
        sides: [
          {
            agentId: one.id,
            answers: 1,
            last: { name: one.name, text: 'Mine are fine', byAgent: true, at: ago(20) }
          }
        ]
      })
      floor.messages.push(message)
      await page.goto('/board/messages')
      await page.locator(agentRows).first().click()
      await page
        .getByRole('button', { name: /Mine are fine/ })
        .last()
        .click()
      const box = page.getByRole('textbox', { name: `Answer ${one.name}` })
      await box.fill('Thank you')
      await box.press('Enter')
      await expect
        .poll(() => floor.answers.at(-1))
        .toMatchObject({ agentId: one.id, text: 'Thank you', byAgent: false })
      await page.getByRole('log').getByText('Thank you').waitFor()
    })
  })

  describe('for an agent', () => {
    beforeEach(() => {
      enter('awa@bank.example')
    })

    it('tells of a message quietly, counts it, shows it, and takes an answer', async () => {
      const read = page.waitForResponse(/floor-messages\?open/)
      await page.goto('/inbox')
      await read
      await page.getByRole('button', { name: 'Messages', exact: true }).waitFor()
      await page.waitForTimeout(500)
      const message = floorMessageOf(hub.world)
      floor.messages.push(message)
      hub.push('floorMessage.changed', { message: { ...message } })
      await page.getByText(/Sam Demo: The lines are busy/).waitFor()
      await page.getByRole('button', { name: 'Messages: 1 new' }).click()
      const sheet = page.getByRole('dialog', { name: 'Messages' })
      await sheet.getByText('to your team').waitFor()
      await accessible()
      await sheet.locator(agentRows).click()
      const box = sheet.getByRole('textbox', { name: 'Answer' })
      await box.fill('Understood')
      await box.press('Enter')
      await sheet.getByRole('log').getByText('Understood').waitFor()
      await accessible()
      await expect.poll(() => message.unread).toBe(false)
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Messages', exact: true }).waitFor()
    })

    it('keeps what is urgent on screen until she took note of it, after a reload too', async () => {
      const message = floorMessageOf(hub.world, { importance: 'urgent', awaitsYou: true, text: 'Fire drill' })
      floor.messages.push(message)
      await page.goto('/inbox')
      await page.getByRole('alert').getByText('Sam Demo: Fire drill').waitFor()
      await accessible()
      await page.reload()
      await page.getByRole('alert').getByText('Sam Demo: Fire drill').waitFor()
      await page.getByRole('button', { name: 'I took note' }).click()
      await page.getByText('Sam Demo: Fire drill').waitFor({ state: 'hidden' })
      expect(message.awaitsYou).toBe(false)
    })

    it('asks for help from the conversation, hears who comes, and that it is over', async () => {
      const work = hold(hub.world, own(), 'Zanzibar Client')
      await page.goto(`/inbox/${work.id}`)
      await page.getByRole('log').waitFor()
      await page.getByRole('button', { name: 'More actions', exact: true }).click()
      await page.getByRole('menuitem', { name: 'Ask for help' }).click()
      const dialog = page.getByRole('dialog', { name: /^Ask for help with/ })
      await dialog.getByRole('button', { name: 'Ask', exact: true }).click()
      await dialog.getByText('Write something first.').waitFor()
      await dialog.getByRole('textbox').fill('They do not accept the refusal')
      await accessible()
      await dialog.getByRole('button', { name: 'Ask', exact: true }).click()
      await page.getByText('Your supervisors have been told.').waitFor()
      const help = floor.messages.at(-1)!
      expect(help.help).toMatchObject({ interactionId: work.id, takenBy: null })
      const taken = {
        ...help,
        version: 2,
        help: { ...help.help!, takenBy: { userId: hub.world.users[1]!.id, name: 'Sam Demo', at: ago(0) } }
      }
      hub.push('floorMessage.changed', { message: taken })
      await page.getByText('Sam Demo is on the way to you.').waitFor()
      hub.push('floorMessage.changed', {
        message: { ...taken, version: 3, help: { ...taken.help, endedAt: ago(0), end: 'closed' } }
      })
      await page.getByText('Your request for help was closed.').waitFor()
    })

    it('sees her own figures beside her status, as they change', async () => {
      const slot = new Date(Math.floor(Date.now() / 900_000) * 900_000).toISOString()
      floor.own.push({ slot, version: 1, sums: { handled: 7, handledMs: 7 * 125_000, missed: 1 } })
      await page.goto('/inbox')
      await page.getByRole('button', { name: /^Your status/ }).click()
      await page.getByText('2:05').waitFor()
      hub.push('figures.changed', {
        agentId: own().id,
        quarters: [{ slot, version: 2, sums: { handled: 8, handledMs: 8 * 90_000, missed: 1 } }]
      })
      await page.getByText('1:30', { exact: true }).waitFor()
      await accessible()
    })

    it('may not open the panel of agents', async () => {
      await page.goto('/board/agents')
      await page
        .getByText(/not (allowed|permitted)|may not|role/i)
        .first()
        .waitFor()
      expect(await page.locator(agentRows).count()).toBe(0)
    })
  })
})

import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Interaction } from '@palabre/config/contract/interaction'
import { startApiHub, type ApiHub } from '../simulators/api-hub.ts'
import { Refuse, type Answers } from '../simulators/api-hub/asked.ts'
import {
  boardAnswers,
  boardWorld,
  cellsOf,
  changedCells,
  type BoardWorld
} from '../simulators/api-hub/board.ts'
import { deskAnswers } from '../simulators/api-hub/desk.ts'
import { routingAnswers } from '../simulators/api-hub/routing.ts'
import { ago, meOf } from '../simulators/api-hub/world.ts'
import { furnishBoard, type BoardFloor } from './board.world.ts'
import { chromiumPath, openBrowser } from './shots.ts'

describe.skipIf(!existsSync(chromiumPath))('the board of supervisors', { timeout: 60_000 }, () => {
  let browser: Browser
  let hub: ApiHub
  let page: Page
  let far: BoardWorld
  let floor: BoardFloor
  let arranged: Record<string, unknown>[]
  let broken = false
  const errors: string[] = []

  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    broken = false
    arranged = []
    far = boardWorld()
    const usual = boardAnswers(far)
    const answers: Answers = {
      ...deskAnswers,
      ...routingAnswers,
      ...usual,
      'board.read': (asked) => {
        if (broken) throw new Refuse('not-permitted')
        return usual['board.read']!(asked)
      },
      'interaction.arrange': ({ body }) => {
        arranged.push(body)
        return { done: body.ids, refused: [] }
      }
    }
    hub = await startApiHub({
      answers,
      ...(process.env['APP_BUILD'] ? { build: process.env['APP_BUILD'] } : {})
    })
    floor = furnishBoard(hub.world, far)
    be('supervisor@bank.example')
    page = await (
      await browser.newContext({
        baseURL: hub.url,
        locale: 'en-GB',
        viewport: { width: 1280, height: 720 },
        acceptDownloads: true
      })
    ).newPage()
    errors.length = 0
    page.on('pageerror', ({ message }) => errors.push(message))
  })
  afterEach(async () => {
    await page.context().close()
    await hub.close()
    expect(errors).toEqual([])
  })

  function be(email: string) {
    hub.world.me = meOf(
      hub.world,
      hub.world.users.find((user) => user.email === email)!
    )
  }
  const tile = (name: string) => page.locator('[data-tiles] button', { hasText: name }).first()
  const valueOf = async (name: string) => (await tile(name).locator('.value').textContent())?.trim()
  const pressing = () => page.locator('[data-pressing] li')
  const until = async (claim: () => boolean | Promise<boolean>) => {
    for (let n = 0; n < 100 && !(await claim()); n++) await page.waitForTimeout(50)
    expect(await claim()).toBe(true)
  }
  async function open() {
    await page.goto('/board')
    await page.locator('[data-tiles]').waitFor()
    await until(async () => (await page.locator('tbody tr').count()) > 0)
  }
  function change(interaction: Interaction, part: Partial<Interaction>) {
    const before = cellsOf(hub.world)
    Object.assign(interaction, part, { version: interaction.version + 1 })
    hub.push('interaction.changed', { interaction })
    hub.push('board.changed', { cells: changedCells(hub.world, before) })
  }
  async function nothingSerious() {
    const { violations } = await new AxeBuilder({ page }).analyze()
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([])
  }

  it('shows what is about to break first, the most urgent first, with the reason', async () => {
    await open()
    await pressing().nth(1).waitFor()
    expect(await pressing().locator('.name').allTextContents()).toEqual(['Late Customer', 'Risky Customer'])
    await until(async () => /late$/.test((await pressing().first().locator('strong').textContent()) ?? ''))
    await pressing().first().getByText('All 2 agents who are there', { exact: false }).waitFor()
    await page.getByText('1 late · 1 at risk').waitFor()
    await page.locator('[data-pressing]').getByText('Email 1').waitFor()
    await nothingSerious()
  })

  it('follows the floor without being loaded again, and reads again when it may have missed something', async () => {
    await open()
    expect(await valueOf('Waiting')).toBe('3')
    const reads = far.reads
    change(floor.late, { state: 'active', agentId: hub.world.agents[0]!.id, dueAt: null })
    await until(async () => (await valueOf('Waiting')) === '2')
    expect(await valueOf('In progress')).toBe('2')
    await until(async () => (await pressing().count()) === 1)
    expect(far.reads).toBe(reads)

    hub.setAccepting(false)
    hub.dropSockets()
    Object.assign(floor.calm, { state: 'closed', version: 9 })
    hub.setAccepting(true)
    hub.dropSockets()
    await until(async () => far.reads > reads)
    await until(async () => (await valueOf('Waiting')) === '1')
  })

  it('counts what quarters of an hour tell, the newest of each only', async () => {
    await open()
    const before = Number((await valueOf('Arrived'))?.replaceAll(',', ''))
    const [first] = far.quarters
    const newer = { ...first!, sums: { ...first!.sums, arrived: first!.sums['arrived']! + 5 }, version: 2 }
    hub.push('quarters.changed', { quarters: [newer] })
    hub.push('quarters.changed', { quarters: [first!] })
    await until(async () => Number((await valueOf('Arrived'))?.replaceAll(',', '')) === before + 5)
  })

  it('opens what is behind a figure, with its formula and the other ways to count', async () => {
    await open()
    await tile('Level now').click()
    const sheet = page.getByRole('dialog')
    await sheet.getByText('the running quarter of an hour and the four before it', { exact: false }).waitFor()
    await sheet.getByText('Without short').waitFor()
    await sheet.locator('.u-wrap, canvas').first().waitFor()
    await sheet.getByText('As a table').click()
    expect(await sheet.locator('tbody tr').count()).toBeGreaterThan(0)
    await nothingSerious()
    await page.keyboard.press('Escape')
    const cell = page.locator('tbody tr', { hasText: 'Everyday banking' }).locator('td button').first()
    await cell.click()
    await page.getByRole('dialog').getByText('2 entries').waitFor()
    expect(await page.getByRole('dialog').locator('a.item').count()).toBe(2)
  })

  it('is worked by keyboard alone: relaxes what waits for a skill, and lends an agent for an hour', async () => {
    await open()
    const row = pressing().first()
    await until(async () => row.getByRole('button', { name: 'Relax skills' }).isEnabled())
    await row.getByRole('button', { name: 'Relax skills' }).focus()
    await page.keyboard.press('Enter')
    await until(() => arranged.length === 1)
    expect(arranged).toEqual([{ ids: [floor.late.id], action: { kind: 'relax' } }])

    const risky = pressing().nth(1)
    await risky.getByRole('button', { name: 'Lend agents' }).focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.getByText('has the skills', { exact: false }).waitFor()
    await nothingSerious()
    // Who has the skills is first.
    const first = dialog.getByRole('checkbox').first()
    expect(await dialog.locator('fieldset li').first().textContent()).toContain('Awa Demo')
    await first.focus()
    await page.keyboard.press('Space')
    await dialog.getByRole('button', { name: 'Lend 1 agent' }).focus()
    await page.keyboard.press('Enter')
    await until(() => hub.world.agents[0]!.loans.length === 1)
    const [loan] = hub.world.agents[0]!.loans
    expect(loan!.queueId).toBe(floor.queueIds[1])
    expect((Date.parse(loan!.until) - Date.now()) / 60_000).toBeCloseTo(60, 0)
  })

  it('groups by what was chosen, marks what is shared, and remembers it', async () => {
    await open()
    await page.getByText('Team', { exact: true }).click()
    await page.locator('tbody th', { hasText: 'Back office' }).waitFor()
    await page.getByText('Never add it up', { exact: false }).waitFor()
    await page.getByRole('button', { name: 'Columns' }).click()
    await page.getByRole('checkbox', { name: 'Occupancy' }).check()
    await page.keyboard.press('Escape')
    await page.locator('thead', { hasText: 'Occupancy' }).waitFor()
    await page.reload()
    await page.locator('tbody th', { hasText: 'Back office' }).waitFor()
    await page.locator('thead', { hasText: 'Occupancy' }).waitFor()
    await nothingSerious()
  })

  it('keeps rows where they are while somebody points at them', async () => {
    await open()
    const names = async () => (await page.locator('tbody th').allTextContents()).map((name) => name.trim())
    expect(await names()).toEqual(['Cards', 'Everyday banking'])
    await page.locator('tbody tr').first().hover()
    change(floor.risky, { queuedAt: ago(9000), dueAt: ago(5000) })
    change(floor.calm, { queuedAt: ago(9000), dueAt: ago(5400) })
    const late = page.locator('tbody tr', { hasText: 'Everyday banking' }).locator('td').nth(3)
    await until(async () => (await late.textContent())?.trim() === '2')
    expect(await names()).toEqual(['Cards', 'Everyday banking'])
    await page.mouse.move(600, 700)
    await until(async () => (await names()).join() === 'Everyday banking,Cards')
  })

  it('is downloaded as it is seen, with nothing that a spreadsheet would calculate', async () => {
    Object.assign(hub.world.settings.queue[0]!, { name: '=1+1' })
    await open()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download CSV' }).click()
    ])
    const text = await readFile(await download.path(), 'utf8')
    const lines = text.trim().split('\r\n')
    expect(lines[0]).toMatch(/^\ufeff?Queue,Waiting,/)
    expect(lines).toHaveLength(3)
    expect(lines.some((line) => line.startsWith("'=1+1,1,"))).toBe(true)
  })

  it('says what is wrong when it cannot be read, and is closed to agents', async () => {
    broken = true
    await page.goto('/board')
    await page.getByRole('button', { name: 'Try again' }).waitFor()
    broken = false
    // It may also have come back by itself, with the line.
    await page
      .getByRole('button', { name: 'Try again' })
      .click({ timeout: 5000 })
      .catch(() => undefined)
    await page.locator('[data-tiles]').waitFor()
    be('awa@bank.example')
    await page.goto('/board')
    await page.locator('main h1, main h2').first().waitFor()
    expect(await page.locator('[data-tiles]').count()).toBe(0)
    expect(far.reads).toBe(1)
  })

  it('shows cards on a phone, with nothing beside its screen', async () => {
    await page.setViewportSize({ width: 390, height: 844 })
    await page.goto('/board')
    await page.locator('h3', { hasText: 'Cards' }).waitFor()
    expect(await page.locator('table').count()).toBe(0)
    const wide = await page.evaluate(() => document.querySelector('#content')?.scrollWidth)
    expect(wide).toBeLessThanOrEqual(390)
    await nothingSerious()
  })
})

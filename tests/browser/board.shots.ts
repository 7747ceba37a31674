import { startApiHub } from '../simulators/api-hub.ts'
import { Refuse } from '../simulators/api-hub/asked.ts'
import { boardAnswers, boardWorld } from '../simulators/api-hub/board.ts'
import { deskAnswers } from '../simulators/api-hub/desk.ts'
import { routingAnswers } from '../simulators/api-hub/routing.ts'
import { defaultPreferences, meOf } from '../simulators/api-hub/world.ts'
import type { Page } from 'playwright-core'
import { crowdBoard, furnishBoard } from './board.world.ts'
import { everyLook, takeShots, type Look, type Shot } from './shots.ts'

// node --import tsx --conditions=source tests/browser/board.shots.ts [name…]
const far = boardWorld()
let mode: 'usual' | 'broken' | 'slow' | 'empty' = 'usual'
const usual = boardAnswers(far)
const hub = await startApiHub({
  ...(process.env['APP_BUILD'] ? { build: process.env['APP_BUILD'] } : {}),
  answers: {
    ...deskAnswers,
    ...routingAnswers,
    ...usual,
    'board.read': async (asked) => {
      if (mode === 'broken') throw new Refuse('unexpected')
      if (mode === 'slow') await new Promise((resolve) => setTimeout(resolve, 4000))
      if (mode === 'empty') return { seq: '1', cells: [], quarters: [] }
      return usual['board.read']!(asked)
    }
  }
})
const { world } = hub
const floor = furnishBoard(world, far)
let crowded = false

const see =
  (
    then: (page: Page) => Promise<unknown> = async () => {},
    how: typeof mode = 'usual',
    many = false
  ): Shot['show'] =>
  async (page, { theme, locale }: Look) => {
    const user = world.users.find(({ email }) => email === 'supervisor@bank.example')!
    world.preferences.set(user.id, { ...defaultPreferences, theme, locale })
    world.me = meOf(world, user)
    mode = how
    if (many && !crowded) {
      crowded = true
      crowdBoard(world, floor)
    }
    await page.goto('/board')
    if (how === 'usual' || how === 'empty') await page.locator('[data-tiles]').waitFor()
    await page.waitForTimeout(500)
    await page.evaluate(() => document.querySelector<HTMLElement>('.toasts .close')?.click())
    await then(page)
  }

const shots: Shot[] = [
  { name: 'board', show: see() },
  {
    name: 'drawer',
    show: see(async (page) => {
      await page.locator('[data-tiles] button').nth(3).click()
      await page.getByRole('dialog').waitFor()
      await page.waitForTimeout(900)
    })
  },
  {
    name: 'lend',
    show: see(async (page) => {
      await page.locator('[data-pressing] li [data-lend] button, [data-pressing] li button').last().click()
      await page.waitForTimeout(400)
    })
  },
  {
    name: 'teams',
    show: see(async (page) => {
      const group = page.getByRole('radiogroup').locator('label').nth(3)
      if (await group.count()) await group.click()
    })
  },
  { name: 'failed', show: see(undefined, 'broken') },
  { name: 'loading', show: see(undefined, 'slow') },
  { name: 'empty', show: see(undefined, 'empty') },
  { name: 'crowded', show: see(undefined, 'usual', true) }
]
const names = process.argv.slice(2)
const wanted = names.length ? shots.filter(({ name }) => names.includes(name)) : shots
const looks = process.env['LOOKS']
  ? everyLook.filter(({ size, theme, locale }) =>
      process.env['LOOKS']!.split(',').includes(`${size}.${theme}.${locale}`)
    )
  : everyLook
const complaints = await takeShots(hub.url, wanted, process.env['SHOTS'] ?? '/tmp/palabre-shots/board', looks)
await hub.close()
for (const line of complaints) process.stdout.write(`${line}\n`)
process.exitCode = complaints.length ? 1 : 0

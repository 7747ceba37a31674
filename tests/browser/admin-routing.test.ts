import { existsSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import type { ReplayChange, ReplayFigures } from '@palabre/config/contract/routing'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startApiHub, type ApiHub } from '../simulators/api-hub.ts'
import type { Answers } from '../simulators/api-hub/asked.ts'
import { deskAnswers } from '../simulators/api-hub/desk.ts'
import { defaultPreferences, meOf } from '../simulators/api-hub/world.ts'
import { adminAnswers, furnish } from './admin.world.ts'
import { chromiumPath, openBrowser } from './shots.ts'

const figures: ReplayFigures = {
  arrivals: 120,
  answered: 110,
  abandoned: 10,
  serviceLevel: 0.8,
  waitAverageS: 40,
  waitP90S: 90,
  waitLongestS: 300,
  occupancy: 0.7
}
const sides = { recorded: figures, asIs: figures, changed: { ...figures, serviceLevel: 0.9 } }

describe.skipIf(!existsSync(chromiumPath))('administration of routing', { timeout: 45_000 }, () => {
  let browser: Browser
  let hub: ApiHub
  let page: Page
  let replayed: ReplayChange[]
  const errors: string[] = []
  const replayAnswers: Answers = {
    'routing.replay': ({ body, world }) => {
      replayed.push(body.change)
      const { id, name } = world.settings.queue[0]!
      const queues = [{ queueId: id, name: String(name), ...sides }]
      return { from: body.from, to: body.to, ...sides, queues }
    }
  }

  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    replayed = []
    hub = await startApiHub({
      world: furnish,
      answers: { ...deskAnswers, ...adminAnswers, ...replayAnswers },
      ...(process.env['APP_BUILD'] ? { build: process.env['APP_BUILD'] } : {})
    })
    enter('en')
    page = await (await browser.newContext({ baseURL: hub.url, locale: 'en-GB' })).newPage()
    errors.length = 0
    page.on('pageerror', ({ message }) => errors.push(message))
  })
  afterEach(async () => {
    await page.context().close()
    await hub.close()
    expect(errors).toEqual([])
  })

  function enter(locale: 'en' | 'fr') {
    const user = hub.world.users.find(({ email }) => email === 'admin@bank.example')!
    hub.world.preferences.set(user.id, { ...defaultPreferences, locale })
    hub.world.me = meOf(hub.world, user)
  }
  const queue = (n = 0) => hub.world.settings.queue[n]!
  const findings = async () => {
    const { violations } = await new AxeBuilder({ page }).analyze()
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
  }

  describe('the preview of a queue', () => {
    it('says why what waits goes to nobody', async () => {
      await page.goto(`/admin/queues/${queue().id}`)
      const preview = page.getByRole('dialog', { name: 'With these settings…' })
      await page.getByRole('button', { name: 'Preview' }).click()
      await preview.getByText('Fatou Exemple goes to Awa Demo').waitFor({ state: 'attached' })
      await preview.getByText('Paul Sample goes to nobody yet').waitFor({ state: 'attached' })
      await preview
        .getByText('The one agent who is free for it gets a contact that comes first.')
        .first()
        .waitFor()
      await page.keyboard.press('Escape')
      await page.getByLabel('Lowest level').first().selectOption('5')
      await page.getByRole('button', { name: 'Preview' }).click()
      await preview.getByText('Nobody has what it asks for.').first().waitFor()
      expect(await findings()).toEqual([])
    })
  })

  describe('what customers are told', () => {
    const card = () => page.getByRole('region', { name: 'Estimated waits' })

    it('is set beside what they waited, in words', async () => {
      await page.goto(`/admin/queues/${queue().id}`)
      await card()
        .getByText('Half of the customers waited within 40 seconds of what they were told.')
        .waitFor()
      await card().getByText('9 of 10 waited within 3 minutes, 5 seconds of it.').waitFor()
      await card().getByText('63% waited within a minute of it.').waitFor()
      await card().getByText('On average they waited 12 seconds longer than they were told.').waitFor()
      await card().getByText('1,284 answered customers were told a time').waitFor()
      expect(await findings()).toEqual([])
    })

    it('is said to be too few where hardly anybody was told anything', async () => {
      await page.goto(`/admin/queues/${queue(1).id}`)
      await card().getByText('Too few yet').waitFor()
      await card().getByText('Nobody who was told a time has been answered.').waitFor()
      expect(await card().getByText('Half of the customers').count()).toBe(0)
    })

    it('is said in French', async () => {
      enter('fr')
      await page.goto(`/admin/queues/${queue().id}`)
      const told = page.getByRole('region', { name: 'Attentes annoncées' })
      await told.getByText('La moitié des clients ont attendu à 40 secondes près').waitFor()
    })
  })

  describe('what if', () => {
    const pick = async (name: string) => {
      await page.getByRole('combobox', { name: 'Rules of queues' }).click()
      await page.getByRole('option', { name }).click()
    }
    const run = async () => {
      await page.getByRole('button', { name: 'Replay' }).click()
      await page.getByText('With the change').first().waitFor()
    }

    it('replays with other requirements, targets and steps of relaxation', async () => {
      const before = structuredClone(queue())
      await page.goto('/admin/what-if')
      await pick(String(queue()['name']))
      const sheet = page.getByRole('dialog', { name: `Rules of ${String(queue()['name'])}` })
      await sheet.getByLabel('Lowest level').first().selectOption('4')
      await sheet.getByRole('button', { name: 'Remove step 2' }).click()
      await sheet.getByRole('group', { name: 'Answer within' }).getByRole('spinbutton').first().fill('2')
      expect(await findings()).toEqual([])
      await sheet.getByRole('button', { name: 'Done' }).click()
      const different = page.getByRole('list', { name: 'Rules of queues' })
      for (const rule of ['Requirements', 'How requirements give way', 'Answer within'])
        await different.getByText(rule, { exact: true }).waitFor()
      await run()
      const { requirements, relaxation, targets, ...rest } = replayed[0]!.queues![queue().id]!
      expect(rest).toEqual({})
      expect(requirements![0]).toMatchObject({ level: 4 })
      expect(relaxation!.steps).toHaveLength(1)
      expect(targets![0]!.seconds).not.toBe((before['targets'] as { seconds: number }[])[0]!.seconds)
      expect(queue()).toEqual(before)
      expect(await findings()).toEqual([])
    })

    it('asks for nothing while rules are incomplete, and says which', async () => {
      await page.goto('/admin/what-if')
      await pick(String(queue()['name']))
      const sheet = page.getByRole('dialog', { name: `Rules of ${String(queue()['name'])}` })
      await sheet.getByRole('spinbutton', { name: 'Priority' }).fill('')
      await sheet.getByRole('button', { name: 'Done' }).click()
      await page.getByText('Something is not complete').waitFor()
      expect(await page.getByRole('button', { name: 'Replay' }).isDisabled()).toBe(true)
      await page.getByRole('button', { name: `Rules of ${String(queue()['name'])}` }).click()
      await sheet.getByRole('spinbutton', { name: 'Priority' }).fill('7')
      await sheet.getByRole('button', { name: 'Done' }).click()
      await run()
      expect(replayed[0]).toEqual({ queues: { [queue().id]: { priority: 7 } } })
    })
  })
})

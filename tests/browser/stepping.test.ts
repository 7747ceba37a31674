import { existsSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ago } from '../simulators/api-hub/world.ts'
import { chromiumPath, openBrowser } from './shots.ts'
import { SteppingWorld } from './stepping.world.ts'

describe.skipIf(!existsSync(chromiumPath))('stepping in', { timeout: 60_000 }, () => {
  let browser: Browser
  let world: SteppingWorld
  let page: Page
  const errors: string[] = []

  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    world = await SteppingWorld.open()
    page = await (
      await browser.newContext({
        baseURL: world.hub.url,
        locale: 'en-GB',
        viewport: { width: 1280, height: 720 }
      })
    ).newPage()
    await page.addInitScript(() => localStorage.setItem('palabre:asked-to-notify', 'yes'))
    page.setDefaultTimeout(8000)
    errors.length = 0
    page.on('pageerror', ({ message }) => errors.push(message))
  })
  afterEach(async () => {
    await page.context().close()
    await world.hub.close()
    expect(errors).toEqual([])
  })

  const until = async (claim: () => boolean | Promise<boolean>) => {
    for (let n = 0; n < 100 && !(await claim()); n++) await page.waitForTimeout(50)
    expect(await claim()).toBe(true)
  }
  const topics = (type: 'watch' | 'unwatch') =>
    world.hub.frames.flatMap((frame) =>
      frame.type === type || (type === 'watch' && frame.type === 'hello') ? (frame.topics ?? []) : []
    )
  const written = () => world.hub.frames.flatMap((frame) => (frame.type === 'writing' ? [frame] : []))
  const serious = async () =>
    (await new AxeBuilder({ page }).exclude('iframe[sandbox]').analyze()).violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)
  const asked = (name: string) => world.desk.asked.filter((one) => one.name === name).map(({ body }) => body)

  describe('as a supervisor', () => {
    beforeEach(() => world.enter('supervisor'))
    const open = async () => {
      await page.goto(`/board/interactions/${world.chat.id}`)
      await page.getByText('C’est urgent, je pars ce soir.').waitFor()
      await until(() => topics('watch').includes(`writing:${world.chat.id}`))
    }
    const writing = () => page.getByRole('textbox', { name: /^Awa Demo (is writing|has written)/ })

    it('shows what the agent writes as it is written', async () => {
      await open()
      await page.getByText('Awa Demo is not writing.').waitFor()
      world.write('Votre carte est')
      await page.getByRole('region', { name: 'Awa Demo is writing:' }).waitFor()
      world.write('Votre carte est bloquée <b>par nous</b>')
      await until(
        async () => (await writing().textContent())?.trim() === 'Votre carte est bloquée <b>par nous</b>'
      )
      await page.getByRole('region', { name: 'Awa Demo has written, not sent yet:' }).waitFor()
      world.write('')
      await page.getByText('Awa Demo is not writing.').waitFor()
      expect(await serious()).toEqual([])
    })

    it('lets go of the topic when another page is opened', async () => {
      await page.goto('/waiting')
      await page.evaluate((path) => {
        history.pushState({}, '', path)
        dispatchEvent(new PopStateEvent('popstate', { state: {} }))
      }, '/waiting')
      await open()
      await page.keyboard.press('Control+k')
      await page.keyboard.type('waiting')
      await page.keyboard.press('Enter')
      await page.waitForURL('**/waiting')
      await until(() => topics('unwatch').includes(`writing:${world.chat.id}`))
    })

    it('shows the draft that was kept, and says when', async () => {
      await open()
      world.write('Depuis hier', { keptAt: ago(90), subject: 'Votre carte' })
      await page.getByRole('region', { name: 'Awa Demo has written, not sent yet:' }).waitFor()
      await page.getByText(/^Kept at \d\d:\d\d/).waitFor()
      await page.getByText('Subject: Votre carte').waitFor()
    })

    it('whispers by keyboard alone, and the whisper looks like nothing else', async () => {
      await open()
      await page.keyboard.press('w')
      await page.keyboard.type('Offrez-lui l’année')
      await page.keyboard.press('Enter')
      const whisper = page.getByRole('article').filter({ hasText: 'Offrez-lui l’année' })
      await whisper.getByText('Whisper to Awa Demo · never for the customer').waitFor()
      expect(asked('message.whisper')).toMatchObject([
        { agentId: world.hub.world.agents[0]!.id, text: 'Offrez-lui l’année' }
      ])
      expect(await page.getByLabel('Whisper to Awa Demo').inputValue()).toBe('')
      expect(await serious()).toEqual([])
    })

    it('keeps a whisper that was refused, because somebody else holds the work by now', async () => {
      await open()
      // The event is still on its way.
      world.chat.agentId = world.hub.world.agents[2]!.id
      await page.getByLabel('Whisper to Awa Demo').fill('pour Awa seule')
      await page.getByRole('button', { name: 'Whisper', exact: true }).click()
      await page.getByText('Somebody changed it meanwhile').waitFor()
      expect(await page.getByLabel('Whisper to Awa Demo').inputValue()).toBe('pour Awa seule')
    })

    it('takes over by keyboard with a reason, and goes on with what was being written', async () => {
      await open()
      world.write('Votre carte est blo')
      await writing().waitFor()
      await page.keyboard.press('o')
      const dialog = page.getByRole('dialog', { name: 'Take this over from Awa Demo?' })
      await dialog.waitFor()
      await page.waitForTimeout(100)
      await page.keyboard.press('Enter')
      await dialog.getByText('Say why: Awa Demo reads it.').waitFor()
      expect(await serious()).toEqual([])
      await page.keyboard.type('She asked me to')
      await page.keyboard.press('Enter')
      await page.waitForURL(`**/inbox/${world.chat.id}`)
      expect(asked('interaction.takeOver')).toEqual([
        { fromAgentId: world.hub.world.agents[0]!.id, reason: 'She asked me to' }
      ])
      const field = page.getByRole('textbox', { name: 'Answer Amina Diallo' })
      await until(async () => (await field.inputValue()) === 'Votre carte est blo')
      // Her answer was on its way: it is not there to be sent again.
      world.hub.push('message.changed', {
        message: {
          ...world.hub.world.messages.find(({ kind }) => kind === 'out')!,
          id: 'f'.repeat(24),
          text: 'Votre carte est blo'
        }
      })
      await until(async () => (await field.inputValue()) === '')
      await page.getByText('Awa Demo had sent this already: your draft was emptied.').waitFor()
    })

    it('says why it cannot be taken, and offers to send it elsewhere', async () => {
      world.desk.refusal = 'over-capacity'
      await open()
      await page.getByRole('button', { name: 'Take over' }).click()
      await page.getByRole('button', { name: 'I know the case' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Take over' }).click()
      await page.getByText('You have no free place for this.').waitFor()
      await page.getByRole('dialog').getByRole('button', { name: 'Send to another' }).click()
      await page.getByRole('dialog', { name: /Amina Diallo/ }).waitFor()
    })

    it('cannot take over without an agent record, and can send on', async () => {
      world.enter('administrator')
      world.hub.world.me!.agent = null
      await open()
      expect(await page.getByRole('button', { name: 'Take over' }).isDisabled()).toBe(true)
      await page.getByText('You have no agent record').waitFor()
      await page.keyboard.press('t')
      const dialog = page.getByRole('dialog')
      await dialog.getByText('To a queue', { exact: true }).click()
      await dialog.getByText('Everyday banking').click()
      await dialog.getByRole('button', { name: /^Transfer/ }).click()
      await page.getByText('Nobody works on it now').waitFor()
    })

    it('shows nothing any more when the scope is lost', async () => {
      await open()
      world.write('Votre carte')
      await writing().waitFor()
      world.hub.refuseTopics([`writing:${world.chat.id}`, `interaction:${world.chat.id}`])
      await page.getByText('You do not look after this any more').waitFor()
      expect(await page.getByText('Votre carte').count()).toBe(0)
      expect(await page.getByText('C’est urgent').count()).toBe(0)
    })

    it('works on a phone', async () => {
      await page.setViewportSize({ width: 390, height: 844 })
      await open()
      world.write('Votre carte est bloquée. '.repeat(60))
      await writing().waitFor()
      const wide = await page.evaluate(() =>
        [...document.querySelectorAll('main *')]
          .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
          .map((one) => one.outerHTML.slice(0, 120))
      )
      expect(wide).toEqual([])
      await page.getByRole('button', { name: 'Take over' }).click()
      await page.getByRole('dialog').waitFor()
      expect(await serious()).toEqual([])
    })
  })

  describe('as the agent', () => {
    beforeEach(() => world.enter('agent'))
    const open = async () => {
      await page.goto(`/inbox/${world.chat.id}`)
      await page.getByText('C’est urgent, je pars ce soir.').waitFor()
    }
    const field = () => page.getByRole('textbox', { name: 'Answer Amina Diallo' })

    it('tells nothing of what she writes while nobody looks on', async () => {
      await open()
      await field().pressSequentially('Votre carte')
      await page.waitForTimeout(600)
      expect(written()).toEqual([])
    })

    it('tells it at most four times a second while somebody does, with a quiet eye, until it is sent', async () => {
      await open()
      await field().fill('Votre')
      world.watch(true)
      await page.getByText('A supervisor is looking').waitFor()
      await until(() => written().at(-1)?.text === 'Votre')
      const before = written().length
      const began = Date.now()
      await field().pressSequentially(' carte est bloquée et une autre arrive', { delay: 25 })
      await until(() => written().at(-1)?.text.endsWith('arrive') === true)
      const seconds = (Date.now() - began) / 1000
      expect(written().length - before).toBeLessThanOrEqual(Math.ceil(seconds * 4) + 1)
      await page.keyboard.press('Enter')
      await until(() => written().at(-1)?.text === '')
      world.watch(false)
      await page.getByText('A supervisor is looking').waitFor({ state: 'detached' })
      const after = written().length
      await field().pressSequentially('seule')
      await page.waitForTimeout(600)
      expect(written()).toHaveLength(after)
    })

    it('is told in one of two tabs what was only loaded in the other', async () => {
      await open()
      await field().fill('ici')
      const other = await page.context().newPage()
      await other.goto(`/inbox/${world.chat.id}`)
      await other.getByText('C’est urgent, je pars ce soir.').waitFor()
      await page.waitForTimeout(300)
      world.watch(true)
      await until(() => written().length > 0)
      await page.waitForTimeout(600)
      expect(written().map(({ text }) => text)).toEqual(['ici'])
      await other.close()
    })

    it('shows no eye where the house has switched it off, and tells all the same', async () => {
      await open()
      world.watch(true, false)
      await field().fill('Votre carte')
      await until(() => written().at(-1)?.text === 'Votre carte')
      expect(await page.getByText('A supervisor is looking').count()).toBe(0)
    })

    it('hears a whisper without losing the caret', async () => {
      await open()
      await field().fill('Votre ')
      world.whisper('Offrez-lui l’année')
      await page.getByText('Whisper to you · never for the customer').waitFor()
      await page.keyboard.type('carte')
      expect(await field().inputValue()).toBe('Votre carte')
      await page.goto(`/inbox/${world.mail.id}`)
      await page.getByRole('heading', { name: 'Relevé de compte de septembre' }).waitFor()
      world.whisper('Et la carte ?')
      await page.getByText('Sam Demo whispers about Amina Diallo: Et la carte ?').waitFor()
    })

    it('is told who took over and why, and keeps what she had written until she puts it away', async () => {
      await open()
      await field().fill('Votre carte est bl')
      world.takeAway('Votre carte est')
      const notice = page.getByRole('region', {
        name: 'Sam Demo took over your conversation with Amina Diallo.'
      })
      await notice.getByText('Why: I know the case').waitFor()
      await notice.getByText('Votre carte est bl').waitFor()
      expect(await serious()).toEqual([])
      // It waits for her over a reload, with what the hub kept.
      await page.goto('/inbox')
      await notice.getByText('Votre carte est').waitFor()
      await notice.getByRole('button', { name: 'Put away: Amina Diallo' }).focus()
      await page.keyboard.press('Enter')
      await notice.waitFor({ state: 'detached' })
      expect(world.desk.stepIns).toEqual([])
    })

    it('cannot look on herself', async () => {
      await page.goto(`/board/interactions/${world.mail.id}`)
      await page.waitForTimeout(500)
      expect(topics('watch').filter((topic) => topic.startsWith('writing:'))).toEqual([])
      expect(await page.getByText('Je n’ai pas reçu mon relevé.').count()).toBe(0)
    })
  })

  it('lets an administrator decide whether agents see it', async () => {
    world.enter('administrator')
    await page.goto('/admin/looking-on')
    const rule = page.getByRole('switch', { name: 'Agents see when a supervisor looks' })
    await rule.waitFor()
    expect(await rule.getAttribute('aria-checked')).toBe('true')
    await rule.focus()
    await page.keyboard.press('Space')
    await until(() => !world.desk.rule.shownToAgents)
    await until(async () => (await rule.getAttribute('aria-checked')) === 'false')
    expect(await serious()).toEqual([])
  })
})

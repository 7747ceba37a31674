import { existsSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import type { CallbackRules } from '@palabre/config/contract/callback'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Refuse } from '../simulators/api-hub/asked.ts'
import { CallbackBook } from '../simulators/api-hub/callbacks.ts'
import { ago, defaultPreferences } from '../simulators/api-hub/world.ts'
import { account, adminAnswers } from './admin.world.ts'
import { CallPage, openTalkingBrowser } from './call-page.ts'
import { callbackWork, chatOf, furnishCallbacks, number, offeredWork } from './callbacks.world.ts'
import type { CallWorld } from './calls.world.ts'
import { chromiumPath } from './shots.ts'

describe.skipIf(!existsSync(chromiumPath))('callbacks on screen', { timeout: 60_000 }, () => {
  let browser: Browser
  let desk: CallPage
  let world: CallWorld
  let book: CallbackBook
  let page: Page

  beforeAll(async () => {
    browser = await openTalkingBrowser()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    book = new CallbackBook()
    desk = await CallPage.open(browser, { ...adminAnswers, ...book.answers })
    ;({ world, page } = desk)
    book.furnish(world.hub.world)
  })
  afterEach(() => desk.close())

  const asked = (name: string) =>
    book.asked.filter((one) => one.name === name).map(({ id, body }) => ({ id, ...(body as object) }))
  const row = (name: string) => page.locator('[data-row]', { hasText: name })
  const group = (name: string) => page.getByRole('region', { name: new RegExp(`^${name}`) })
  const dialog = () => page.getByRole('dialog')
  const choose = (name: string) => dialog().getByRole('radio', { name }).check({ force: true })
  const time = (n: number) => dialog().getByRole('radiogroup', { name: 'Time' }).getByRole('radio').nth(n)
  const accessible = async () => {
    await page.waitForTimeout(250)
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(
      violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)
    ).toEqual([])
  }

  describe('the list', () => {
    beforeEach(() => furnishCallbacks(world.hub.world, book))

    it('shows an agent what is kept for her, and what her queues have to call, in the order of its time', async () => {
      await page.goto('/callbacks')
      await row('Fatou Ndiaye').waitFor()
      expect(await page.locator('[data-row]').count()).toBe(2)
      await page.getByRole('radio', { name: 'My queues' }).check({ force: true })
      await row('Moussa Traoré')
        .getByText(/^1[12] mins late$/)
        .waitFor()
      const due = await group('Due now').locator('[data-row] .who .first').allTextContents()
      expect(due).toEqual(['Moussa Traoré', 'Fatou Ndiaye', '+33 6 12 34 56 78'])
      await group('Tried').getByText('2 attempts · Busy').waitFor()
      await group('Later').getByText('Grace Mensah').waitFor()
      await accessible()
    })

    it('tells more of one, and what is over when somebody asks', async () => {
      world.enter(1)
      await page.goto('/callbacks')
      await row('Jean-Baptiste').click()
      for (const words of ['No answer · Awa Demo', 'Busy · Sam Demo', 'Next attempt'])
        await page.getByText(words, { exact: true }).waitFor()
      expect(await row('Ibrahim Sow').count()).toBe(0)
      await page.getByRole('button', { name: 'Show what is over' }).click()
      await row('Ibrahim Sow').getByText('Reached · Promise kept').waitFor()
      await row('Aïcha Koné').getByText('Never reached · Promise not kept').waitFor()
      await accessible()
    })

    it('is narrowed down by a supervisor to a queue, a state, and those that are late', async () => {
      world.enter(1)
      await page.goto('/callbacks')
      await page.getByRole('button', { name: '1 late' }).click()
      await row('Moussa Traoré').waitFor()
      expect(await page.locator('[data-row]').count()).toBe(1)
      await page.getByRole('button', { name: '1 late' }).click()
      await page.getByRole('combobox', { name: 'Queue' }).selectOption({ label: 'Everyday banking' })
      await desk.until(async () => (await page.locator('[data-row]').count()) === 1)
      await row('Grace Mensah').waitFor()
      await page.getByRole('combobox', { name: 'State' }).selectOption({ label: 'Due now' })
      await page.getByText('None of these').waitFor()
      await page.getByRole('button', { name: 'Show all' }).click()
      await row('Moussa Traoré').waitFor()
    })

    it('keeps itself true by events, and reads again when it may have missed some', async () => {
      world.enter(1)
      await page.goto('/callbacks')
      await row('Moussa Traoré').waitFor()
      const [moussa] = book.items
      book.change(world.hub, moussa!, { state: 'done', kept: false, endedAt: ago(0) })
      await row('Moussa Traoré').waitFor({ state: 'detached' })
      Object.assign(book.items[1]!, { state: 'cancelled', endedAt: ago(0), version: 9 })
      world.hub.resync()
      await row('Fatou Ndiaye').waitFor({ state: 'detached' })
    })

    it('moves one into another slot, by keys alone', async () => {
      world.enter(1)
      await page.goto('/callbacks')
      await row('Grace Mensah').focus()
      await page.keyboard.press('t')
      await time(0).waitFor({ state: 'attached' })
      await dialog().getByRole('button', { name: 'Change time' }).click()
      await dialog().getByText('Choose a time.').waitFor()
      await accessible()
      await time(0).focus()
      await page.keyboard.press('Space')
      await page.keyboard.press('Enter')
      await page.getByText(/^Grace Mensah: tomorrow, 09:00–09:30$/).waitFor()
      await row('Grace Mensah').getByText('Tomorrow, 09:00–09:30').waitFor()
      const grace = book.items.find(({ name }) => name === 'Grace Mensah')!
      expect(asked('callback.arrange')).toEqual([{ id: grace.id, version: 1, slot: grace.slot?.from }])
    })

    it('says at its place that a slot was taken, and shows those that are left', async () => {
      world.enter(1)
      world.answer('callback.arrange', () => {
        book.offer = { ...book.offer, slots: book.offer.slots.slice(1) }
        throw new Refuse('slot-taken')
      })
      await page.goto('/callbacks')
      await row('Grace Mensah').focus()
      await page.keyboard.press('t')
      await time(0).check({ force: true })
      await dialog().getByRole('button', { name: 'Change time' }).click()
      await dialog().getByRole('alert').getByText('This time was taken a moment ago').waitFor()
      await dialog().getByText('11 times').waitFor()
    })

    it('is given to a colleague with its time, taken, and cancelled after a question', async () => {
      world.enter(1)
      await page.goto('/callbacks')
      await row('Grace Mensah').focus()
      await page.keyboard.press('p')
      await dialog()
        .getByRole('option', { name: /^Awa Demo/ })
        .click()
      await dialog().getByRole('button', { name: 'Give', exact: true }).click()
      await page.getByText('Grace Mensah is kept for Awa Demo').waitFor()
      await row('Grace Mensah').getByText('Kept for Awa Demo').waitFor()
      const grace = book.items.find(({ name }) => name === 'Grace Mensah')!
      const [awa, sam] = world.hub.world.agents
      expect(asked('callback.arrange')).toEqual([
        { id: grace.id, version: 1, slot: grace.slot?.from, agentId: awa!.id }
      ])
      await row('Grace Mensah').focus()
      await page.keyboard.press('m')
      await row('Grace Mensah').getByText('Kept for you').waitFor()
      expect(grace.agentId).toBe(sam!.id)
      await page.keyboard.press('x')
      await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel the callback' }).click()
      await row('Grace Mensah').waitFor({ state: 'detached' })
      expect(grace.state).toBe('cancelled')
    })

    it('says why it could not be read, and reads it when it is asked to', async () => {
      world.answer('callback.list', () => {
        throw new Refuse('unexpected')
      })
      await page.goto('/callbacks')
      await page.getByText('Something went wrong').waitFor()
      // It is read again when the queues of the scope are known.
      await page.waitForLoadState('networkidle')
      world.answer('callback.list', book.answers['callback.list']!)
      await page.getByRole('button', { name: 'Try again' }).click()
      await row('Fatou Ndiaye').waitFor()
    })

    it('is as good in French, on a phone', async () => {
      const user = world.hub.world.users[1]!
      world.hub.world.preferences.set(user.id, { ...defaultPreferences, locale: 'fr' })
      world.enter(1)
      await page.setViewportSize({ width: 390, height: 844 })
      await page.goto('/callbacks')
      await row('Moussa Traoré').getByText('de retard').waitFor()
      await page.getByRole('button', { name: '1 en retard' }).waitFor()
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
      await page.getByRole('button', { name: 'Actions pour Grace Mensah' }).click()
      await page.getByRole('menuitem', { name: 'Changer l’heure' }).click()
      await time0('Heure').waitFor({ state: 'attached' })
      await accessible()
    })
    const time0 = (name: string) => dialog().getByRole('radiogroup', { name }).getByRole('radio').first()
  })

  describe('asking for one', () => {
    it('is done from any conversation, filled in, once however often it is pressed', async () => {
      const chat = chatOf(world.hub.world)
      await page.goto(`/inbox/${chat.id}`)
      await page.getByRole('log').waitFor()
      await page.getByRole('button', { name: 'Contact: actions' }).waitFor()
      await page.keyboard.press('b')
      await dialog().getByText('Schedule a callback for Amina Diallo').waitFor()
      expect(
        await dialog()
          .getByRole('textbox', { name: /^Number/ })
          .inputValue()
      ).toBe(number)
      await choose('A slot')
      await time(2).check({ force: true })
      await dialog()
        .getByRole('textbox', { name: /^Reason/ })
        .fill('The card')
      await accessible()
      const keys: string[] = []
      let first = true
      world.answer('callback.ask', (asking) => {
        keys.push(asking.body.key)
        if (first) {
          first = false
          throw new Refuse('starting-up')
        }
        return book.answers['callback.ask']!(asking)
      })
      await dialog().getByRole('button', { name: 'Schedule', exact: true }).click()
      await dialog().getByText('Palabre is restarting').waitFor()
      await dialog().getByRole('button', { name: 'Schedule', exact: true }).click()
      await page.getByText(/^Amina Diallo is called: tomorrow, 10:00–10:30$/).waitFor()
      expect(keys[1]).toBe(keys[0])
      expect(asked('callback.ask')).toMatchObject([
        {
          queueId: chat.queueId,
          number,
          name: 'Amina Diallo',
          email: 'amina@mail.example',
          reason: 'The card',
          locale: 'fr',
          agentId: world.hub.world.agents[0]!.id
        }
      ])
    })

    it('refuses at the field what the hub does, and warns of closed hours without forbidding them', async () => {
      const { settings } = world.hub.world
      settings.calendar.push({
        id: '0000000000000000000000ca',
        version: 1,
        archived: false,
        updatedAt: ago(0),
        name: 'Never',
        timeZone: 'UTC',
        week: [[], [], [], [], [], [], []],
        holidays: []
      })
      for (const queue of settings.queue) queue['calendarId'] = '0000000000000000000000ca'
      const refusals = [new Refuse('already-asked'), new Refuse('not-deliverable', 'do-not-call')]
      world.answer('callback.ask', (asking) => {
        const refusal = refusals.shift()
        if (refusal) throw refusal
        return book.answers['callback.ask']!(asking)
      })
      const chat = chatOf(world.hub.world)
      await page.goto(`/inbox/${chat.id}`)
      await page.getByRole('log').waitFor()
      await page.keyboard.press('b')
      await dialog().getByText('The queue is closed now.').waitFor()
      await choose('A moment')
      await dialog().getByText('The queue is closed then.').waitFor()
      const field = dialog().getByRole('textbox', { name: /^Number/ })
      await field.fill('')
      const schedule = dialog().getByRole('button', { name: 'Schedule', exact: true })
      await schedule.click()
      await dialog().getByText('Give the number that is to be called.').waitFor()
      await field.fill(number)
      await schedule.click()
      await dialog().getByText('A callback of this number waits in this queue already.').waitFor()
      expect(await field.getAttribute('aria-invalid')).toBe('true')
      await schedule.click()
      await dialog().getByText('They asked not to be called.').waitFor()
      await schedule.click()
      await dialog().waitFor({ state: 'detached' })
      expect(asked('callback.ask')).toHaveLength(1)
    })

    it('is not offered where no queue calls back', async () => {
      book.furnish(world.hub.world, { accountId: null })
      const chat = chatOf(world.hub.world)
      await page.goto(`/inbox/${chat.id}`)
      await page.getByRole('button', { name: 'More actions' }).click()
      await page.getByRole('menuitem', { name: 'Copy link' }).waitFor()
      expect(await page.getByRole('menuitem', { name: 'Schedule a callback' }).count()).toBe(0)
    })
  })

  describe('in hand', () => {
    const bar = () => page.getByRole('region', { name: 'Callback for Amina Diallo' })
    const result = () => page.getByRole('region', { name: 'Not reached: Amina Diallo' })

    it('shows what was promised on its offer', async () => {
      offeredWork(world.hub.world, book)
      await page.goto('/inbox')
      const card = page.getByRole('complementary', { name: 'Offers' })
      await card.getByText(/^Promised: today, /).waitFor()
      await card.getByText(/^(9|10) mins late$/).waitFor()
      await card.getByText('My card was swallowed').waitFor()
    })

    it('says that one’s phone rings in a moment, then only what the bar of the call does not say', async () => {
      const { interaction } = callbackWork(world.hub.world, book, { acceptedAt: ago(0) })
      await desk.goto(`/inbox/${interaction.id}`)
      await bar().getByText('Your phone rings in a moment…').waitFor()
      expect(await bar().getByRole('button', { name: 'Call now' }).count()).toBe(0)
      const call = world.begin(interaction, number)
      await page.getByRole('region', { name: 'Call with Amina Diallo' }).waitFor()
      await bar().getByText('Your phone rings in a moment…').waitFor({ state: 'detached' })
      expect(await bar().getByText('+221').count()).toBe(0)
      world.customerIs(call, 'in')
      world.answer('callback.machine', (asking) => {
        world.phone.bye()
        world.desk.change(world.hub, call, { state: 'ended', endedAt: ago(0), endedBy: 'agent' })
        return book.answers['callback.machine']!(asking)
      })
      await bar().getByRole('button', { name: 'It was a machine' }).click()
      await result().getByText('A machine answered').waitFor()
      expect(asked('callback.machine')).toHaveLength(1)
    })

    it('is called by hand where the queue says so', async () => {
      book.furnish(world.hub.world, { dialling: 'by-hand' })
      const { interaction } = callbackWork(world.hub.world, book, { acceptedAt: ago(0) })
      await desk.goto(`/inbox/${interaction.id}`)
      await bar()
        .getByText(/^(9|10) mins late$/)
        .waitFor()
      await bar().getByText('My card was swallowed by the machine at the station.').waitFor()
      await accessible()
      await bar().getByRole('button', { name: 'Call now' }).click()
      await desk.until(() => desk.asked('call.dial').length === 1)
    })

    it('says after a miss what follows by itself, which is changed or stopped from there', async () => {
      const { interaction, callback } = callbackWork(world.hub.world, book)
      const chat = chatOf(world.hub.world)
      await desk.goto(`/inbox/${chat.id}`)
      // What was read before the connection was there is asked for with its first frame.
      await desk.until(() =>
        world.hub.frames.some(
          (frame) =>
            (frame.type === 'watch' || frame.type === 'hello') &&
            frame.topics?.includes(`interaction:${interaction.id}`)
        )
      )
      book.misses(world.hub, callback, 'noAnswer', new Date(Date.now() + 60_000).toISOString())
      await result().getByText('No answer').waitFor()
      await result()
        .getByText(/^Next attempt: .* \(2 of 3\)$/)
        .waitFor()
      expect(await page.getByText('has left your inbox').count()).toBe(0)
      await accessible()
      await result().getByRole('button', { name: 'Change' }).click()
      await time(1).check({ force: true })
      await dialog().getByRole('button', { name: 'Change time' }).click()
      await result().getByText('Next attempt: tomorrow, 09:30–10:00 (2 of 3)').waitFor()
      await result().getByRole('button', { name: 'No more attempts' }).click()
      await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel the callback' }).click()
      await result().waitFor({ state: 'detached' })
      expect(callback.state).toBe('cancelled')
    })

    it('is asked for again from wrap-up', async () => {
      const { interaction } = callbackWork(world.hub.world, book, {
        state: 'wrapup',
        wrapUp: { since: ago(10), until: ago(-600) }
      })
      await page.goto(`/inbox/${interaction.id}`)
      await bar().getByRole('button', { name: 'Schedule again' }).click()
      expect(
        await dialog()
          .getByRole('textbox', { name: /^Number/ })
          .inputValue()
      ).toBe(number)
      expect(
        await dialog()
          .getByRole('textbox', { name: /^Reason/ })
          .inputValue()
      ).toContain('My card')
    })
  })

  describe('the rules of a queue', () => {
    const rules = () => world.hub.world.settings.queue[0]!['callbacks'] as CallbackRules
    beforeEach(() => {
      const { hub } = world
      hub.world.channels.push({ ...hub.world.channels[0]!, name: 'voice', medium: 'voice', calls: true })
      hub.world.accounts.push(
        account({ channel: 'voice', name: 'Main line' }),
        account({ channel: 'email', name: 'help@bank.example' })
      )
      book.furnish(hub.world, { accountId: null, retries: null })
      world.enter(2)
    })
    const open = async () => {
      await page.goto(`/admin/queues/${world.hub.world.settings.queue[0]!.id}`)
      return page.getByRole('region', { name: 'Callbacks', exact: true })
    }

    it('are switched on with what is usual, and say at the field what is wrong', async () => {
      const part = await open()
      await part.getByLabel('This queue calls people back').click()
      await part.getByLabel('Try again when nobody is reached').click()
      expect(await part.getByLabel('Attempts', { exact: true }).inputValue()).toBe('3')
      expect(await part.getByLabel('After a machine', { exact: true }).inputValue()).toBe('2')
      expect(await part.getByLabel('Not after').inputValue()).toBe('20:00')
      await part.getByText('Slots of the next days').waitFor()
      await part.getByText('12 slots').waitFor()
      await part.getByLabel('A code by email').check()
      await part.getByLabel('Days ahead').fill('90')
      await part.getByLabel('Not after').fill('7:00')
      await part.getByLabel(/^Never call numbers/).fill('+88213\nabc')
      await page.keyboard.press('Control+s')
      for (const words of [
        'A code by email needs an account above that sends it.',
        'At most 60',
        'The end must be later than the begin.',
        'Line 2: write + and digits'
      ])
        await part.getByText(words).first().waitFor()
      await accessible()
      await part.getByLabel('By email from').selectOption({ label: 'help@bank.example' })
      await part.getByLabel('Days ahead').fill('14')
      await part.getByLabel('Not after').fill('21:00')
      await part.getByLabel(/^Never call numbers/).fill('+882 13')
      await part.getByLabel('Share of the expected staff').fill('40')
      await page.keyboard.press('Control+s')
      await page.getByText('Saved', { exact: true }).waitFor()
      const [, mail] = world.hub.world.accounts.slice(-2)
      expect(rules()).toMatchObject({
        accountId: world.hub.world.accounts.at(-2)!.id,
        dialling: 'agent-first',
        slots: { minutes: 30, noticeMinutes: 60, daysAhead: 14, share: 0.4, most: null },
        retries: {
          attempts: 3,
          gap: { noAnswer: 30, busy: 10, machine: 120 },
          hours: { from: 480, to: 1260 },
          dispositionId: null
        },
        confirm: { mailAccountId: mail!.id, remindMinutes: 60 },
        limits: { code: 'mail', blocked: ['+88213'] }
      })
    })
  })
})

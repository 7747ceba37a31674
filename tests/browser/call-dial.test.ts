import { existsSync } from 'node:fs'
import type { Call, NumberCheck } from '@palabre/config/contract/call'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Refuse } from '../simulators/api-hub/asked.ts'
import { addInteraction, addMessage, contactOf } from '../simulators/api-hub/desk.ts'
import { ago, newId } from '../simulators/api-hub/world.ts'
import { CallPage, openTalkingBrowser } from './call-page.ts'
import type { CallWorld } from './calls.world.ts'
import { chromiumPath } from './shots.ts'

const number = '+221771234567'

describe.skipIf(!existsSync(chromiumPath))('calling from the desk', { timeout: 60_000 }, () => {
  let browser: Browser
  let desk: CallPage
  let world: CallWorld
  let page: Page

  beforeAll(async () => {
    browser = await openTalkingBrowser()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    desk = await CallPage.open(browser)
    ;({ world, page } = desk)
    know(null)
  })
  afterEach(() => desk.close())

  const know = (refusal: NumberCheck['refusal']) => {
    world.desk.known = () => ({
      country: 'SN',
      localTime: '14:05',
      contact: { id: newId(), name: 'Amina Diallo' },
      refusal
    })
  }
  const dialog = () => page.getByRole('dialog')
  const bar = () => page.getByRole('region', { name: /^Call with/ })
  const control = (name: string) => bar().getByRole('button', { name })
  const outcome = () => page.getByRole('region', { name: 'Not reached: Amina Diallo' })
  const openPad = async () => {
    await page.keyboard.press('d')
    await dialog().locator('input:focus').waitFor()
  }
  /** A number typed on the pad and called; the phone of this tab answers its own call. */
  const dial = async () => {
    await desk.goto()
    await openPad()
    await page.keyboard.type(number)
    await dialog().getByText('Senegal').waitFor()
    await page.keyboard.press('Enter')
    await dialog().waitFor({ state: 'detached' })
    const call = world.desk.calls.at(-1)!
    await desk.until(() => call.parties[1]?.state === 'in')
    return call
  }
  const chat = (text = 'Bonjour') => {
    const contact = contactOf('Amina Diallo', { points: [{ kind: 'phone', value: number, verified: true }] })
    const interaction = addInteraction(world.hub.world, contact)
    addMessage(world.hub.world, interaction, { text })
    return interaction
  }
  const callback = (attempts = 0) =>
    addInteraction(
      world.hub.world,
      contactOf('Amina Diallo', { points: [{ kind: 'phone', value: number, verified: true }] }),
      {
        medium: 'callback',
        channel: 'voice',
        customerOnline: null,
        callback: {
          id: null,
          number,
          slot: null,
          askedAt: ago(2400),
          attempts,
          lastCause: attempts ? 'noAnswer' : null
        }
      }
    )

  it('is done from the pad by keys alone, and answered on one’s own phone without asking', async () => {
    const call = await dial()
    expect(desk.asked('call.dial')).toEqual([{ number }])
    await page.waitForURL(`**/inbox/${call.interactionId}`)
    expect(world.phone.said.filter(({ type }) => type === 'answer')).toHaveLength(1)
    await bar().getByText('Calling the customer').waitFor()
    await control('Put the customer on hold, with music').hover()
    await page.getByText('The customer has not answered yet.').first().waitFor()
    world.customerIs(call, 'ringing')
    await bar().getByText('Ringing').waitFor()
    world.customerIs(call, 'in')
    await bar().getByText('Talking').waitFor()
    await control('Put the customer on hold, with music').click()
    await bar().getByText('On hold').waitFor()
  })

  it('tells what a number is while it is typed, and why it may not be called', async () => {
    await desk.goto()
    await openPad()
    await page.keyboard.type('600')
    await dialog().getByText('This is not a telephone number.').waitFor()
    const call = dialog().getByRole('button', { name: 'Call', exact: true })
    expect(await call.isDisabled()).toBe(true)
    await dialog().getByRole('textbox').fill(number)
    for (const words of ['+221 7 71 23 45 67', 'Amina Diallo', 'Senegal', 'It is 14:05 there'])
      await dialog().getByText(words).waitFor()
    expect(await call.isDisabled()).toBe(false)
    know('do-not-call')
    await dialog().getByRole('button', { name: '9' }).click()
    await dialog().getByText('They asked not to be called.').waitFor()
    expect(await call.isDisabled()).toBe(true)
    await dialog().getByRole('button', { name: 'Erase the last digit' }).click()
    expect(await dialog().getByRole('textbox').inputValue()).toBe(number)
  })

  it('asks by which queue, and says what the hub refuses', async () => {
    await desk.goto()
    await openPad()
    await page.keyboard.type(number)
    await dialog().getByText('Senegal').waitFor()
    await dialog().getByRole('combobox').selectOption({ label: 'Everyday banking' })
    world.answer('call.dial', () => {
      throw new Refuse('too-many-requests')
    })
    await dialog().getByRole('button', { name: 'Call', exact: true }).click()
    await dialog().getByRole('alert').waitFor()
    world.answer('call.dial', world.desk.answers['call.dial']!)
    await dialog().getByRole('button', { name: 'Call', exact: true }).click()
    await dialog().waitFor({ state: 'detached' })
    const { id } = world.hub.world.settings.queue[1]!
    expect(desk.asked('call.dial')).toEqual([{ number, queueId: id }])
  })

  it('remembers the numbers that were called, for this agent', async () => {
    const call = await dial()
    world.customerIs(call, 'ringing')
    world.misses(call, 'busy')
    await outcome().waitFor()
    await page.keyboard.press('d')
    await dialog()
      .getByRole('button', { name: /Amina Diallo/ })
      .click()
    expect(await dialog().getByRole('textbox').inputValue()).toBe(number)
    await page.keyboard.press('Escape')
    world.enter(1)
    await page.reload()
    await page.getByRole('button', { name: /^Your phone/ }).waitFor()
    await page.keyboard.press('d')
    await dialog().waitFor()
    expect(
      await dialog()
        .getByRole('button', { name: /Amina Diallo/ })
        .count()
    ).toBe(0)
  })

  it.each([
    ['busy', 'Busy'],
    ['noAnswer', 'No answer'],
    ['unreachable', 'Unreachable'],
    ['declined', 'Declined']
  ] as const)('that ends %s says so, and is done again by a key', async (cause, words) => {
    const call = await dial()
    world.customerIs(call, 'ringing')
    world.misses(call, cause)
    await outcome().getByText(words).waitFor()
    await bar().waitFor({ state: 'detached' })
    await page.getByRole('article', { name: 'Call to Amina Diallo' }).getByText(words).waitFor()
    await page.keyboard.press('Alt+c')
    await bar().waitFor()
    expect(desk.asked('call.dial')).toHaveLength(2)
    const { id, queueId } = world.work(call)
    expect(desk.asked('call.dial').at(-1)).toEqual({ number, queueId, interactionId: id })
  })

  it('keeps the result through a reload, and finishes its work from there', async () => {
    const call = await dial()
    world.misses(call, 'noAnswer')
    await outcome().waitFor()
    await page.reload()
    await outcome().getByText('No answer').waitFor()
    await outcome().getByRole('button', { name: 'Close' }).click()
    await dialog().getByText('No answer').first().click()
    await dialog()
      .getByRole('button', { name: /Finish|Close/ })
      .last()
      .click()
    await outcome().waitFor({ state: 'detached' })
    expect(world.work(call).state).toBe('closed')
  })

  it('begins at the number of the contact, of the heading and in a text', async () => {
    const interaction = chat('Appelez le bureau au +33 1 42 68 53 00, carte 4821 0042 17.')
    await desk.goto(`/inbox/${interaction.id}`)
    await page.getByRole('button', { name: '+33 1 42 68 53 00' }).click()
    await dialog().getByText('+33 1 42 68 53 00').waitFor()
    await page.keyboard.press('Escape')
    expect(await page.getByRole('button', { name: '4821 0042 17' }).count()).toBe(0)
    const buttons = page.getByRole('button', { name: 'Call +221 7 71 23 45 67' })
    expect(await buttons.count()).toBe(2)
    await buttons.last().click()
    await dialog().getByText('Call Amina Diallo').waitFor()
    await dialog().getByText('Senegal').waitFor()
    await page.keyboard.press('Enter')
    await dialog().waitFor({ state: 'detached' })
    // What is written goes on beside it: the call is work of its own.
    expect(desk.asked('call.dial')).toEqual([{ number, queueId: interaction.queueId }])
  })

  it('is not offered in a call, nor to those who handle nothing', async () => {
    await dial()
    await bar().waitFor()
    expect(await page.getByRole('button', { name: /^Call \+221/ }).count()).toBe(0)
    const interaction = chat()
    world.enter(3)
    await page.goto(`/inbox/${interaction.id}`)
    await page
      .getByRole('button', { name: 'Open the command palette' })
      .or(page.getByRole('heading'))
      .first()
      .waitFor()
    await page.keyboard.press('d')
    await page.waitForTimeout(300)
    expect(await dialog().count()).toBe(0)
  })

  it('calls back with one key, and tells how it went', async () => {
    const interaction = callback(1)
    await desk.goto(`/inbox/${interaction.id}`)
    const wish = page.getByRole('region', { name: 'Callback for Amina Diallo' })
    await wish.getByText('Asked 40 minutes ago').waitFor()
    await wish.getByText('1 attempt').waitFor()
    await wish.getByText('1 attempt: No answer').waitFor()
    await page.keyboard.press('Alt+c')
    await bar().getByText('Calling the customer').waitFor()
    expect(desk.asked('call.dial')).toEqual([{ number, interactionId: interaction.id }])
    expect(await wish.getByRole('button', { name: 'Call now' }).count()).toBe(0)
    world.misses(world.desk.calls.at(-1)!, 'busy')
    await wish.getByText('2 attempts').waitFor()
    await page.getByText('Busy').first().waitFor()
    await page.getByRole('button', { name: 'Call again' }).waitFor()
  })

  it('shows a call that the hub began by itself', async () => {
    const interaction = callback()
    await desk.goto(`/inbox/${interaction.id}`)
    const call = world.begin(interaction, number)
    await desk.until(() => call.parties[1]?.state === 'in')
    await bar().getByText('Calling the customer').waitFor()
    world.customerIs(call, 'in')
    await bar().getByText('Talking').waitFor()
  })

  describe('recording by hand', () => {
    const talk = async (change: Partial<Call> = {}) => {
      const call = world.waiting(change)
      await desk.goto()
      world.offer(call)
      await page.getByRole('button', { name: 'Answer' }).click()
      await bar().getByText('Talking').waitFor()
      return call
    }

    it('starts, pauses, goes on and stops, and says each time what is kept', async () => {
      await talk()
      expect(await bar().getByText('Recording', { exact: true }).count()).toBe(0)
      await page.keyboard.press('Alt+p')
      await bar().getByText('Recording', { exact: true }).waitFor()
      await page.keyboard.press('Alt+p')
      await bar().getByText('Paused: nothing is kept').waitFor()
      await control('Go on recording').click()
      await bar().getByText('Recording', { exact: true }).waitFor()
      await control('Stop the recording').click()
      await control('Record this call').waitFor()
      expect(desk.asked('call.record')).toEqual([{ to: 'on' }, { to: 'paused' }, { to: 'on' }, { to: 'off' }])
    })

    it('that the line does not allow is not offered', async () => {
      await talk({ recordingRule: 'never' })
      expect(await control('Record this call').getAttribute('aria-disabled')).toBe('true')
    })
  })

  it('leaves a call to a number without waiting for it', async () => {
    const call = world.waiting()
    await desk.goto()
    world.offer(call)
    await page.getByRole('button', { name: 'Answer' }).click()
    await bar().getByText('Talking').waitFor()
    await page.keyboard.press('Alt+i')
    await dialog().getByText('A number').click()
    await dialog().getByRole('textbox').fill('+33199000001')
    await dialog().getByRole('button', { name: 'Leave the call to them' }).click()
    await dialog().waitFor({ state: 'detached' })
    expect(desk.asked('call.passOn')).toEqual([{ number: '+33199000001' }])
    await bar().waitFor({ state: 'detached' })
    await page.getByText('Wrap-up,').first().waitFor()
  })

  it('shows how long somebody is on hold, also after a reload', async () => {
    const call = world.waiting()
    await desk.goto()
    world.offer(call)
    await page.getByRole('button', { name: 'Answer' }).click()
    await bar().getByText('Talking').waitFor()
    world.desk.party(world.hub, call, 'customer', { held: true, heldSince: ago(125) })
    await bar().getByTitle('Time on hold').waitFor()
    await page.reload()
    await desk.until(async () =>
      /^2:\d\d$/.test((await bar().getByTitle('Time on hold').textContent()) ?? '')
    )
  })
})

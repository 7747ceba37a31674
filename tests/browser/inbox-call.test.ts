import { existsSync } from 'node:fs'
import type { Call } from '@palabre/config/contract/call'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openTalkingBrowser } from './call-page.ts'
import { CallWorld } from './calls.world.ts'
import { chromiumPath } from './shots.ts'

describe.skipIf(!existsSync(chromiumPath))('telephone calls at the desk', { timeout: 60_000 }, () => {
  let browser: Browser
  let world: CallWorld
  let context: BrowserContext
  let page: Page
  const errors: string[] = []

  beforeAll(async () => {
    browser = await openTalkingBrowser()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    world = await CallWorld.open()
    world.enter()
    context = await browser.newContext({
      baseURL: world.hub.url,
      locale: 'en-GB',
      viewport: { width: 1280, height: 720 }
    })
    await context.addInitScript(() => localStorage.setItem('palabre:asked-to-notify', 'yes'))
    page = await context.newPage()
    page.setDefaultTimeout(8000)
    errors.length = 0
    page.on('pageerror', ({ message }) => errors.push(message))
  })
  afterEach(async () => {
    await context.close()
    await world.close()
    expect(errors).toEqual([])
  })

  const until = async (claim: () => boolean | Promise<boolean>, ms = 5000) => {
    for (let n = 0; n < ms / 50 && !(await claim()); n++) await page.waitForTimeout(50)
    expect(await claim()).toBe(true)
  }
  /** Of what comes and goes, such as a beep: it was there at one moment. */
  const once = async (claim: () => Promise<boolean>) => {
    let was = false
    await until(async () => (was ||= await claim()))
  }
  const asked = (name: string) => world.desk.asked.filter((one) => one.name === name).map(({ body }) => body)
  const open = async (path = '/inbox') => {
    await page.goto(path)
    await until(() => world.phone.isRegistered)
    await page.getByRole('button', { name: 'Your phone: Ready for calls' }).waitFor()
  }
  const bar = () => page.getByRole('region', { name: /^Call with/ })
  const control = (name: string | RegExp) => bar().getByRole('button', { name })
  /** Offered, rung and answered by a click. */
  const talk = async (call: Call = world.waiting()) => {
    await open()
    world.offer(call)
    await page.getByRole('button', { name: 'Answer' }).click()
    await bar().getByText('Talking').waitFor()
    return call
  }
  /** Loudness and main frequency of what the speaker plays, as the page itself would hear it. */
  const played = () =>
    page.evaluate(async () => {
      const element = document.querySelector<HTMLAudioElement>('audio[data-phone=speaker]')
      if (!(element?.srcObject instanceof MediaStream)) return { isPlaying: false, loudness: 0, hertz: 0 }
      const context = new AudioContext()
      await context.resume()
      const analyser = context.createAnalyser()
      analyser.fftSize = 8192
      context.createMediaStreamSource(element.srcObject).connect(analyser)
      await new Promise((later) => setTimeout(later, 400))
      const samples = new Float32Array(analyser.fftSize)
      analyser.getFloatTimeDomainData(samples)
      const spectrum = new Float32Array(analyser.frequencyBinCount)
      analyser.getFloatFrequencyData(spectrum)
      const strongest = spectrum.indexOf(Math.max(...spectrum))
      const loudness = Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length)
      const hertz = (strongest * context.sampleRate) / analyser.fftSize
      await context.close()
      return { isPlaying: !element.paused, loudness, hertz }
    })
  /** What the microphone sends from now on, for as long as its beep takes to come. */
  const spoken = async () => {
    world.phone.forget()
    await page.waitForTimeout(1600)
    return world.phone.listen()
  }

  it('rings with who calls and what is known, and is answered by a click', async () => {
    await open()
    const call = world.waiting()
    world.offer(call)
    const card = page.getByRole('region', { name: 'Call from Amina Diallo' })
    await card.getByText('+221 7 71 23 45 67').waitFor()
    await card.getByText('Card number ends in').waitFor()
    await card.getByText('4821').waitFor()
    await card.getByText('Free the longest of 3 agents').waitFor()
    await card.getByRole('button', { name: 'Answer' }).click()
    await bar().getByText('Talking').waitFor()
    await card.waitFor({ state: 'detached' })
    await page.waitForURL(`**/inbox/${call.interactionId}`)
    expect(world.phone.said.map(({ type }) => type)).toEqual(['register', 'answer'])
  })

  it('carries the voice both ways, and nothing of it while muted', async () => {
    await talk()
    const voice = await spoken()
    expect(voice.samples).toBeGreaterThan(16_000)
    expect(voice.loudness).toBeGreaterThan(0.005)
    const sound = await played()
    expect(sound.isPlaying).toBe(true)
    expect(sound.loudness).toBeGreaterThan(0.05)
    expect(Math.abs(sound.hertz - 440)).toBeLessThan(12)
    await page.keyboard.press('Alt+m')
    await control('Unmute your microphone').waitFor()
    expect(asked('call.mute')).toEqual([{ on: true }])
    await page.waitForTimeout(200)
    const silence = await spoken()
    expect(silence.samples).toBeGreaterThan(16_000)
    expect(silence.loudness).toBe(0)
    await control('Unmute your microphone').click()
    await control('Mute your microphone').waitFor()
    expect((await spoken()).loudness).toBeGreaterThan(0.005)
  })

  it('is declined on the phone, and with a reason by the hub', async () => {
    await open()
    const call = world.waiting()
    world.offer(call)
    const card = page.getByRole('region', { name: 'Call from Amina Diallo' })
    await card.getByRole('button', { name: /^Decline(?!:)/ }).click()
    await card.waitFor({ state: 'detached' })
    expect(world.phone.said.at(-1)).toEqual({ type: 'decline', id: call.id, cause: 'declined' })
    expect(world.work(call).state).toBe('queued')
    world.offer(call)
    await card.getByRole('button', { name: 'Decline: why?' }).click()
    await page.getByRole('menuitem', { name: 'I do not know this subject' }).click()
    await card.waitFor({ state: 'detached' })
    expect(world.phone.said.filter(({ type }) => type === 'decline')).toHaveLength(1)
  })

  it('is answered and hung up by keys alone, also while a note is written; wrap-up follows', async () => {
    await open()
    const call = world.waiting()
    world.offer(call)
    await page.getByRole('region', { name: /Call from/ }).waitFor()
    await page.keyboard.press('Alt+a')
    await bar().getByText('Talking').waitFor()
    await page.waitForURL(`**/inbox/${call.interactionId}`)
    await page.keyboard.press('n')
    await page.locator('textarea:focus').waitFor()
    await page.keyboard.type('Lost her card')
    await page.keyboard.press('Alt+x')
    await bar().waitFor({ state: 'detached' })
    expect(asked('call.hangUp')).toEqual([{}])
    await page
      .locator('strong')
      .getByText(/^Wrap-up, /)
      .waitFor()
    await page.getByRole('button', { name: 'Your phone: Ready for calls' }).waitFor()
  })

  it('answers by itself after a beep where the queue wants that', async () => {
    for (const queue of world.hub.world.settings.queue) queue['autoAccept'] = true
    await open()
    world.offer(world.waiting())
    await bar().getByText('Talking').waitFor()
    expect(world.phone.said.at(-1)?.type).toBe('answer')
  })

  it('holds with music, takes back, and sends keys clicked and typed in their order', async () => {
    await talk()
    await page.keyboard.press('Alt+h')
    await bar().getByText('On hold').waitFor()
    await control('Take the customer back').click()
    await bar().getByText('Talking').waitFor()
    expect(asked('call.hold')).toEqual([{ on: true }, { on: false }])
    await page.keyboard.press('Alt+k')
    const keypad = page.getByRole('dialog', { name: 'Keypad' })
    await keypad.getByRole('button', { name: '4', exact: true }).click()
    await page.keyboard.type('82*1#')
    const sent = () => asked('call.keys').map((body) => (body as { keys: string }).keys)
    await until(() => sent().join('') === '482*1#')
    expect(asked('call.keys')[0]).toMatchObject({ tag: 'customer' })
    await page.keyboard.press('Escape')
    await keypad.waitFor({ state: 'detached' })
  })

  it('shows that it is recorded, and pauses that', async () => {
    await talk(world.waiting({ recording: 'on' }))
    await control('Pause the recording').click()
    await control('Go on recording').click()
    await control('Pause the recording').waitFor()
    expect(asked('call.record')).toEqual([{ to: 'paused' }, { to: 'on' }])
  })

  it('asks a colleague privately and hands over to them', async () => {
    const call = await talk()
    await page.keyboard.press('Alt+i')
    const dialog = page.getByRole('dialog')
    await dialog.locator('input:focus').waitFor()
    await page.keyboard.type('sam')
    await page.keyboard.press('Enter')
    await dialog.getByRole('button', { name: 'Ask Sam Demo privately' }).click()
    const sam = world.hub.world.agents[1]!
    await bar().getByText('rings').waitFor()
    expect(asked('call.invite')).toEqual([{ who: { agentId: sam.id }, privately: true }])
    expect(
      await bar()
        .getByRole('button', { name: /^Hand the call over/ })
        .count()
    ).toBe(0)
    world.joins(call, 'Sam')
    await bar().getByText('Private talk').waitFor()
    await page.keyboard.press('Alt+o')
    await bar().waitFor({ state: 'detached' })
    expect(asked('call.handOver')).toEqual([{ tag: call.parties.at(-1)!.tag }])
    expect(world.work(call).agentId).toBe(sam.id)
  })

  it('brings a number in together, says what is wrong with one, and goes back to the customer', async () => {
    const call = await talk()
    await control('Bring somebody into the call').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('A number').click()
    await dialog.getByRole('textbox', { name: 'A number' }).fill('nobody')
    await dialog.getByRole('button', { name: 'Bring in at once' }).click()
    await dialog.getByRole('alert').waitFor()
    await dialog.getByRole('textbox', { name: 'A number' }).fill('+33199000001')
    await dialog.getByRole('button', { name: 'Bring in at once' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(asked('call.invite').at(-1)).toEqual({ who: { number: '+33199000001' }, privately: false })
    world.joins(call, '33199000001')
    await bar().getByText('All together').waitFor()
    await control('Put the customer on hold, with music').click()
    await bar().getByText('Private talk').waitFor()
    await control('Back to the customer').click()
    await bar().getByText('Talking').waitFor()
    expect(asked('call.hangUp')).toEqual([{ tag: call.parties.at(-1)!.tag }])
    expect(asked('call.hold').at(-1)).toEqual({ on: false })
  })

  it('keeps the caller through a reload, and through a lost connection', async () => {
    await talk()
    await page.reload()
    await bar().getByText('Talking').waitFor()
    await until(() => world.phone.said.filter(({ type }) => type === 'answer').length === 2)
    expect(world.phone.said.some(({ type }) => type === 'bye' || type === 'unregister')).toBe(false)
    expect((await spoken()).loudness).toBeGreaterThan(0.005)
    world.phone.isAccepting = false
    world.phone.cut()
    await bar()
      .getByRole('alert')
      .getByText(/The customer is still in the call/)
      .waitFor()
    world.phone.isAccepting = true
    await bar().getByRole('alert').waitFor({ state: 'detached' })
    expect((await spoken()).loudness).toBeGreaterThan(0.005)
  })

  it('keeps its line and the caller when the state of its agent changes', async () => {
    await talk()
    const agent = world.hub.world.agents[0]!
    agent.version += 1
    agent.presence = { ...agent.presence, state: 'paused', since: new Date().toISOString() }
    world.hub.push('agent.changed', { agent })
    await page.getByRole('button', { name: /^Your status: Paus/ }).waitFor()
    expect((await spoken()).loudness).toBeGreaterThan(0.005)
    await bar().getByText('Talking').waitFor()
    expect(world.phone.said.map(({ type }) => type)).toEqual(['register', 'answer'])
  })

  it('is in one tab; another one says so, and takes it over only between calls', async () => {
    const call = world.waiting()
    await open()
    const second = await context.newPage()
    await second.goto('/inbox')
    const slot = second.getByRole('button', { name: 'Your phone: In another tab' })
    await slot.waitFor()
    world.offer(call)
    await second.getByText('Your phone is in another tab: answer there').waitFor()
    await page.getByRole('button', { name: 'Answer' }).click()
    await bar().getByText('Talking').waitFor()
    const other = second.getByRole('region', { name: /^Call with/ })
    await other.getByText('You talk through another tab').waitFor()
    await slot.click()
    await second.getByRole('menuitem', { name: 'Bring the phone here' }).click()
    await second.getByText('You are in a call in the other tab').waitFor()
    await other.getByRole('button', { name: 'Hang up for everybody' }).click()
    await bar().waitFor({ state: 'detached' })
    await slot.click()
    await second.getByRole('menuitem', { name: 'Bring the phone here' }).click()
    await second.getByRole('button', { name: 'Your phone: Ready for calls' }).waitFor()
    await page.getByRole('button', { name: 'Your phone: In another tab' }).waitFor()
    expect(world.phone.isRegistered).toBe(true)
    await second.close()
    await page.getByRole('button', { name: 'Your phone: Ready for calls' }).waitFor()
  })

  it('lets a supervisor listen, whisper, join, take over and says how they are heard', async () => {
    const call = world.talking(0)
    world.enter(1)
    await open(`/inbox/${call.interactionId}`)
    const start = page.getByRole('region', { name: 'Supervision of the call' })
    await start.getByText('Awa Demo is on the phone').waitFor()
    await start.getByRole('button', { name: 'Listen in, unheard' }).click()
    // The phone that the supervisor had called answers without being asked.
    await bar().getByText('Nobody hears you').waitFor()
    await control(/^Whisper/).click()
    await bar().getByText('Only the agent hears you').waitFor()
    await page.keyboard.press('Alt+j')
    await bar().getByText('Everybody hears you').waitFor()
    expect(asked('call.supervise')).toEqual([{ as: 'monitor' }, { as: 'whisper' }, { as: 'barge' }])
    await control('Take this call from its agent').click()
    await control('Hang up for everybody').waitFor()
    expect(asked('call.takeOver')).toHaveLength(1)
  })

  it('leaves a supervised call without ending it', async () => {
    const call = world.talking(0)
    world.enter(1)
    await open(`/inbox/${call.interactionId}`)
    await page.getByRole('button', { name: 'Listen in, unheard' }).click()
    await bar().getByText('Nobody hears you').waitFor()
    await control('Leave the call').click()
    await bar().waitFor({ state: 'detached' })
    expect(call.state).toBe('talking')
    await page.getByRole('button', { name: 'Your phone: Ready for calls' }).waitFor()
  })

  it('rings a colleague who is asked into a call, with who asks', async () => {
    const call = world.talking(1)
    await open()
    const awa = world.hub.world.agents[0]!
    const { partyOf } = await import('../simulators/api-hub/calls.ts')
    const party = partyOf({ agentId: awa.id, name: awa.name, state: 'ringing' })
    world.desk.change(world.hub, call, { parties: [...call.parties, party] })
    world.desk.ring(call, party)
    const card = page.getByRole('region', { name: 'Amina Diallo calls' })
    await card.locator('p').getByText('Sam Demo asks you into the call with Amina Diallo.').waitFor()
    await card.getByRole('button', { name: 'Answer' }).click()
    await bar().getByText('All together').waitFor()
    expect(await control(/^Put the customer on hold/).count()).toBe(0)
    await control('Leave the call').click()
    await until(() => world.phone.said.at(-1)?.type === 'bye')
  })

  it('says that the microphone is refused, goes on ringing, and can still be declined', async () => {
    await context.addInitScript(
      `navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'))`
    )
    await open()
    const call = world.waiting()
    world.offer(call)
    const card = page.getByRole('region', { name: 'Call from Amina Diallo' })
    await card.getByRole('button', { name: 'Answer' }).click()
    await card.getByText('The browser may not use your microphone.').waitFor()
    expect(world.phone.said.some(({ type }) => type === 'answer')).toBe(false)
    await page.keyboard.press('Alt+n')
    await card.waitFor({ state: 'detached' })
    expect(world.phone.said.at(-1)?.type).toBe('decline')
  })

  it('chooses devices, shows that the microphone works, and remembers the choice', async () => {
    await open('/settings')
    const settings = page.getByRole('region', { name: 'Your phone' })
    await settings.getByRole('button', { name: 'Test' }).click()
    const meter = settings.getByRole('meter', { name: 'Microphone level' })
    await once(async () => (await meter.evaluate((element) => (element as HTMLMeterElement).value)) > 0.3)
    const microphone = settings.getByRole('combobox', { name: 'Microphone' })
    const second = await microphone.locator('option').nth(1).getAttribute('value')
    await microphone.selectOption(second)
    await settings.getByRole('button', { name: 'Stop the test' }).click()
    await settings.getByRole('button', { name: 'Hear yourself' }).click()
    await once(async () => (await played()).loudness > 0.001)
    await settings.getByRole('button', { name: 'Stop the test' }).click()
    await page.reload()
    await until(async () => (await microphone.inputValue()) === second)
  })
})

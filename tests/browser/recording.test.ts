import { existsSync } from 'node:fs'
import type { Recording } from '@palabre/config/contract/recording'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Refuse } from '../simulators/api-hub/asked.ts'
import { ago, newId } from '../simulators/api-hub/world.ts'
import { CallPage, openTalkingBrowser } from './call-page.ts'
import type { CallWorld } from './calls.world.ts'
import { chromiumPath } from './shots.ts'

describe.skipIf(!existsSync(chromiumPath))('recordings in a conversation', { timeout: 60_000 }, () => {
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
  })
  afterEach(() => desk.close())

  const slider = () => page.getByRole('slider', { name: 'Position in the recording' })
  const at = async () => Number(await slider().getAttribute('aria-valuenow'))
  const player = () => page.getByRole('region', { name: 'Recording', exact: true })
  const button = (name: string) => player().getByRole('button', { name })
  const kept = async (change: Partial<Recording> = {}) => {
    const call = world.over()
    const recording = world.recordings.add(call, change)
    await page.goto(`/inbox/${call.interactionId}`)
    await slider().waitFor()
    return recording
  }
  const note = (atMs: number, text: string, user = 0): Recording['notes'][number] => {
    const { id: byId, name: byName } = world.hub.world.users[user]!
    return { id: newId(), atMs, text, byId, byName, at: ago(60) }
  }

  it('stands at the place of its call, with who talked, how long, and who ended it', async () => {
    await kept()
    const card = page.getByRole('article', { name: 'Call from Amina Diallo' })
    await card.getByText('Talked 1:34 · Ended by the customer').waitFor()
    await card.getByText('With Awa Demo').waitFor()
    await card.getByText('Kept until').waitFor()
    expect(await slider().getAttribute('aria-valuetext')).toBe('0 seconds of 1 minute, 34 seconds')
  })

  it('plays by byte ranges, on from where it is put, and at the chosen speed', async () => {
    const recording = await kept()
    await button('Play').click()
    await desk.until(async () => (await at()) >= 1)
    expect(world.recordings.heard.at(-1)?.id).toBe(recording.id)
    await slider().press('PageUp')
    await slider().press('PageUp')
    await desk.until(async () => (await at()) >= 31)
    expect(world.recordings.heard.some(({ range }) => /^bytes=/.test(range ?? ''))).toBe(true)
    await player().getByRole('combobox', { name: 'Speed' }).selectOption({ label: '2×' })
    const before = await at()
    await page.waitForTimeout(2000)
    expect((await at()) - before).toBeGreaterThanOrEqual(3)
    await slider().press('Space')
    await button('Play').waitFor()
    const paused = await at()
    await page.waitForTimeout(600)
    expect(await at()).toBe(paused)
  })

  it('moves by keys and by a click', async () => {
    await kept()
    await slider().press('ArrowRight')
    await slider().press('ArrowRight')
    expect(await at()).toBe(10)
    await slider().press('Shift+ArrowRight')
    expect(await at()).toBe(25)
    await slider().press('ArrowLeft')
    expect(await at()).toBe(20)
    await slider().press('End')
    expect(await at()).toBe(94)
    await slider().press('Home')
    expect(await at()).toBe(0)
    await button('15 seconds on').click()
    expect(await at()).toBe(15)
    const box = (await slider().boundingBox())!
    await page.mouse.click(box.x + box.width / 2, box.y + 20)
    expect(await at()).toBe(47)
  })

  it('says what was not kept, and plays on behind it', async () => {
    await kept({
      gaps: [
        { fromMs: 2000, toMs: 40_000, why: 'paused' },
        { fromMs: 70_000, toMs: 74_000, why: 'missing' }
      ]
    })
    await player().getByText('Paused from 0:02 to 0:40: nothing was kept').waitFor()
    await player().getByText('Missing from 1:10 to 1:14: the line was down').waitFor()
    await button('Play').click()
    await desk.until(async () => (await at()) >= 41, 6000)
  })

  it('takes a note at the moment by a key, goes to notes, and removes only one’s own', async () => {
    const recording = await kept({ notes: [note(61_000, 'Check the tone here', 1)] })
    await slider().press('PageUp')
    await page.keyboard.press('m')
    await page.keyboard.type('Agreed to the new limit')
    await page.keyboard.press('Enter')
    const notes = player().getByRole('list', { name: 'Notes in the recording' })
    await notes.getByText('Agreed to the new limit').waitFor()
    expect(recording.notes.at(-1)).toMatchObject({ atMs: 15_000, text: 'Agreed to the new limit' })
    await notes.getByRole('button', { name: 'Go to 1 minute, 1 second' }).click()
    expect(await at()).toBe(61)
    expect(await notes.getByRole('button', { name: /^Remove your note/ }).count()).toBe(1)
    await notes.getByRole('button', { name: 'Remove your note at 0:15' }).click()
    await notes.getByText('Agreed to the new limit').waitFor({ state: 'detached' })
    expect(recording.notes.map(({ text }) => text)).toEqual(['Check the tone here'])
  })

  it('keeps what was typed when a note is refused, and gives it up with Escape', async () => {
    const recording = await kept()
    world.answer('recording.note', () => {
      throw new Refuse('too-large')
    })
    await slider().focus()
    await page.keyboard.press('m')
    await page.keyboard.type('One too many')
    await page.keyboard.press('Enter')
    await player().getByRole('alert').waitFor()
    const box = player().getByRole('textbox')
    expect(await box.inputValue()).toBe('One too many')
    await box.press('Escape')
    await box.waitFor({ state: 'detached' })
    expect(recording.notes).toEqual([])
  })

  it('is downloaded whole', async () => {
    const recording = await kept({ ms: 2000 })
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      player().getByRole('link', { name: 'Download' }).click()
    ])
    expect(download.suggestedFilename()).toBe(`${recording.id}.wav`)
  })

  it('of two is heard one at a time', async () => {
    const call = world.over()
    world.recordings.add(call)
    world.recordings.add(call, { startedAt: ago(300) })
    await page.goto(`/inbox/${call.interactionId}`)
    await page.getByRole('button', { name: 'Play' }).nth(1).waitFor()
    await page.getByRole('button', { name: 'Play' }).nth(0).click()
    await page.getByRole('button', { name: 'Pause' }).waitFor()
    await page.getByRole('button', { name: 'Play' }).click()
    await desk.until(async () => Number(await slider().nth(1).getAttribute('aria-valuenow')) >= 1)
    expect(await page.getByRole('button', { name: 'Pause' }).count()).toBe(1)
    expect(Number(await slider().nth(0).getAttribute('aria-valuenow'))).toBeLessThan(2)
  })

  it('says when the sound or the picture cannot be had, and tries again', async () => {
    const call = world.over()
    world.recordings.add(call)
    const { answers } = world.recordings
    const { 'recording.hear': hear, 'recording.peaks': peaks } = answers
    const gone = () => {
      throw new Refuse('starting-up')
    }
    world.answer('recording.hear', gone)
    world.answer('recording.peaks', gone)
    await page.goto(`/inbox/${call.interactionId}`)
    await player().getByText('The waveform is missing').waitFor()
    await button('Play').click()
    await player().getByText('The sound could not be loaded.').first().waitFor()
    world.answer('recording.hear', hear!)
    world.answer('recording.peaks', peaks!)
    await player().getByRole('alert').getByRole('button', { name: 'Try again' }).click()
    await button('Pause').waitFor()
    await player().getByRole('button', { name: 'Try again' }).click()
    await player().getByText('The waveform is missing').waitFor({ state: 'detached' })
  })

  it('that is lost or erased says so, and is erased only by those who may', async () => {
    const call = world.over()
    world.recordings.add(call, { state: 'lost', ms: 0 })
    const recording = world.recordings.add(call, { startedAt: ago(300) })
    await page.goto(`/inbox/${call.interactionId}`)
    await page.getByText('There is no recording').waitFor()
    await slider().waitFor()
    expect(await page.getByRole('button', { name: 'Erase now…' }).count()).toBe(0)
    world.enter(2)
    await page.reload()
    await page.getByRole('button', { name: 'Erase now…' }).click()
    await page.getByRole('button', { name: 'Erase', exact: true }).click()
    await page.getByText('The recording of 1:34 was erased.').waitFor()
    expect(recording.state).toBe('erased')
  })

  it('of a call that goes on grows, and becomes a player when it ends', async () => {
    await desk.goto()
    const call = world.talking(0, { recording: 'on' })
    const recording = world.recordings.add(call, { state: 'running', ms: 95_000, endedAt: null })
    await page.goto(`/inbox/${call.interactionId}`)
    const card = page.getByRole('article', { name: 'Call from Amina Diallo' })
    await card.getByText('Recording', { exact: true }).waitFor()
    const length = card.getByTitle('Length so far')
    const before = await length.textContent()
    await desk.until(async () => (await length.textContent()) !== before)
    world.desk.change(world.hub, call, { recording: 'paused' })
    world.recordings.change(recording, { gaps: [{ fromMs: 95_000, toMs: null, why: 'paused' }] })
    await card.getByText('Paused since 1:35: nothing is kept').waitFor()
    world.recordings.change(recording, { state: 'kept', ms: 98_000, gaps: [], endedAt: ago(0) })
    world.desk.change(world.hub, call, { state: 'ended', endedAt: ago(0), endedBy: 'customer' })
    await slider().waitFor()
    expect(await slider().getAttribute('aria-valuemax')).toBe('98')
  })

  it('of a message that was left is prominent, and tells instead of the text', async () => {
    const call = world.over({ talkingSince: null }, { state: 'active', wrapUp: null, medium: 'email' })
    world.recordings.add(call, { use: 'voicemail', channels: 1, ms: 34_000 })
    await page.goto(`/inbox/${call.interactionId}`)
    await page.getByRole('article', { name: 'Voicemail from Amina Diallo' }).waitFor()
    await slider().waitFor()
    expect(await page.getByText('Agent', { exact: true }).count()).toBe(0)
  })

  describe('while it goes on', () => {
    const heard = () =>
      page.evaluate(async () => {
        const element = document.querySelector<HTMLAudioElement>('audio[data-listening=live]')
        if (!(element?.srcObject instanceof MediaStream)) return null
        const context = new AudioContext()
        const analyser = context.createAnalyser()
        analyser.fftSize = 16_384
        context.createMediaStreamSource(element.srcObject).connect(analyser)
        await context.resume()
        const most = { left: 0, right: 0, nobody: 0 }
        for (let n = 0; n < 12; n++) {
          await new Promise((later) => setTimeout(later, 400))
          const spectrum = new Float32Array(analyser.frequencyBinCount)
          analyser.getFloatFrequencyData(spectrum)
          const near = (hertz: number) => {
            const bin = Math.round((hertz * analyser.fftSize) / context.sampleRate)
            return 10 ** (Math.max(...spectrum.slice(bin - 2, bin + 3)) / 20)
          }
          most.left = Math.max(most.left, near(330))
          most.right = Math.max(most.right, near(550))
          most.nobody = Math.max(most.nobody, near(900))
        }
        await context.close()
        return { ...most, isPlaying: !element.paused }
      })
    const supervise = async () => {
      world.enter(1)
      const call = world.talking(0, { recording: 'on' })
      const recording = world.recordings.add(call, { state: 'running', ms: 95_000, endedAt: null })
      await page.goto(`/inbox/${call.interactionId}`)
      return { call, recording, live: page.getByRole('group', { name: 'Listen here' }) }
    }

    it('is heard in the browser, both sides, without a phone', async () => {
      world.desk.phone = null
      const { live } = await supervise()
      await live.getByRole('button', { name: 'Listen here' }).click()
      await live.getByText('Live. Nobody hears you.').waitFor()
      const sound = await heard()
      expect(sound?.isPlaying).toBe(true)
      // Each side has its tone; at 900 Hz nobody speaks.
      expect(sound!.left / sound!.nobody).toBeGreaterThan(10)
      expect(sound!.right / sound!.nobody).toBeGreaterThan(10)
      const meter = live.getByRole('meter', { name: 'Customer' })
      let loudest = 0
      await desk.until(async () => {
        loudest = Math.max(loudest, Number(await meter.getAttribute('value')))
        return loudest > 0.5
      }, 9000)
      expect(world.recordings.listeners.size).toBe(1)
      await live.getByRole('button', { name: 'Stop listening' }).click()
      await desk.until(() => world.recordings.listeners.size === 0)
      expect(await heard()).toBeNull()
    })

    it('says when it ends, and when it is refused', async () => {
      const { live } = await supervise()
      await live.getByRole('button', { name: 'Listen here' }).click()
      await live.getByText('Live. Nobody hears you.').waitFor()
      world.recordings.end()
      await live.getByText('The recording has ended.').waitFor()
      world.answer('recording.live', () => {
        throw new Refuse('not-permitted')
      })
      await live.getByRole('button', { name: 'Listen here' }).click()
      await live.getByText(/^You may not listen/).waitFor()
    })

    it('is left when the conversation is', async () => {
      const { live } = await supervise()
      await live.getByRole('button', { name: 'Listen here' }).click()
      await live.getByText('Live. Nobody hears you.').waitFor()
      await page.getByRole('link', { name: 'Waiting' }).first().click()
      await desk.until(() => world.recordings.listeners.size === 0)
    })

    it('cannot be heard where nothing is recorded', async () => {
      world.enter(1)
      const call = world.talking()
      await page.goto(`/inbox/${call.interactionId}`)
      await page.getByText('Listening here needs a recording').waitFor()
    })
  })
})

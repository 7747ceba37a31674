import { AxeBuilder } from '@axe-core/playwright'
import { existsSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Interaction } from '@palabre/config/contract/interaction'
import { Person, demoPassword, eventually, openHouse, type House } from '../flows/house.ts'
import { recordNamed } from '../flows/people.ts'
import { findingName, infectedText, startClamd, type Clamd } from '../simulators/clamd.ts'
import { startGraph, type Graph } from '../simulators/graph/graph.ts'
import type { GraphNumber, Sent } from '../simulators/graph/webhooks.ts'
import { chromiumPath, openBrowser } from './shots.ts'

const number: GraphNumber = {
  phoneNumberId: '106540352242922',
  wabaId: '102290129340398',
  display: '221338890000',
  accessToken: 'access-of-the-first-number',
  appSecret: 'secret of the app 0123456789'
}
const rate = 8000

/** So many seconds of a low tone. */
function tone(seconds: number): Buffer {
  const samples = Buffer.alloc(seconds * rate * 2)
  for (let n = 0; n < seconds * rate; n++)
    samples.writeInt16LE(Math.round(3000 * Math.sin((n * 2 * Math.PI * 220) / rate)), n * 2)
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + samples.length, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(rate, 24)
  head.writeUInt32LE(rate * 2, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36)
  head.writeUInt32LE(samples.length, 40)
  return Buffer.concat([head, samples])
}

/** Files of customers in the thread, with the real hub behind it. Needs PALABRE_CHROMIUM. */
describe.skipIf(!existsSync(chromiumPath))('files in the thread', { timeout: 60_000 }, () => {
  let house: House
  let graph: Graph
  let clamd: Clamd
  let browser: Browser
  let boris: Person
  let page: Page
  let work: Interaction
  let from: string
  let people = 0
  const errors: string[] = []

  beforeAll(async () => {
    clamd = await startClamd()
    house = await openHouse({ env: { CLAMD_URL: clamd.address } })
    graph = await startGraph([number])
    const admin = await Person.signIn(house.url, 'admin')
    const { body } = await admin.post('/api/accounts', {
      channel: 'whatsapp',
      name: 'WhatsApp',
      queueId: (await recordNamed(admin, '/api/queues', 'Loans')).id,
      settings: {
        ...number,
        display: undefined,
        verifyToken: 'words that were agreed on',
        graphUrl: graph.url
      }
    })
    graph.hook(`${house.url}/hooks/${(body as { id: string }).id}`)
    boris = await Person.signIn(house.url, 'boris')
    await boris.ready()
    browser = await openBrowser()
    const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 720 } })
    page = await context.newPage()
    page.on('pageerror', ({ message }) => errors.push(message))
    await page.goto(house.url)
    await page.locator('input[name=email]').fill('boris@palabre.example')
    await page.locator('input[name=password]').fill(demoPassword)
    await page.keyboard.press('Enter')
    await page.waitForURL('**/inbox')
  }, 90_000)
  afterAll(async () => {
    await browser?.close()
    await graph?.stop()
    await house?.stop()
    await clamd?.stop()
  }, 60_000)

  beforeEach(async () => {
    from = `22177${String(8_000_000 + ++people)}`
    const words = `matter of ${from}`
    await graph.write(number, from, { type: 'text', text: { body: words } })
    work = await boris.accept(await boris.offer(words))
    await page.goto(`${house.url}/inbox/${work.id}`)
    await thread().getByText(words).waitFor()
  })
  afterEach(async () => {
    await boris.close(work.id)
    expect(errors).toEqual([])
  })

  const thread = () => page.getByRole('log', { name: 'Messages' })
  const write = (sent: Sent) => graph.write(number, from, sent)
  async function picture(background: string, width: number, height: number) {
    const content = await sharp({ create: { width, height, channels: 3, background } })
      .jpeg()
      .toBuffer()
    const id = graph.files.keep(content, 'image/jpeg')
    await write({ type: 'image', image: { id, mime_type: 'image/jpeg' } })
  }
  const sound = (content: Buffer, type: string) => {
    const id = graph.files.keep(content, type)
    return write({ type: 'audio', audio: { id, mime_type: type } })
  }
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '')

  it('pictures are small, keep their place, and open large', async () => {
    await picture('#336699', 1300, 1100)
    const small = thread().getByRole('button', { name: 'Open image.jpg' })
    await small.first().waitFor()
    const image = small.first().locator('img')
    expect(await image.getAttribute('src')).toMatch(/\?size=thumb$/)
    expect([await image.getAttribute('width'), await image.getAttribute('height')]).toEqual(['260', '220'])
    await picture('#996633', 400, 1000)
    await small.nth(1).waitFor()

    await small.first().focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'image.jpg' })
    await dialog.getByText('Picture 1 of 2').waitFor()
    const large = dialog.getByRole('img', { name: 'image.jpg' })
    await eventually('the large one', async () =>
      large.evaluate((node) => (node as HTMLImageElement).naturalWidth === 1300)
    )
    const before = await large.boundingBox()
    await page.keyboard.press('+')
    await eventually('it to be larger', async () => {
      const now = await large.boundingBox()
      return now && before && Math.abs(now.width / before.width - 1.5) < 0.02
    })
    await page.keyboard.press('-')
    await page.keyboard.press('ArrowRight')
    await dialog.getByText('Picture 2 of 2').waitFor()
    await eventually('the other one', async () =>
      large.evaluate((node) => (node as HTMLImageElement).naturalWidth === 400)
    )
    const link = dialog.getByRole('link', { name: 'Download image.jpg' })
    expect(await link.getAttribute('href')).toMatch(/^\/api\/attachments\/[0-9a-f]{24}$/)
    const { violations } = await new AxeBuilder({ page }).include('[role=dialog]').analyze()
    expect(violations.map(({ id, nodes }) => [id, nodes.length])).toEqual([])
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    expect(await focused()).toBe('Open image.jpg')
  })

  it('voice messages are heard, one at a time, by keys as well', async () => {
    await sound(tone(20), 'audio/wav')
    await sound(tone(12), 'audio/wav')
    const notes = thread().getByRole('group', { name: /^Voice message / })
    await notes.nth(1).waitFor()
    const [first, second] = [notes.nth(0), notes.nth(1)]
    const position = (note: typeof first) =>
      note.getByRole('slider', { name: 'Position in the voice message' })
    await eventually('the length', async () => (await position(first).getAttribute('max')) === '20000')
    await first.getByText('0:20').waitFor()

    await first.getByRole('button', { name: 'Play' }).click()
    await first.getByRole('button', { name: 'Pause' }).waitFor()
    await eventually('it to go on', async () => Number(await position(first).inputValue()) >= 1000)
    await second.getByRole('button', { name: 'Play' }).click()
    await second.getByRole('button', { name: 'Pause' }).waitFor()
    await first.getByRole('button', { name: 'Play' }).waitFor()

    await position(second).press('Home')
    await position(second).press('PageUp')
    await eventually('it to be moved', async () => Number(await position(second).inputValue()) >= 1000)
    await position(second).press(' ')
    await second.getByRole('button', { name: 'Play' }).waitFor()
    const speed = second.getByRole('button', { name: /^Speed/ })
    for (const words of ['Speed 1.5×', 'Speed 2×', 'Speed 1×']) {
      await speed.click()
      expect(await speed.getAttribute('aria-label')).toBe(words)
    }
    const { violations } = await new AxeBuilder({ page }).include('[role=group]').analyze()
    expect(violations.map(({ id, nodes }) => [id, nodes.length])).toEqual([])
  })

  it('a sound that browsers do not know is a download, and says so', async () => {
    await sound(Buffer.concat([Buffer.from('#!AMR\n'), Buffer.alloc(200, 4)]), 'audio/amr')
    const note = thread().getByRole('group', { name: /^Voice message / })
    await note.getByText('This browser cannot play it').waitFor()
    expect(await note.getByRole('button').count()).toBe(0)
    await note.getByRole('link', { name: /^Download / }).waitFor()
  })

  it('what is infected is named and has no link; what waits for the scanner comes by itself', async () => {
    const keep = (text: string) => graph.files.keep(Buffer.from(text), 'text/plain')
    await write({ type: 'document', document: { id: keep(infectedText), filename: 'bill.txt' } })
    await thread().getByText(`Infected, and kept out: ${findingName}`).waitFor()
    expect(
      await thread()
        .getByRole('link', { name: /bill\.txt/ })
        .count()
    ).toBe(0)

    clamd.mood('away')
    await write({ type: 'document', document: { id: keep('harmless'), filename: 'letter.txt' } })
    await thread().getByText('Being checked for viruses').waitFor()
    expect(
      await thread()
        .getByRole('link', { name: /letter\.txt/ })
        .count()
    ).toBe(0)
    clamd.mood('normal')
    await thread()
      .getByRole('link', { name: /letter\.txt/ })
      .waitFor()
  })

  it('what could not be fetched says why, and is fetched again on demand', async () => {
    const id = String(700_000_000 + graph.files.size)
    await write({ type: 'document', document: { id, filename: 'late.txt' } })
    await thread().getByText('late.txt could not be fetched').waitFor()
    graph.files.keep(Buffer.from('here it is'), 'text/plain')
    await thread().getByRole('button', { name: 'Fetch again' }).click()
    await thread()
      .getByRole('link', { name: /late\.txt/ })
      .waitFor()
    expect(await thread().getByText('could not be fetched').count()).toBe(0)
  })
})

import { existsSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Interaction } from '@palabre/config/contract/interaction'
import type { Message } from '@palabre/config/contract/message'
import { startApiHub, type ApiHub } from '../simulators/api-hub.ts'
import { Refuse } from '../simulators/api-hub/asked.ts'
import {
  addInteraction,
  addMessage,
  contactOf,
  deskAnswers,
  furnishDesk
} from '../simulators/api-hub/desk.ts'
import {
  addTemplate,
  customerWrites,
  furnishMessaging,
  messagingAnswers
} from '../simulators/api-hub/messaging.ts'
import { ago, meOf, newId } from '../simulators/api-hub/world.ts'
import { chromiumPath, openBrowser } from './shots.ts'

const inSeconds = (seconds: number) => ago(-seconds)

describe.skipIf(!existsSync(chromiumPath))('messaging', { timeout: 60_000 }, () => {
  let browser: Browser
  let hub: ApiHub
  let page: Page
  let failing: boolean
  const accountId = newId()
  const errors: string[] = []

  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    failing = false
    hub = await startApiHub({
      answers: {
        ...deskAnswers,
        ...messagingAnswers,
        'template.list': (asked) => {
          if (failing) throw new Refuse('starting-up')
          return messagingAnswers['template.list']!(asked)
        },
        'message.react': (asked) => {
          if (failing) throw new Refuse('not-deliverable')
          return messagingAnswers['message.react']!(asked)
        }
      },
      ...(process.env['APP_BUILD'] ? { build: process.env['APP_BUILD'] } : {})
    })
    furnishDesk(hub.world)
    furnishMessaging(hub.world)
    hub.world.me = meOf(hub.world, hub.world.users[0]!)
    page = await (
      await browser.newContext({ baseURL: hub.url, locale: 'en-GB', viewport: { width: 1280, height: 720 } })
    ).newPage()
    page.setDefaultTimeout(10_000)
    errors.length = 0
    page.on('pageerror', ({ message }) => errors.push(message))
    page.on('console', (line) => /Content Security Policy/.test(line.text()) && errors.push(line.text()))
  })
  afterEach(async () => {
    await page.context().close()
    await hub.close()
    expect(errors).toEqual([])
  })

  const talk = (change: Partial<Interaction> = {}, name = 'Amina Diallo') =>
    addInteraction(hub.world, contactOf(name), {
      channel: 'pigeon',
      medium: 'messaging',
      accountId,
      windowUntil: inSeconds(80_000),
      customerOnline: null,
      ...change
    })
  const open = async ({ id }: Interaction) => {
    await page.goto(`/inbox/${id}`)
    await page.getByRole('log').waitFor()
  }
  const field = () => page.locator('textarea')
  /** Once it is known what the channel can do. */
  const choose = async () => {
    await page.getByRole('button', { name: 'Choose a template' }).first().waitFor()
    await page.keyboard.press('m')
  }
  const sent = () => hub.world.messages.filter(({ kind }) => kind === 'out')
  const article = (text: string) => page.locator('article.message', { hasText: text })
  const until = async (claim: () => boolean | Promise<boolean>) => {
    for (let n = 0; n < 100 && !(await claim()); n++) await page.waitForTimeout(50)
    expect(await claim()).toBe(true)
  }
  const change = (message: Message, part: Partial<Message>) => {
    Object.assign(message, part)
    hub.push('message.changed', { message })
  }
  const grave = async () => {
    await page.waitForTimeout(200)
    const { violations } = await new AxeBuilder({ page }).analyze()
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`)
  }
  const bodies: Record<string, unknown>[] = []
  const listen = () => {
    bodies.length = 0
    page.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/messages'))
        bodies.push(request.postDataJSON() as Record<string, unknown>)
    })
  }

  describe('the time for free replies', () => {
    it('is told quietly in the head and in the row, and not before it matters', async () => {
      const calm = talk({ windowUntil: inSeconds(5 * 3600) })
      talk({ windowUntil: inSeconds(1800) }, 'Half Hour')
      talk({ windowUntil: inSeconds(600) }, 'Last Minutes')
      talk({ windowUntil: inSeconds(7 * 3600) }, 'Long Left')
      await open(calm)
      const mark = (name: string) => page.locator('[data-row]', { hasText: name }).locator('.window')
      await mark('Half Hour').and(page.locator('.soon')).waitFor()
      await mark('Last Minutes').and(page.locator('.last')).waitFor()
      await page.locator('header .window.calm', { hasText: 'left to reply' }).waitFor()
      expect(await mark('Long Left').count()).toBe(0)
      // What ticks is not read out, and what is read out does not tick.
      const spoken = await mark('Last Minutes').locator('.sr-only').textContent()
      const ticking = await mark('Last Minutes').locator('.tabular').textContent()
      await until(async () => (await mark('Last Minutes').locator('.tabular').textContent()) !== ticking)
      expect(await mark('Last Minutes').locator('.sr-only').textContent()).toBe(spoken)
      expect(await mark('Last Minutes').locator('[aria-live], [role=timer]').count()).toBe(0)
      expect(await grave()).toEqual([])
    })

    it('closes the field under the writer without a jump, keeps the draft, and opens when the customer writes', async () => {
      const chat = talk({ windowUntil: inSeconds(4) })
      addMessage(hub.world, chat, { text: 'Still there?' })
      await open(chat)
      await field().fill('Half a sentence')
      const before = await page.locator('.composer').boundingBox()
      await page
        .getByText('Send a template, or wait until Amina Diallo writes', { exact: false })
        .first()
        .waitFor()
      const after = await page.locator('.composer').boundingBox()
      expect(after).toEqual(before)
      expect(await field().inputValue()).toBe('Half a sentence')
      expect(await field().getAttribute('readonly')).not.toBeNull()
      await field().press('Enter')
      expect(sent()).toEqual([])
      await page.keyboard.press('Escape')
      customerWrites(hub, chat.id, 'Yes I am')
      await until(async () => (await field().getAttribute('readonly')) === null)
      await page.getByRole('status').filter({ hasText: 'Amina Diallo wrote' }).waitFor({ state: 'attached' })
      await field().press('Enter')
      await until(() => sent().at(-1)?.text === 'Half a sentence')
    })

    it('is waited for where a channel has no templates', async () => {
      const drum = talk({ channel: 'drum', windowUntil: ago(60) })
      await open(drum)
      await page
        .getByText('You can answer again when Amina Diallo writes', { exact: false })
        .first()
        .waitFor()
      expect(await page.getByRole('button', { name: 'Choose a template' }).count()).toBe(0)
      await page.keyboard.press('m')
      expect(await page.getByRole('dialog').count()).toBe(0)
    })

    it('refuses to schedule beyond its end, and warns of what is scheduled already', async () => {
      const chat = talk({ windowUntil: inSeconds(2 * 3600) })
      addMessage(hub.world, chat, {
        kind: 'out',
        text: 'Scheduled before',
        state: 'scheduled',
        sendAt: inSeconds(3 * 3600)
      })
      await open(chat)
      await article('Scheduled before').getByText('will not be taken', { exact: false }).waitFor()
      await field().fill('Tomorrow then')
      await page.getByRole('button', { name: 'More ways to send' }).click()
      await page.getByRole('menuitem', { name: /Send later/ }).click()
      await page.locator('input[type=datetime-local]').fill('2031-01-01T08:00')
      await page.getByRole('alert').filter({ hasText: 'Free replies end' }).waitFor()
      await page.getByRole('button', { name: 'Schedule' }).click()
      expect(await page.getByRole('dialog').count()).toBe(1)
      await page.getByRole('button', { name: 'In an hour' }).click()
      await page.getByRole('button', { name: 'Schedule' }).click()
      await until(() => sent().at(-1)?.state === 'scheduled' && sent().length === 2)
    })
  })

  describe('templates', () => {
    it('are found, filled in and sent by keys alone, while the draft stays', async () => {
      const chat = talk({ windowUntil: ago(60) })
      addTemplate(hub.world, accountId, { name: 'case_ready' })
      addTemplate(hub.world, accountId, {
        name: 'order_shipped',
        language: 'en_US',
        body: 'Left.',
        variables: []
      })
      addTemplate(hub.world, accountId, { name: 'not_yet', state: 'pending' })
      hub.world.drafts.set(chat.id, {
        text: 'A draft',
        html: null,
        subject: null,
        to: [],
        cc: [],
        attachments: [],
        mode: 'reply',
        savedAt: ago(60)
      })
      listen()
      await open(chat)
      await until(async () => (await field().inputValue()) === 'A draft')
      await choose()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('combobox', { name: 'Find a template' }).and(page.locator(':focus')).waitFor()
      // The contact reads French: the English one is not in the way, and what is not approved never is.
      expect(await dialog.locator('div[role=option]').count()).toBe(1)
      await page.keyboard.type('dossier')
      await page.keyboard.press('Enter')
      // The name is known, so the caret is in the second blank.
      await dialog.locator('input[data-blank="body.2"]:focus').waitFor()
      expect(await dialog.locator('input[data-blank="body.1"]').inputValue()).toBe('Amina Diallo')
      await page.keyboard.type('B-77')
      await dialog.locator('.preview').getByText('B-77').waitFor()
      expect(await dialog.locator('.preview .body').textContent()).toBe(
        'Bonjour Amina Diallo, votre dossier B-77 est prêt.'
      )
      expect(await grave()).toEqual([])
      await page.keyboard.press('Enter')
      await dialog.getByRole('button', { name: 'Send template' }).and(page.locator(':focus')).waitFor()
      await page.keyboard.press('Enter')
      // The browser tells this side of its request in its own time, also after the hub has it.
      await until(() => sent().length === 1 && bodies.length === 1)
      expect(bodies[0]).toMatchObject({
        text: '',
        template: { values: { 'body.1': 'Amina Diallo', 'body.2': 'B-77' } }
      })
      await article('votre dossier B-77').getByText('Template', { exact: true }).waitFor()
      expect(await field().inputValue()).toBe('A draft')
      // The hub has forgotten it with the answer; it is told again.
      await until(() => hub.world.drafts.get(chat.id)?.text === 'A draft')
    })

    it('move with the arrows, the one sent lately first', async () => {
      const chat = talk()
      for (const name of ['alpha', 'beta', 'gamma'])
        addTemplate(hub.world, accountId, { name, body: `Text of ${name}`, variables: [] })
      await open(chat)
      await field().click()
      await page.keyboard.press('Alt+m')
      const options = page.locator('div[role=option]')
      await page.getByRole('combobox', { name: 'Find a template' }).and(page.locator(':focus')).waitFor()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('ArrowDown')
      await page.locator('.preview').getByText('Text of gamma').waitFor()
      await page.keyboard.press('Control+Enter')
      await until(() => sent().at(-1)?.text === 'Text of gamma')
      await page.keyboard.press('Alt+m')
      await options.first().waitFor()
      expect(await options.first().textContent()).toContain('Gamma')
    })

    it('say what is missing, and take a file where they begin with one', async () => {
      const chat = talk()
      addTemplate(hub.world, accountId, {
        name: 'offer',
        header: { kind: 'image', text: '' },
        body: 'Offer for {{who}}',
        variables: [{ key: 'body.who', example: 'you' }]
      })
      listen()
      await open(chat)
      await choose()
      const dialog = page.getByRole('dialog')
      await dialog.locator('div[role=option]').waitFor()
      // It says that it is not ready; pressed all the same it says why.
      await dialog.getByRole('button', { name: 'Send template' }).click({ force: true })
      await dialog.getByText('This template needs a file.').waitFor()
      await dialog.getByText('Fill this in.').waitFor()
      expect(await grave()).toEqual([])
      const input = dialog.locator('input[type=file]')
      await input.setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('no') })
      await dialog.getByText('not the kind of file', { exact: false }).waitFor()
      await input.setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: Buffer.from('yes') })
      await dialog.locator('.preview img').waitFor()
      await dialog.locator('input[data-blank="body.who"]').fill('Amina')
      await dialog.getByRole('button', { name: 'Send template' }).click()
      await until(() => sent().length === 1 && bodies.length === 1)
      expect(bodies[0]?.['attachmentIds']).toHaveLength(1)
    })

    it('lead administrators to the account while there are none, and say so to the others', async () => {
      const chat = talk()
      await open(chat)
      await choose()
      await page.getByText('No approved templates yet').waitFor()
      expect(await page.getByRole('link', { name: 'Open the account' }).count()).toBe(0)
      await page.getByText('An administrator sets them up', { exact: false }).waitFor()
      const { world } = hub
      const own = world.users[0]!
      world.me = meOf(world, { ...own, roles: ['agent', 'administrator'] })
      await page.reload()
      await page.getByRole('log').waitFor()
      await choose()
      const link = page.getByRole('link', { name: 'Open the account' })
      expect(await link.getAttribute('href')).toBe(`/admin/accounts/${accountId}`)
      // They appear as soon as the platform has them.
      addTemplate(world, accountId)
      hub.push('setting.changed', { resource: 'template', id: accountId })
      await page.locator('div[role=option]').waitFor()
    })

    it('say what went wrong once, and try again', async () => {
      const chat = talk()
      failing = true
      const asked: string[] = []
      page.on('request', (request) => request.url().includes('/api/templates') && asked.push(request.url()))
      await open(chat)
      await choose()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('button', { name: 'Try again' }).waitFor()
      await page.waitForTimeout(500)
      expect(asked.length).toBe(1)
      failing = false
      addTemplate(hub.world, accountId)
      await dialog.getByRole('button', { name: 'Try again' }).click()
      await dialog.locator('div[role=option]').waitFor()
    })
  })

  describe('a message', () => {
    it('offers choices as they will be tapped, and shows which one was', async () => {
      const chat = talk()
      addMessage(hub.world, chat, { text: 'Where is it?' })
      await open(chat)
      await page.getByRole('button', { name: 'Offer choices' }).click()
      await page.getByRole('textbox', { name: 'Choice 1' }).and(page.locator(':focus')).waitFor()
      await page.keyboard.type('Home')
      await page.keyboard.press('Enter')
      await page.keyboard.type('Branch')
      expect(await grave()).toEqual([])
      await page.keyboard.press('Control+Enter')
      expect(sent()).toEqual([])
      await page.getByText('Choices need a message above them.').first().waitFor()
      await field().fill('Where to?')
      await field().press('Enter')
      await until(() => sent().length === 1)
      expect(sent()[0]!.choices).toEqual({ as: 'buttons', options: [{ title: 'Home' }, { title: 'Branch' }] })
      await article('Where to?').getByRole('listitem').filter({ hasText: 'Branch' }).waitFor()
      customerWrites(hub, chat.id, 'Branch', { answersId: sent()[0]!.id })
      await article('Where to?').locator('li.chosen', { hasText: 'Branch' }).waitFor()
      await article('Where to?').nth(1).getByText('Chosen', { exact: true }).waitFor()
    })

    it('answers one message, and the quote leads back to it however far it is', async () => {
      const chat = talk()
      addMessage(hub.world, chat, { text: 'The very first question', at: ago(9000) })
      for (let n = 0; n < 120; n++) addMessage(hub.world, chat, { text: `Line ${n}`, at: ago(8000 - n) })
      const last = addMessage(hub.world, chat, { text: 'And the last', at: ago(5) })
      await open(chat)
      await article('And the last').hover()
      await article('And the last').getByRole('button', { name: 'Reply to this' }).click()
      await page.locator('.answered', { hasText: 'And the last' }).waitFor()
      await page.getByRole('button', { name: 'Do not answer this message in particular' }).click()
      await page.locator('.answered').waitFor({ state: 'detached' })
      await page.keyboard.press('Escape')
      await page.keyboard.press('q')
      await page.locator('.answered', { hasText: 'And the last' }).waitFor()
      await page.keyboard.type('Here it is')
      await page.keyboard.press('Enter')
      await until(() => sent().at(-1)?.answersId === last.id)
      customerWrites(hub, chat.id, 'Back to the first', { answersId: hub.world.messages[0]!.id })
      await article('Back to the first')
        .getByRole('button', { name: /earlier message/ })
        .click()
      await page.locator('article:focus', { hasText: 'The very first question' }).waitFor()
    })

    it('takes a reaction by keys, shows both sides live, and gives ours back', async () => {
      const chat = talk()
      const theirs = addMessage(hub.world, chat, { text: 'Thank you so much' })
      const ours = addMessage(hub.world, chat, { kind: 'out', text: 'You are welcome', at: ago(20) })
      await open(chat)
      await article('Thank you')
        .getByRole('button', { name: /actions/ })
        .focus()
      await page.keyboard.press('Enter')
      await page.getByRole('menuitem', { name: 'React' }).press('Enter')
      await page.getByRole('button', { name: 'React with 👍' }).and(page.locator(':focus')).waitFor()
      await page.keyboard.press('ArrowRight')
      expect(await grave()).toEqual([])
      await page.keyboard.press('Enter')
      await until(() => theirs.reactions?.[0]?.emoji === '❤️')
      change(ours, { reactions: [{ by: 'contact', byId: null, emoji: '🎉' }] })
      await article('You are welcome').getByRole('img', { name: 'Amina Diallo: 🎉' }).waitFor()
      // Ours cannot be put on our own words.
      await article('You are welcome').hover()
      await article('You are welcome')
        .getByRole('button', { name: /actions/ })
        .click()
      expect(await page.getByRole('menuitem', { name: 'React' }).count()).toBe(0)
      await page.keyboard.press('Escape')
      failing = true
      await article('Thank you')
        .getByRole('button', { name: /Your reaction/ })
        .click()
      await page.getByText('This channel cannot carry the message.').waitFor()
      await article('Thank you')
        .getByRole('button', { name: /Your reaction/ })
        .waitFor()
      failing = false
      await article('Thank you')
        .getByRole('button', { name: /Your reaction/ })
        .click()
      await until(() => theirs.reactions?.length === 0)
    })

    it('says that it was changed or taken back, and stays readable', async () => {
      const chat = talk()
      const message = addMessage(hub.world, chat, { text: 'My number is 12' })
      await open(chat)
      await article('My number').waitFor()
      change(message, { text: 'My number is 13', amended: 'edited' })
      await article('My number is 13').getByText('Edited').waitFor()
      change(message, { amended: 'removed' })
      await article('My number is 13').getByText('Amina Diallo took this back').waitFor()
      expect(await article('My number is 13').getByRole('button', { name: 'Reply to this' }).count()).toBe(0)
      expect(await grave()).toEqual([])
    })

    it('shows its state in words, when it is tried again, why it failed, and sends it again', async () => {
      const chat = talk()
      const states = ['queued', 'sending', 'sent', 'delivered', 'read'] as const
      for (const state of states)
        addMessage(hub.world, chat, { kind: 'out', text: `It is ${state}`, state, at: ago(60) })
      const failure = { reason: 'The number is not in service', temporary: false }
      const failed = addMessage(hub.world, chat, { kind: 'out', text: 'Lost', state: 'failed', failure })
      addMessage(hub.world, chat, {
        kind: 'out',
        text: 'Stuck',
        state: 'queued',
        sendAt: inSeconds(190),
        failure: { reason: 'The platform is away', temporary: true }
      })
      await open(chat)
      const words = {
        queued: 'About to leave',
        sending: 'Sending',
        sent: 'Sent',
        delivered: 'Delivered',
        read: 'Read'
      }
      for (const state of states)
        await article(`It is ${state}`).locator('.state').getByText(words[state], { exact: true }).waitFor()
      await article('Stuck')
        .getByText('tried again in 3 minutes: The platform is away', { exact: false })
        .waitFor()
      expect(await article('Stuck').getByRole('button', { name: 'Undo' }).count()).toBe(0)
      await article('Lost').getByText('Not sent: The number is not in service').waitFor()
      await article('Lost').getByRole('button', { name: 'Send again' }).click()
      await until(() => failed.state === 'queued')
    })

    it('counts its letters against what the channel carries', async () => {
      const chat = talk({ channel: 'flare', medium: 'social', windowUntil: null })
      await open(chat)
      await field().fill('x'.repeat(270))
      await page.getByText('10 characters left').waitFor()
      await field().fill('x'.repeat(281))
      await page.getByText('1 characters too many').waitFor()
      await field().press('Enter')
      expect(sent()).toEqual([])
    })
  })

  describe('what everybody reads', () => {
    const comment = { public: { kind: 'comment' as const, url: 'https://social.example/p/1' } }

    it('is marked with a link, and answered in public or to the customer alone', async () => {
      const chat = talk({ channel: 'flare', medium: 'social', windowUntil: null })
      const said = addMessage(hub.world, chat, { text: 'Three weeks!', ...comment })
      await open(chat)
      const link = article('Three weeks!').getByRole('link', { name: /Open the page/ })
      expect(await link.getAttribute('href')).toBe('https://social.example/p/1')
      expect(await link.getAttribute('rel')).toContain('noopener')
      await page.getByText('Everybody can read this answer').waitFor()
      expect(await grave()).toEqual([])
      await field().fill('We are sorry')
      await page.getByRole('button', { name: 'Send publicly' }).click()
      await until(() => sent().length === 1)
      expect(sent()[0]).toMatchObject({ answersId: said.id, audience: 'public' })
      await article('We are sorry').getByText('Public', { exact: true }).waitFor()
      await page.getByText('Only Amina Diallo', { exact: true }).click()
      await page.getByText('Only Amina Diallo reads this answer').waitFor()
      await field().fill('Your number?')
      await page.getByRole('button', { name: 'Send', exact: true }).click()
      await until(() => sent().at(-1)?.audience === 'private')
    })

    it('never becomes the reader of words that were begun for the customer alone', async () => {
      const chat = talk({ channel: 'flare', medium: 'social', windowUntil: null })
      const direct = addMessage(hub.world, chat, { text: 'My account number is 12' })
      await open(chat)
      await page.getByText('Only Amina Diallo reads this answer').waitFor()
      await field().fill('The balance of 12 is')
      customerWrites(hub, chat.id, 'And here for all to see', comment)
      await article('And here for all to see').waitFor()
      await page.getByText('Only Amina Diallo reads this answer').waitFor()
      await page.locator('.answered', { hasText: 'My account number' }).waitFor()
      await field().press('Enter')
      await until(() => sent().length === 1)
      expect(sent()[0]).toMatchObject({ answersId: direct.id })
      expect(sent()[0]!.audience).toBeUndefined()
      // Nothing is begun any more: the next answer is for the newest message.
      await page.getByText('Everybody can read this answer').waitFor()
    })

    it('has no private answer where the channel has none', async () => {
      const chat = talk({ channel: 'beacon', medium: 'social', windowUntil: null })
      addMessage(hub.world, chat, { text: 'Hello all', ...comment })
      await open(chat)
      await page.getByText('Everybody can read this answer').waitFor()
      expect(await page.getByRole('radiogroup', { name: 'Who reads the answer' }).count()).toBe(0)
    })
  })

  it('shows nothing that the channel cannot do', async () => {
    const chat = talk({ channel: 'chat', medium: 'chat', windowUntil: null })
    addMessage(hub.world, chat, { text: 'Plain words' })
    await open(chat)
    await article('Plain words').hover()
    for (const name of ['Offer choices', 'Choose a template', 'Reply to this', 'React'])
      expect(await page.getByRole('button', { name }).count()).toBe(0)
    expect(await page.locator('.audience, .window').count()).toBe(0)
  })
})

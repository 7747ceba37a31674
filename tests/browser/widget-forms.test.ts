import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { focused, open, say, widgetPages } from './widget-pages.ts'

describe.skipIf(process.env['PALABRE_CHROMIUM'] === '')('chat widget: files and forms', () => {
  const pages = widgetPages()

  describe('files', () => {
    const file = (name: string, size: number, mimeType = 'application/pdf') => ({
      name,
      mimeType,
      buffer: Buffer.alloc(size, 7)
    })
    const pick = (page: Page, ...files: ReturnType<typeof file>[]) =>
      page.locator('input[type=file]').setInputFiles(files)

    it('leave with the message, and can be taken back before', async () => {
      const page = await pages.current.chat()
      await pick(page, file('statement.pdf', 2_000), file('mistake.pdf', 1_000))
      await page.getByRole('button', { name: 'Remove mistake.pdf' }).click()
      await expect.poll(() => pages.current.hub.visit.files.size).toBeGreaterThan(0)
      await page.getByText('2 KB').waitFor()
      await page.reload()
      await page.getByText('statement.pdf').waitFor()
      await page.getByRole('button', { name: 'Send' }).click()
      await expect
        .poll(() => pages.current.hub.visit.messages.at(-1)?.attachments.map(({ name }) => name))
        .toEqual(['statement.pdf'])
      await page
        .getByRole('log')
        .getByRole('link', { name: /statement.pdf/ })
        .waitFor()
    })

    it('are refused in plain words when they are too large or of a wrong kind, and hold nothing up', async () => {
      const page = await pages.current.chat()
      pages.current.hub.refuseNext('attachments', 'wrong-type')
      await pick(page, file('film.mp4', 11 * 1024 * 1024), file('setup.exe', 10))
      await page.getByText('This file is larger than 10 MB.').waitFor()
      await page.getByText('This type of file is not taken.').waitFor()
      await say(page, 'without them')
      await expect.poll(() => pages.current.said).toContain('without them')
      expect(pages.current.hub.visit.files.size).toBe(0)
    })

    it('of the agent are shown as pictures, or by their name', async () => {
      const page = await pages.current.chat()
      const pixel =
        'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
      const keep = (name: string, type: string) =>
        pages.current.hub.visit.keepFile(name, type, Buffer.from(pixel, 'base64'))
      pages.current.hub.visit.answer('', [
        keep('card.png', 'image/png'),
        keep('terms.pdf', 'application/pdf')
      ])
      await expect
        .poll(() =>
          page
            .getByRole('img', { name: 'card.png' })
            .evaluate((image) => (image as HTMLImageElement).naturalWidth)
        )
        .toBe(1)
      await page.getByRole('link', { name: 'terms.pdf' }).waitFor()
      expect(pages.current.complaints).toEqual([])
    })

    it('try again after a failed upload', async () => {
      const page = await pages.current.chat()
      pages.current.hub.refuseNext('attachments', 'unexpected')
      await pick(page, file('statement.pdf', 2_000))
      await page.getByRole('button', { name: 'Try again' }).click()
      await page.getByText('2 KB').waitFor()
    })

    it('can be pasted and dropped', async () => {
      const page = await pages.current.chat()
      await page.evaluate(() => {
        const root = document.querySelector('palabre-chat')!.shadowRoot!
        const holding = (name: string) => {
          const data = new DataTransfer()
          data.items.add(new File(['content'], name, { type: 'image/png' }))
          return data
        }
        const shared = { bubbles: true, cancelable: true, composed: true }
        const text = root.querySelector('textarea')!
        text.dispatchEvent(new ClipboardEvent('paste', { ...shared, clipboardData: holding('pasted.png') }))
        const panel = root.querySelector('[role=dialog]')!
        panel.dispatchEvent(new DragEvent('drop', { ...shared, dataTransfer: holding('dropped.png') }))
      })
      await page.getByText('pasted.png').waitFor()
      await page.getByText('dropped.png').waitFor()
      await expect.poll(() => pages.current.hub.visit.files.size).toBe(2)
    })

    it('are not offered when the account takes none', async () => {
      const page = await pages.current.chat({ upload: false })
      expect(await page.getByRole('button', { name: 'Attach files' }).count()).toBe(0)
    })
  })

  describe('forms', () => {
    const formFields = ['Topic / Sujet * = Cards / Cartes | Loans / Crédits', 'Account / Compte']

    it('ask before the chat, and send the answers with the first message', async () => {
      const page = await pages.current.visit({
        form: true,
        formName: 'optional',
        formEmail: 'required',
        formFields
      })
      await open(page)
      await page.getByRole('button', { name: 'Start the chat' }).click()
      expect(await page.getByText('Please fill this in.').count()).toBe(3)
      await expect.poll(() => focused(page)).toContain('palabre-email')
      await page.getByLabel('Email address').fill('not an address')
      await page.getByText('This does not look like an email address.').waitFor()
      await page.getByLabel('Name').fill('Awa')
      await page.getByLabel('Email address').fill('awa@example.com')
      await page.getByLabel('Topic').selectOption('Cards')
      await page.getByLabel('How can we help?').fill('My card is gone')
      await page.getByRole('button', { name: 'Start the chat' }).click()
      await page.getByText('You are number 3 in line.').waitFor()
      expect(pages.current.hub.visit.framesOf('say')[0]).toMatchObject({
        text: 'My card is gone',
        form: { name: 'Awa', email: 'awa@example.com', fields: { Topic: 'Cards' } }
      })
      expect(await page.getByRole('button', { name: 'Start the chat' }).count()).toBe(0)
    })

    it('take a message while it is closed, and say when it opens', async () => {
      const opensAt = new Date()
      opensAt.setDate(opensAt.getDate() + 1)
      opensAt.setHours(8, 0)
      pages.current.hub.first = { phase: 'closed-now', opensAt: opensAt.toISOString() }
      const page = await pages.current.visit()
      await open(page)
      await page.getByText('We open again tomorrow at 08:00.').waitFor()
      await page.getByLabel('Name').fill('Awa')
      await page.getByLabel('Email address').fill('awa@example.com')
      await page.getByLabel('Message').fill('Please call me back')
      pages.current.hub.refuseNext('offline', 'too-many-requests')
      await page.getByRole('button', { name: 'Leave the message' }).click()
      await page.getByText('That was too fast. Wait a moment.').waitFor()
      await page.getByRole('button', { name: 'Leave the message' }).click()
      await page.getByText('We will answer to awa@example.com.').waitFor()
      expect(pages.current.hub.offline).toEqual([
        { name: 'Awa', email: 'awa@example.com', text: 'Please call me back' }
      ])
    })

    it('end the chat after asking once, rate it, mail it, and begin anew', async () => {
      const page = await pages.current.chat({ replyAccountId: 'b'.repeat(24) })
      await page.getByRole('button', { name: 'More' }).click()
      await page.getByRole('menuitem', { name: 'End the chat' }).click()
      await expect.poll(() => focused(page)).toContain('Keep chatting')
      await page.getByRole('button', { name: 'Keep chatting' }).click()
      expect(pages.current.hub.visit.state.phase).toBe('active')
      await page.getByRole('button', { name: 'More' }).click()
      await page.getByRole('menuitem', { name: 'End the chat' }).click()
      await page.getByRole('button', { name: 'End it' }).click()
      await page.getByText('The chat has ended.').waitFor()

      await page.getByRole('radio', { name: 'Good', exact: true }).check({ force: true })
      await page.getByRole('textbox', { name: 'What should we know?' }).fill('Quick and kind')
      await page.getByRole('button', { name: 'Send the rating' }).click()
      await page.getByText('Thank you. Your rating: Good.').waitFor()
      expect(pages.current.hub.visit.framesOf('rate')).toMatchObject([
        { score: 4, comment: 'Quick and kind' }
      ])

      await page.getByRole('button', { name: 'Send me the conversation by mail' }).click()
      await page.getByLabel('Email address').fill('awa@example.com')
      await page.getByRole('button', { name: 'Send', exact: true }).click()
      await page.getByText('The conversation is on its way to awa@example.com.').waitFor()
      expect(pages.current.hub.transcripts).toEqual([{ email: 'awa@example.com' }])
      await page.getByRole('button', { name: 'Back' }).click()

      await page.getByRole('button', { name: 'Start a new chat' }).click()
      await say(page, 'One more thing')
      await page.getByText('You are number 3 in line.').waitFor()
    })
  })
})

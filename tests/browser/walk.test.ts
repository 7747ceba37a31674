import { existsSync } from 'node:fs'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import nodemailer from 'nodemailer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AxeBuilder } from '@axe-core/playwright'
import { openGateways } from '@palabre/workers/listeners/gateways'
import { openDemoMailbox } from '@palabre/workers/demo/mailbox'
import { Interaction } from '@palabre/hub/interactions/interaction.model'
import { DemoMail } from '@palabre/hub/demo/mailbox'
import { Person, demoPassword, eventually, openHouse, spareSmtpPort, type House } from '../flows/house.ts'
import { chromiumPath, openBrowser } from './shots.ts'

/** The walks of the README: the real hub, the built app and widget, two browsers. Needs PALABRE_CHROMIUM. */
describe.skipIf(!existsSync(chromiumPath))(
  'the product in the hands of its users',
  { timeout: 90_000 },
  () => {
    let house: House
    let browser: Browser
    let agents: BrowserContext
    let agent: Page
    let smtpPort = 0
    const parts: { stop(): Promise<void> }[] = []
    const errors: string[] = []

    async function signIn(context: BrowserContext, email: string): Promise<Page> {
      const page = await context.newPage()
      page.on('pageerror', ({ message }) => errors.push(message))
      await page.goto(house.url)
      await page.locator('input[name=email]').fill(`${email}@palabre.example`)
      await page.locator('input[name=password]').fill(demoPassword)
      await page.keyboard.press('Enter')
      await page.waitForURL('**/inbox')
      return page
    }
    const becomeReady = async (page: Page) => {
      await page
        .getByRole('button', { name: /^Become ready/ })
        .first()
        .click()
      await page.getByRole('button', { name: /Your status: Ready/ }).waitFor()
    }

    beforeAll(async () => {
      smtpPort = await spareSmtpPort()
      house = await openHouse({ env: { SMTP_PORT: String(smtpPort) } })
      parts.push(openGateways(house.hub), await openDemoMailbox(house.hub))
      browser = await openBrowser()
      agents = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 720 } })
    }, 60_000)
    afterAll(async () => {
      await browser?.close()
      await Promise.all(parts.map((part) => part.stop()))
      await house?.stop()
    })

    it('a visitor of the bank chats with a skilled agent, who answers and closes; the visitor rates', async () => {
      agent = await signIn(agents, 'awa')
      await becomeReady(agent)

      const visitors = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 720 } })
      const visitor = await visitors.newPage()
      await visitor.goto(`${house.url}/demo?lang=en`)
      await visitor.locator('button.launcher').click()
      await visitor.getByRole('textbox', { name: /^Name/ }).fill('Visitor Blue')
      await visitor.getByRole('textbox', { name: 'How can we help?' }).fill('Hello, my card is lost')
      await visitor.getByRole('button', { name: 'Start the chat' }).click()

      await agent.getByRole('button', { name: 'Accept' }).waitFor()
      await agent.keyboard.press('a')
      await agent.waitForURL('**/inbox/*')
      await agent.getByText('Hello, my card is lost').last().waitFor()
      const reply = agent.getByRole('textbox', { name: /Visitor Blue/ })
      await reply.click()
      await agent.keyboard.type('I block it for you')
      await visitor.getByText(/is typing/).waitFor()
      await agent.keyboard.press('Enter')
      await visitor.getByRole('log').getByText('I block it for you').waitFor()
      const box = visitor.getByRole('textbox', { name: 'Write a message' })
      await box.pressSequentially('Thank you')
      await agent
        .getByText(/is writing/)
        .first()
        .waitFor()
      await box.press('Enter')
      await agent.getByText('Thank you').last().waitFor()

      await agent.keyboard.press('Escape')
      await agent.keyboard.press('e')
      await agent.getByRole('dialog').getByText('Card blocked').click()
      await agent.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).last().click()
      await visitor.locator('fieldset label').last().click()
      await visitor.getByRole('button', { name: /rating/i }).click()
      await eventually('the rating', () =>
        Interaction.exists({ contactName: 'Visitor Blue', 'rating.score': 5 })
      )
      await visitors.close()
      const awa = await Person.signIn(house.url, 'awa')
      await awa.send('PUT', '/api/me/presence', { state: 'offline' })
    })

    it('a mail becomes work, is answered in rich text, and leaves threaded', async () => {
      const boris = await signIn(await browser.newContext({ locale: 'en-GB' }), 'boris')
      await becomeReady(boris)
      const transport = nodemailer.createTransport({ host: '127.0.0.1', port: smtpPort, ignoreTLS: true })
      await transport.sendMail({
        from: 'Customer Green <green@example.org>',
        to: 'help@banque-du-fleuve.example',
        subject: 'My statement',
        text: 'Where is my statement?',
        messageId: '<green-1@example.org>'
      })
      await boris.getByRole('button', { name: 'Accept' }).click()
      await boris.getByText('Where is my statement?').last().waitFor()
      const composer = boris.locator('.tiptap')
      await composer.click()
      await boris.keyboard.type('It is in your mailbox.')
      await boris.getByRole('button', { name: 'Send', exact: true }).click()
      const mail = await eventually(
        'the mail at the customer',
        () => DemoMail.findOne({ to: 'green@example.org' }).lean(),
        30_000
      )
      expect(mail.subject).toBe('Re: My statement')
      expect(mail.text).toContain('It is in your mailbox.')
      expect(mail.references).toContain('<green-1@example.org>')
      await boris.context().close()
    })

    it('axe finds nothing serious on the inbox and the administration', async () => {
      const admin = await signIn(await browser.newContext({ locale: 'fr-FR' }), 'admin')
      for (const path of ['/inbox', '/admin/queues', '/admin/accounts', '/admin/users']) {
        await admin.goto(house.url + path)
        await admin.waitForLoadState('networkidle')
        const { violations } = await new AxeBuilder({ page: admin }).analyze()
        const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
        expect(serious.map(({ id, nodes }) => `${path} ${id}: ${String(nodes[0]?.target)}`)).toEqual([])
      }
      await admin.context().close()
    })

    it('no page threw an error', () => expect(errors).toEqual([]))
  }
)

import { existsSync } from 'node:fs'
import type { Flow } from '@palabre/config/contract/flow'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startApiHub, type ApiHub } from '../simulators/api-hub.ts'
import { deskAnswers } from '../simulators/api-hub/desk.ts'
import { ago, meOf, newId } from '../simulators/api-hub/world.ts'
import { adminAnswers, furnish } from './admin.world.ts'
import { chromiumPath, openBrowser } from './shots.ts'

const flowOf = (name: string, published: boolean): Flow => ({
  id: newId(),
  version: 1,
  archived: false,
  name,
  description: '',
  language: 'fr-FR',
  timeZone: 'Africa/Dakar',
  variables: [],
  nodes: [],
  start: '',
  atFault: '',
  maxMinutes: 10,
  hosts: [],
  secrets: {},
  published: published ? { number: 1, at: ago(900) } : null,
  problems: [],
  updatedAt: ago(900)
})

describe.skipIf(!existsSync(chromiumPath))('administration of voice', { timeout: 45_000 }, () => {
  let browser: Browser
  let hub: ApiHub
  let page: Page
  const flows = [flowOf('Accueil téléphonique', true), flowOf('Night desk', false)]
  const errors: string[] = []

  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    hub = await startApiHub({
      world: furnish,
      answers: { ...deskAnswers, ...adminAnswers, 'flow.list': () => ({ items: flows }) },
      ...(process.env['APP_BUILD'] ? { build: process.env['APP_BUILD'] } : {})
    })
    hub.world.me = meOf(
      hub.world,
      hub.world.users.find(({ email }) => email === 'admin@bank.example')!
    )
    page = await (await browser.newContext({ baseURL: hub.url, locale: 'en-GB' })).newPage()
    errors.length = 0
    page.on('pageerror', ({ message }) => errors.push(message))
  })
  afterEach(async () => {
    await page.context().close()
    await hub.close()
    expect(errors).toEqual([])
  })

  const save = async () => {
    await page.keyboard.press('Control+s')
    await page.getByRole('button', { name: 'Save' }).waitFor({ state: 'detached' })
  }
  const agentUser = () => hub.world.users.find(({ roles }) => roles.includes('agent'))!
  const agent = () => hub.world.agents.find(({ userId }) => userId === agentUser().id)!

  it('gives an agent a telephone number, takes it as people write it, and asks for the key', async () => {
    await page.goto(`/admin/users/${agentUser().id}`)
    const phone = page.getByRole('group', { name: 'Phone' })
    await phone.getByText('Telephone number').click()
    const number = phone.getByRole('textbox', { name: 'Number that rings' })
    await number.fill('338000001')
    await page.keyboard.press('Control+s')
    await phone.getByText('An international number').waitFor()
    await number.fill('00 221 33 800 00 01')
    await save()
    expect(agent().phone).toEqual({ kind: 'number', number: '+221338000001', confirms: true })
  })

  it('gives an agent a desk phone, and the browser back', async () => {
    await page.goto(`/admin/users/${agentUser().id}`)
    const phone = page.getByRole('group', { name: 'Phone' })
    await phone.getByText('Desk phone or extension').click()
    await phone.getByRole('textbox', { name: 'SIP address that rings' }).fill('sip:1042@pbx.example.com')
    await phone.getByRole('switch', { name: /A key is pressed/ }).click()
    await save()
    expect(agent().phone).toEqual({ kind: 'sip', uri: 'sip:1042@pbx.example.com', confirms: true })
    await phone.getByText('In the browser', { exact: true }).click()
    await save()
    expect(agent().phone).toBeNull()
  })

  it('sends the callers of a voice account through a flow, and says that one was never published', async () => {
    await page.goto('/admin/accounts/new')
    await page.getByRole('button', { name: /^Mail/ }).click()
    await page.getByLabel('Queue', { exact: true }).waitFor()
    expect(await page.getByLabel('Flow before the queue').count()).toBe(0)
    await page.getByRole('button', { name: 'Previous step' }).click()
    await page.getByRole('button', { name: /^Telephone/ }).click()
    const choice = page.getByLabel('Flow before the queue')
    await choice.selectOption({ label: 'Night desk (not published)' })
    await page.getByText('“Night desk” was never published').waitFor()
    await choice.selectOption({ label: 'Accueil téléphonique' })
    await page.getByText('“Night desk” was never published').waitFor({ state: 'detached' })
    await page.getByLabel('Name', { exact: true }).fill('Bank line')
    await page.getByLabel('Queue', { exact: true }).selectOption({ index: 1 })
    for (let i = 0; i < 4; i++) await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('heading', { name: 'Addresses for jambonz' }).waitFor()
    expect(hub.world.accounts.at(-1)).toMatchObject({ channel: 'voice', flowId: flows[0]!.id })
  })
})

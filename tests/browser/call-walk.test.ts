import { existsSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { AuditEntry } from '@palabre/hub/audit/audit.model'
import { Recording } from '@palabre/hub/recordings/recording.model'
import { closeSources } from '@palabre/hub/sources/pools'
import { bankNumber, openCallCentre, type CallCentre } from '../flows/call-centre.ts'
import {
  changeLine,
  customerDatabases,
  publishLookup,
  startCustomers,
  type CustomerDatabase
} from '../flows/customer-lookup.ts'
import { eventually } from '../flows/house.ts'
import { PhoneExchange } from '../simulators/demo-call/phone-exchange.ts'
import type { Caller } from '../simulators/jambonz/caller.ts'
import { openTalkingBrowser } from './call-page.ts'
import { chromiumPath } from './shots.ts'
import { TalkingDesk } from './talking-desk.ts'

const music = 330
const voices = { customer: 440, awa: 620, boris: 770, supervisor: 1000 }
const aminata = '+221338000001'

const hears = ({ heard }: Caller, words: string) => heard.some(({ what }) => what.includes(words))
const sounds = (caller: Caller, hertz: number) =>
  eventually(`${String(hertz)} Hz in the customer’s ear`, () => caller.hearsTone(hertz), 15_000)

/** One call from the first ring to its recording: a real hub, real databases, and everybody of the bank in Chromium. */
describe.skipIf(!existsSync(chromiumPath))('a call in the hands of everybody', { timeout: 90_000 }, () => {
  let browser: Browser
  const closing: (() => Promise<unknown>)[] = []

  beforeAll(async () => {
    browser = await openTalkingBrowser()
  })
  afterAll(() => browser?.close())
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close()
  })

  async function open(kind: CustomerDatabase) {
    const database = await startCustomers(kind)
    closing.push(() => database.stop())
    const centre = await openCallCentre({
      settings: { welcome: '', recording: 'always', recordingNotice: 'Vous êtes enregistré.' }
    })
    closing.push(() => closeSources(centre.house.hub).then(() => centre.stop()))
    const phones = new PhoneExchange(centre.jambonz)
    await phones.open()
    closing.push(() => phones.close())
    const flowId = await publishLookup(centre, kind, database)
    await changeLine(centre, { flowId, settings: { phoneServer: phones.address } })
    return centre
  }
  async function deskOf({ house }: CallCentre, name: keyof typeof voices) {
    const desk = await TalkingDesk.open(browser, house.url, name, voices[name])
    closing.push(desk.close)
    return desk
  }

  describe.each(customerDatabases)('known to a $dialect database', (kind) => {
    it.runIf(kind.installed)(
      'is greeted by name, finds the right agent, is held, listened to, handed over and heard again',
      async () => {
        const centre = await open(kind)
        const awa = await deskOf(centre, 'awa')
        const boris = await deskOf(centre, 'boris')
        const supervisor = await deskOf(centre, 'supervisor')
        await Promise.all([awa.hasPhone(), boris.hasPhone()])
        await boris.becomeReady()

        const caller = centre.jambonz.call({ from: aminata, to: bankNumber })
        await caller.until((one) => hears(one, 'Bonjour Aminata Ndiaye.'), 15_000)
        await caller.until((one) => hears(one, 'Pour vos cartes'))
        caller.press('1')
        await caller.until((one) => hears(one, 'quatre derniers chiffres'))
        caller.press('4242#')
        await sounds(caller, music)
        caller.hum(voices.customer)

        // Boris is free and may not take it: his skill with cards is too low.
        await awa.becomeReady()
        const card = awa.page.getByRole('region', { name: /^Call from/ })
        await card.getByText('Aminata Ndiaye').first().waitFor()
        await card.getByText('Premium').waitFor()
        expect(await boris.page.getByRole('button', { name: 'Answer' }).count()).toBe(0)
        await card.getByRole('button', { name: 'Answer' }).click()
        await awa.bar.getByText('Talking').waitFor()
        await awa.page.waitForURL('**/inbox/*')
        const path = new URL(awa.page.url()).pathname
        await awa.hears('phone=speaker', voices.customer)
        await sounds(caller, voices.awa)

        await awa.control('Put the customer on hold, with music').click()
        await awa.bar.getByText('On hold').waitFor()
        await sounds(caller, music)
        await awa.hearsNot('phone=speaker', voices.customer)
        await awa.control('Take the customer back').click()
        await awa.hears('phone=speaker', voices.customer)
        await sounds(caller, voices.awa)

        await awa.control('Pause the recording').waitFor()
        await supervisor.page.goto(path)
        const live = supervisor.page.getByRole('group', { name: 'Listen here' })
        await live.getByRole('button', { name: 'Listen here' }).click()
        await live.getByText('Live. Nobody hears you.').waitFor()
        await supervisor.hears('listening=live', voices.customer, voices.awa)
        await live.getByRole('button', { name: 'Stop listening' }).click()

        await awa.control('Bring somebody into the call').click()
        const dialog = awa.page.getByRole('dialog')
        await dialog.locator('input:focus').waitFor()
        await awa.page.keyboard.type('boris')
        await awa.page.keyboard.press('Enter')
        await dialog.getByRole('button', { name: /^Ask Boris .* privately$/ }).click()
        await boris.page.getByRole('button', { name: 'Answer' }).click()
        await awa.bar.getByText('Private talk').waitFor()
        await awa.hears('phone=speaker', voices.boris)
        await boris.hears('phone=speaker', voices.awa)
        await sounds(caller, music)
        await awa.control(/^Hand the call over to Boris/).click()
        await awa.bar.waitFor({ state: 'detached' })
        await boris.bar.getByText('Talking').waitFor()
        await boris.hears('phone=speaker', voices.customer)
        await sounds(caller, voices.boris)

        caller.hangUp()
        await boris.bar.waitFor({ state: 'detached' })
        await boris.page
          .getByText(/^Wrap-up/)
          .first()
          .waitFor()

        const slider = supervisor.page.getByRole('slider', { name: 'Position in the recording' })
        await slider.waitFor()
        const player = supervisor.page.getByRole('region', { name: 'Recording', exact: true })
        await player.getByRole('button', { name: 'Play' }).click()
        await supervisor.hears('player', voices.customer, voices.awa)
        await player.getByRole('button', { name: 'Pause' }).click()
        await slider.press('End')
        await slider.press('ArrowLeft')
        await player.getByRole('button', { name: 'Play' }).click()
        await supervisor.hears('player', voices.customer, voices.boris)

        const recordings = await Recording.find().lean()
        expect(recordings).toMatchObject([{ state: 'kept', gaps: [] }])
        const traced = await AuditEntry.find({ subject: 'recording' }).sort({ at: 1 }).lean()
        expect(traced.map(({ action }) => action)).toEqual(['recording.live', 'recording.hear'])
        expect([...awa.errors, ...boris.errors, ...supervisor.errors]).toEqual([])
      }
    )
  })
})

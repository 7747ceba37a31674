import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { startApiHub } from '../simulators/api-hub.ts'
import {
  alertOf,
  channelAnswers,
  channelWorld,
  scannedKind,
  templateOf
} from '../simulators/api-hub/channels.ts'
import { deskAnswers } from '../simulators/api-hub/desk.ts'
import { ago, defaultPreferences, meOf } from '../simulators/api-hub/world.ts'
import { account, adminAnswers, furnish } from './admin.world.ts'
import { takeShots, type Look, type Shot } from './shots.ts'

// node --import tsx --conditions=source tests/browser/admin-channels.shots.ts [name…]
const far = channelWorld()
const hub = await startApiHub({
  ...(process.env['APP_BUILD'] ? { build: process.env['APP_BUILD'] } : {}),
  world: furnish,
  answers: { ...deskAnswers, ...adminAnswers, ...channelAnswers(far), 'flow.list': () => ({ items: [] }) }
})
const { world } = hub
world.channels.push(scannedKind(world.channels[0]!))
const queueId = world.settings.queue[0]!.id
const number = account({
  channel: 'whatsapp',
  name: 'Bank on WhatsApp',
  queueId,
  settings: { phoneNumberId: '106540352242922', accessToken: '•••' }
})
Object.assign(number.health, {
  hookSeenAt: ago(300),
  expiresAt: ago(-9 * 86_400),
  slots: [{ from: ago(2400), sent: 42, failed: 3 }]
})
const half = (channel: string, setupStep: number, settings: Record<string, unknown> = {}) => {
  const made = account({ channel, name: 'Second number', queueId, paused: true, setupStep, settings })
  made.health.state = 'unknown'
  return made
}
const hooked = half('whatsapp', 4)
const linked = half('scanned', 3)
const last = half('whatsapp', 6)
world.accounts.push(number, hooked, linked, last)
far.templates.push(
  templateOf(number.id, {}),
  templateOf(number.id, { name: 'autumn_offer', state: 'rejected', reason: 'It promises too much.' })
)
far.pairings.set(linked.id, { qr: '2@a-code-to-scan', expiresAt: ago(-3600) })

const see =
  (path: string, then: (page: Page) => Promise<unknown> = async () => {}, withAlert = false): Shot['show'] =>
  async (page, { theme, locale }: Look) => {
    const user = world.users.find(({ email }) => email === 'admin@bank.example')!
    world.preferences.set(user.id, { ...defaultPreferences, theme, locale })
    world.me = meOf(world, user)
    world.alerts = withAlert
      ? [alertOf(number), alertOf(last, { endedAt: ago(60), raisedAt: ago(9000) })]
      : []
    await page.goto(path)
    await page.getByRole('navigation').first().waitFor()
    await page.locator('.skeleton').first().waitFor({ state: 'detached' })
    await page.waitForTimeout(500)
    await then(page)
  }

const shots: Shot[] = [
  { name: 'channel-cards', show: see('/admin/accounts/new') },
  { name: 'channel-webhook', show: see(`/admin/accounts/new/${hooked.id}`) },
  { name: 'channel-pairing', show: see(`/admin/accounts/new/${linked.id}`) },
  { name: 'channel-finish', show: see(`/admin/accounts/new/${last.id}`) },
  { name: 'channel-account', show: see(`/admin/accounts/${number.id}`) },
  {
    name: 'channel-account-end',
    show: see(`/admin/accounts/${number.id}`, (page) =>
      page.locator('section li').last().scrollIntoViewIfNeeded()
    )
  },
  { name: 'channel-unfinished', show: see(`/admin/accounts/${hooked.id}`) },
  {
    name: 'channel-move',
    show: see(`/admin/accounts/${number.id}`, async (page) => {
      far.waiting = 7
      await page.locator('.line button').first().click()
      await page.getByRole('radiogroup').last().waitFor()
    })
  },
  {
    name: 'channel-alerts',
    show: see('/inbox', (page) => page.locator('.bell').click(), true)
  },
  { name: 'channel-banner', show: see('/inbox', undefined, true) }
]

const wanted = process.argv.slice(2)
const looks: Look[] = [
  { size: 'desk', theme: 'light', locale: 'en' },
  { size: 'desk', theme: 'dark', locale: 'fr' },
  { size: 'phone', theme: 'light', locale: 'fr' },
  { size: 'phone', theme: 'dark', locale: 'en' }
]
const folder = process.env['SHOTS'] ?? fileURLToPath(new URL('../../data/shots', import.meta.url))
const complaints = await takeShots(
  hub.url,
  shots.filter(({ name }) => !wanted.length || wanted.includes(name)),
  folder,
  looks
)
for (const complaint of complaints) console.log(complaint)
console.log(`${String(complaints.length)} complaints`)
await hub.close()

import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { startApiHub } from '../simulators/api-hub.ts'
import { deskAnswers } from '../simulators/api-hub/desk.ts'
import { raisedBy, thresholdAnswers, thresholdOf, thresholdWorld } from '../simulators/api-hub/thresholds.ts'
import { ago, defaultPreferences, meOf } from '../simulators/api-hub/world.ts'
import { adminAnswers, furnish } from './admin.world.ts'
import { takeShots, type Look, type Shot } from './shots.ts'

// node --import tsx --conditions=source tests/browser/thresholds.shots.ts [name…]
const far = thresholdWorld()
const hub = await startApiHub({
  ...(process.env['APP_BUILD'] ? { build: process.env['APP_BUILD'] } : {}),
  world: furnish,
  answers: { ...deskAnswers, ...adminAnswers, ...thresholdAnswers(far), 'flow.list': () => ({ items: [] }) }
})
const { world } = hub
const waiting = thresholdOf({
  webhook: { url: 'https://alerts.shop.example/x', secret: '•••' },
  mail: { userIds: [], addresses: ['client@shop.example'], locale: 'fr', repeatMinutes: 60 }
})
const level = thresholdOf({
  name: 'Service level of the last hour, all of Dakar and Thiès, as it is written in the contract with the client',
  figure: 'serviceLevelNow',
  comparison: 'below',
  warn: 0.8,
  danger: 0.6,
  margin: 0.05
})
const slow = thresholdOf({ name: 'Loans: too slow', figure: 'asaMs', warn: 30_000, danger: null })
const items = [waiting, level, slow]
const open = [
  raisedBy(waiting, {
    tone: 'danger',
    figures: { figure: 'waiting', comparison: 'above', level: 20, value: 23, worst: 26 },
    deliveries: [{ news: 'raised', state: 'queued', attempts: 2, detail: 'It answered 500', at: ago(20) }]
  }),
  raisedBy(level, {
    figures: { figure: 'serviceLevelNow', comparison: 'below', level: 0.8, value: 0.72, worst: 0.68 },
    acknowledgedBy: { id: slow.id, name: 'Sol Demo', at: ago(60) },
    silentUntil: ago(-3600)
  })
]
const past = [waiting, level, slow, waiting, slow].map((one, n) =>
  raisedBy(one, {
    tone: n % 2 ? 'danger' : 'warn',
    raisedAt: ago(9000 + n * 40_000),
    endedAt: ago(8000 + n * 38_000),
    ...(one === level && open[1] && { figures: open[1].figures }),
    ...(one === slow && {
      figures: {
        figure: 'asaMs',
        comparison: 'above',
        level: 30_000,
        value: 12_000,
        worst: 95_000,
        ending: 'hours'
      }
    }),
    ...(n % 2 && { acknowledgedBy: { id: slow.id, name: 'Sol Demo', at: ago(9000) } })
  })
)

const see =
  (path: string, full = true, then: (page: Page) => Promise<unknown> = async () => {}): Shot['show'] =>
  async (page, { theme, locale }: Look) => {
    const user = world.users.find(({ email }) => email === 'admin@bank.example')!
    world.preferences.set(user.id, { ...defaultPreferences, theme, locale })
    world.me = meOf(world, user)
    far.items = full ? items : []
    far.past = full ? past : []
    world.alerts = full ? open : []
    await page.goto(path)
    await page.waitForTimeout(900)
    await then(page)
  }

const all: Shot[] = [
  { name: 'alerts', show: see('/board/alerts') },
  { name: 'alerts-empty', show: see('/board/alerts', false) },
  { name: 'bell', show: see('/inbox', true, (page) => page.locator('.bell').first().click()) },
  { name: 'threshold', show: see(`/board/alerts/thresholds/${waiting.id}`) },
  {
    name: 'threshold-tell',
    show: see(`/board/alerts/thresholds/${waiting.id}`, true, (page) =>
      page
        .locator('.scroll')
        .last()
        .evaluate((scroll) => scroll.scrollTo(0, 1e6))
    )
  },
  { name: 'threshold-new', show: see('/board/alerts/thresholds/new', false) }
]
const wanted = process.argv.slice(2)
const looks: Look[] = [
  { size: 'desk', theme: 'light', locale: 'en' },
  { size: 'desk', theme: 'dark', locale: 'fr' },
  { size: 'phone', theme: 'light', locale: 'fr' },
  { size: 'phone', theme: 'dark', locale: 'en' }
]
try {
  const complaints = await takeShots(
    hub.url,
    all.filter(({ name }) => wanted.length === 0 || wanted.includes(name)),
    process.env['SHOTS'] ?? fileURLToPath(new URL('../../test-results/shots', import.meta.url)),
    looks
  )
  console.log(complaints.join('\n') || 'nothing to complain about')
} finally {
  await hub.close()
}

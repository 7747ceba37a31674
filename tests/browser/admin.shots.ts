import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { startApiHub } from '../simulators/api-hub.ts'
import { defaultPreferences, meOf } from '../simulators/api-hub/world.ts'
import { adminAnswers, furnish } from './admin.world.ts'
import { everyLook, takeShots, type Look, type Shot } from './shots.ts'

// node --import tsx --conditions=source tests/browser/admin.shots.ts [name…]
const hub = await startApiHub({
  ...(process.env['BUILD'] ? { build: process.env['BUILD'] } : {}),
  port: Number(process.env['PORT'] ?? 0),
  world: furnish,
  answers: adminAnswers
})
/** Another server of the app, in front of this hub: the one that serves the sources while they are written. */
const url = process.env['APP_URL'] ?? hub.url

function enter({ theme, locale }: Look, email = 'admin@bank.example') {
  const user = hub.world.users.find((one) => one.email === email)!
  hub.world.preferences.set(user.id, { ...defaultPreferences, theme, locale })
  hub.world.me = meOf(hub.world, user)
}

const see =
  (
    path: () => string,
    then: (page: Page) => Promise<unknown> = async () => {},
    email?: string
  ): Shot['show'] =>
  async (page, look) => {
    enter(look, email)
    await page.goto(path())
    await page.getByRole('navigation').first().waitFor()
    await page.locator('.skeleton').first().waitFor({ state: 'detached' })
    await page.waitForTimeout(500)
    await then(page)
  }
const { world } = hub
const first = (list: { id: string }[]) => list[0]!.id

const shots: Shot[] = [
  { name: 'admin-home', show: see(() => '/admin') },
  { name: 'admin-users', show: see(() => '/admin/users') },
  { name: 'admin-user', show: see(() => `/admin/users/${first(world.users)}`) },
  {
    name: 'admin-user-new',
    show: see(
      () => '/admin/users/new',
      (page) => page.locator('button[type=submit]').click()
    )
  },
  { name: 'admin-teams', show: see(() => `/admin/teams/${first(world.settings.team)}`) },
  { name: 'admin-skills', show: see(() => '/admin/skills') },
  { name: 'admin-skill', show: see(() => `/admin/skills/${first(world.settings.skill)}`) },
  { name: 'admin-roles', show: see(() => '/admin/roles') },
  { name: 'admin-queue', show: see(() => `/admin/queues/${first(world.settings.queue)}`) },
  ...(['who', 'give-way', 'order', 'offers', 'overflow', 'after'] as const).map((part) => ({
    name: `admin-queue-${part}`,
    show: see(
      () => `/admin/queues/${first(world.settings.queue)}`,
      (page) => page.locator(`[href="#part-${part}"]`).click()
    )
  })),
  {
    name: 'admin-queue-wrong',
    show: see(
      () => `/admin/queues/${first(world.settings.queue)}`,
      async (page) => {
        await page.locator('#part-who .builder > div button').click()
        await page.getByRole('menuitem').last().click()
        await page.keyboard.press('Control+s')
        await page.locator('#part-who [role=alert]').waitFor()
      }
    )
  },
  {
    name: 'admin-queue-preview',
    show: see(
      () => `/admin/queues/${first(world.settings.queue)}`,
      async (page) => {
        await page.locator('.actions button').first().click()
        await page.getByRole('dialog').locator('ol li').first().waitFor()
      }
    )
  },
  {
    name: 'admin-queue-estimates',
    show: see(
      () => `/admin/queues/${first(world.settings.queue)}`,
      (page) => page.locator('section .card').scrollIntoViewIfNeeded()
    )
  },
  {
    name: 'admin-queue-estimates-few',
    show: see(
      () => `/admin/queues/${world.settings.queue[1]!.id}`,
      (page) => page.locator('section .card').scrollIntoViewIfNeeded()
    )
  },
  ...(['', '-rules'] as const).map((part) => ({
    name: `admin-what-if${part}`,
    show: see(
      () => '/admin/what-if',
      async (page) => {
        await page.getByRole('combobox').last().click()
        await page.locator('[role=option]').first().click()
        const sheet = page.getByRole('dialog')
        await sheet.locator('ol .gives select').first().selectOption('3')
        if (part) return
        await sheet.getByRole('spinbutton').last().fill('')
        await sheet.getByRole('button').last().click()
        await page.locator('form li').first().scrollIntoViewIfNeeded()
      }
    )
  })),
  {
    name: 'admin-queue-archive',
    show: see(
      () => `/admin/queues/${world.settings.queue[2]!.id}`,
      async (page) => {
        await page.locator('.actions button').last().click()
        await page.getByRole('dialog').locator('input').waitFor()
      }
    )
  },
  {
    name: 'admin-capacity',
    show: see(() => `/admin/capacity-profiles/${first(world.settings.capacityProfile)}`)
  },
  {
    name: 'admin-capacity-grid',
    show: see(
      () => `/admin/capacity-profiles/${first(world.settings.capacityProfile)}`,
      (page) => page.locator('table').scrollIntoViewIfNeeded()
    )
  },
  {
    name: 'admin-user-capacity',
    show: see(
      () => `/admin/users/${first(world.users)}`,
      (page) => page.locator('.places').scrollIntoViewIfNeeded()
    )
  },
  { name: 'admin-calendar', show: see(() => `/admin/calendars/${first(world.settings.calendar)}`) },
  {
    name: 'admin-calendar-end',
    show: see(
      () => `/admin/calendars/${first(world.settings.calendar)}`,
      (page) => page.locator('.detail .scroll').evaluate((one) => one.scrollTo(0, 9000))
    )
  },
  { name: 'admin-dispositions', show: see(() => '/admin/dispositions') },
  { name: 'admin-pauses', show: see(() => `/admin/pause-reasons/${first(world.settings.pauseReason)}`) },
  { name: 'admin-canned', show: see(() => `/admin/canned-answers/${world.settings.cannedAnswer[1]!.id}`) },
  { name: 'admin-account', show: see(() => `/admin/accounts/${world.accounts[1]!.id}`) },
  {
    name: 'admin-account-test',
    show: see(
      () => `/admin/accounts/${world.accounts[1]!.id}`,
      async (page) => {
        const button = page.locator('section:has(.head) button').last()
        await button.click()
        await page.locator('ol li').first().waitFor()
        await button.scrollIntoViewIfNeeded()
      }
    )
  },
  { name: 'admin-account-chat', show: see(() => `/admin/accounts/${first(world.accounts)}`) },
  { name: 'admin-account-new', show: see(() => '/admin/accounts/new') },
  { name: 'admin-quarantine', show: see(() => '/admin/quarantine') },
  { name: 'admin-audit', show: see(() => '/admin/audit') },
  {
    name: 'admin-conflict',
    show: see(
      () => `/admin/queues/${first(world.settings.queue)}`,
      async (page) => {
        await page.locator('textarea').first().fill('Mine')
        const queue = world.settings.queue[0]!
        Object.assign(queue, {
          offerSeconds: queue['offerSeconds'] === 45 ? 75 : 45,
          version: queue.version + 1
        })
        hub.push('setting.changed', { resource: 'queue', id: queue.id })
        await page.getByRole('alert').first().waitFor()
      }
    )
  },
  {
    name: 'admin-archive',
    show: see(
      () => `/admin/pause-reasons/${first(world.settings.pauseReason)}`,
      async (page) => {
        await page.locator('.actions button').last().click()
        await page.getByRole('alertdialog').waitFor()
      }
    )
  },
  {
    name: 'admin-supervisor',
    show: see(() => `/admin/users/${first(world.users)}`, undefined, 'supervisor@bank.example')
  }
]

const wanted = process.argv.slice(2)
const looks = process.env['LOOKS']
const complaints = await takeShots(
  url,
  wanted.length ? shots.filter(({ name }) => wanted.includes(name)) : shots,
  fileURLToPath(new URL('../../test-results/shots', import.meta.url)),
  looks
    ? everyLook.filter(({ size, theme, locale }) => looks.split(' ').includes(`${size}.${theme}.${locale}`))
    : everyLook
)
await hub.close()
for (const complaint of new Set(complaints)) console.log(complaint)
console.log(`${complaints.length} complaints`)

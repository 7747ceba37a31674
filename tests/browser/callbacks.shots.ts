import type { Page } from 'playwright-core'
import { CallbackBook } from '../simulators/api-hub/callbacks.ts'
import { defaultPreferences, meOf } from '../simulators/api-hub/world.ts'
import { account, adminAnswers } from './admin.world.ts'
import { CallWorld } from './calls.world.ts'
import { callbackWork, chatOf, furnishCallbacks, offeredWork } from './callbacks.world.ts'
import { everyLook, takeShots, type Look, type Shot } from './shots.ts'

// APP_BUILD=… node --import tsx --conditions=source tests/browser/callbacks.shots.ts <folder> [name]
const book = new CallbackBook()
const world = await CallWorld.open({ ...adminAnswers, ...book.answers })
const { hub } = world
furnishCallbacks(hub.world, book)
const chat = chatOf(hub.world)
const { interaction: work } = callbackWork(hub.world, book)
const missed = callbackWork(hub.world, book, {}, { slot: null })
const kind = hub.world.channels[0]!
hub.world.channels.push({ ...kind, name: 'voice', medium: 'voice', calls: true })
const line = account({ channel: 'voice', name: 'Main line +33 1 99 00 12 34' })
hub.world.accounts.push(line, account({ channel: 'email', name: 'help@bank.example' }))
const queue = hub.world.settings.queue[0]!
Object.assign(queue['callbacks'] as object, { accountId: line.id })

async function enter({ theme, locale }: Look, email = 'awa@bank.example') {
  const user = hub.world.users.find((one) => one.email === email)!
  hub.world.preferences.set(user.id, { ...defaultPreferences, theme, locale, offerSound: 'none' })
  hub.world.me = meOf(hub.world, user)
}
const prepare = (page: Page) =>
  page.addInitScript(() => localStorage.setItem('palabre:asked-to-notify', 'yes'))
const openDialog = async (page: Page, look: Look) => {
  await enter(look)
  await prepare(page)
  await page.goto(`/inbox/${chat.id}`)
  await page.getByRole('log').waitFor()
  await page.keyboard.press('b')
  await page.getByRole('dialog').waitFor()
}
const shots: Shot[] = [
  {
    name: 'list',
    show: async (page, look) => {
      await enter(look, 'supervisor@bank.example')
      await prepare(page)
      await page.goto('/callbacks')
      await page.locator('[data-row]').first().waitFor()
    }
  },
  {
    name: 'details',
    show: async (page, look) => {
      await enter(look, 'supervisor@bank.example')
      await prepare(page)
      await page.goto('/callbacks')
      await page.locator('[data-row]', { hasText: 'Jean-Baptiste' }).click()
      await page.getByRole('button', { name: /Show what is over|Afficher les terminés/ }).click()
      await page.getByText('Ibrahim Sow').waitFor()
    }
  },
  {
    name: 'mine',
    show: async (page, look) => {
      await enter(look)
      await prepare(page)
      await page.goto('/callbacks')
      await page.locator('[data-row]').first().waitFor()
      await page.getByRole('button', { name: /^(Actions for|Actions pour) Fatou/ }).click()
    }
  },
  {
    name: 'empty',
    show: async (page, look) => {
      await enter(look, 'admin@bank.example')
      await prepare(page)
      const kept = book.items.splice(0)
      await page.goto('/callbacks')
      await page.getByText(/Nobody waits to be called|Personne n’attend/).waitFor()
      book.items.push(...kept)
    }
  },
  {
    name: 'ask',
    show: async (page, look) => {
      await openDialog(page, look)
      await page.getByRole('radio', { name: /^(A slot|Un créneau)$/ }).check({ force: true })
      await page.locator('.times label').nth(3).click()
    }
  },
  {
    name: 'ask-moment',
    show: async (page, look) => {
      await openDialog(page, look)
      await page.getByRole('radio', { name: /^(A moment|Un moment)$/ }).check({ force: true })
      await page.locator('input[type=datetime-local]').fill('2020-01-01T10:00')
      await page.getByRole('button', { name: /^(Schedule|Planifier)$/ }).click()
    }
  },
  {
    name: 'move',
    show: async (page, look) => {
      await enter(look, 'supervisor@bank.example')
      await prepare(page)
      await page.goto('/callbacks')
      await page.locator('[data-row]', { hasText: 'Grace' }).focus()
      await page.keyboard.press('t')
      await page.getByRole('dialog').locator('.times label').first().waitFor()
    }
  },
  {
    name: 'bar',
    show: async (page, look) => {
      await enter(look)
      await prepare(page)
      await page.goto(`/inbox/${work.id}`)
      await page.getByRole('button', { name: /Later…|Plus tard…/ }).waitFor()
    }
  },
  {
    name: 'missed',
    show: async (page, look) => {
      await enter(look)
      await prepare(page)
      Object.assign(missed.interaction, { state: 'active', closedAt: null })
      Object.assign(missed.callback, { attempts: [], state: 'queued', nextAt: null })
      await page.goto(`/inbox/${chat.id}`)
      await page.getByRole('log').waitFor()
      await page.waitForTimeout(400)
      book.misses(hub, missed.callback, 'noAnswer', new Date(Date.now() + 1_800_000).toISOString())
      await page.getByRole('region', { name: /^(Not reached|Non joint)/ }).waitFor()
    }
  },
  {
    name: 'offer',
    show: async (page, look) => {
      await enter(look)
      await prepare(page)
      const { interaction } = offeredWork(hub.world, book)
      await page.goto('/inbox')
      await page.locator('.tray').waitFor()
      setTimeout(() => (interaction.state = 'closed'), 1500)
    }
  },
  ...['on', 'middle', 'end'].map((part, n): Shot => ({
    name: `admin-${part}`,
    show: async (page, look) => {
      await enter(look, 'admin@bank.example')
      await prepare(page)
      await page.goto(`/admin/queues/${queue.id}`)
      await page.locator('#part-callbacks .group').first().waitFor()
      const groups = page.locator(
        n === 0 ? '#part-callbacks h2' : n === 1 ? '#part-callbacks .group' : '#part-callbacks fieldset'
      )
      const at = n === 0 ? groups.first() : n === 1 ? groups.nth(0) : groups.nth(2)
      await at.evaluate((node) => node.scrollIntoView({ block: 'start' }))
      await page.waitForTimeout(200)
    }
  }))
]
const [folder = '/tmp/callbacks-shots', only, looks] = process.argv.slice(2)
const complaints = await takeShots(
  hub.url,
  shots.filter(({ name }) => !only || only === 'all' || only.split(',').includes(name)),
  folder,
  everyLook.filter(
    ({ size, theme, locale }) => !looks || looks.split(',').includes(`${size}.${theme}.${locale}`)
  )
)
for (const one of complaints) console.log(one)
await world.close()
process.exit(0)

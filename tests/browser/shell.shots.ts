import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { startApiHub } from '../simulators/api-hub.ts'
import { defaultPreferences, meOf } from '../simulators/api-hub/world.ts'
import { takeShots, type Look, type Shot } from './shots.ts'

// node --import tsx --conditions=source tests/browser/shell.shots.ts [name…]
const hub = await startApiHub()

/** Signs a demo person in before the page is opened, in the language and look of the shot. */
function enter(email: string, { theme, locale }: Look) {
  hub.setAccepting(true)
  const user = hub.world.users.find((one) => one.email === email)
  if (!user) throw new Error(`Nobody is called ${email}`)
  hub.world.preferences.set(user.id, { ...defaultPreferences, theme, locale })
  hub.world.me = meOf(hub.world, user)
}
const leave = () => {
  hub.world.me = null
}
const opened = (page: Page) => page.getByRole('navigation').waitFor()

const shots: Shot[] = [
  {
    name: 'login',
    show: async (page) => {
      leave()
      await page.goto('/')
      await page.locator('input[name=email]').waitFor()
    }
  },
  {
    name: 'login-refused',
    show: async (page) => {
      leave()
      await page.goto('/login')
      await page.locator('input[name=email]').fill('awa@bank.example')
      await page.locator('input[name=password]').fill('wrong')
      await page.locator('button[type=submit]').click()
      await page.getByRole('alert').waitFor()
    }
  },
  {
    name: 'new-password',
    show: async (page, look) => {
      enter('new@bank.example', look)
      await page.goto('/inbox')
      await page.locator('input[autocomplete=new-password]').first().fill('three green trees')
    }
  },
  {
    name: 'shell',
    show: async (page, look) => {
      enter('admin@bank.example', look)
      await page.goto('/')
      await opened(page)
    }
  },
  {
    name: 'user-menu',
    show: async (page, look) => {
      enter('awa@bank.example', look)
      await page.goto('/inbox')
      await opened(page)
      await page.locator('.me').click()
    }
  },
  {
    name: 'palette',
    show: async (page, look) => {
      enter('awa@bank.example', look)
      await page.goto('/inbox')
      await opened(page)
      await page.keyboard.press('Control+k')
      await page.getByRole('dialog').waitFor()
    }
  },
  {
    name: 'shortcuts',
    show: async (page, look) => {
      enter('admin@bank.example', look)
      await page.goto('/inbox')
      await opened(page)
      await page.keyboard.press('?')
      await page.getByRole('dialog').waitFor()
    }
  },
  {
    name: 'settings',
    show: async (page, look) => {
      enter('awa@bank.example', look)
      await page.goto('/settings')
      await page.locator('li').first().waitFor()
    }
  },
  {
    name: 'not-permitted',
    show: async (page, look) => {
      enter('awa@bank.example', look)
      await page.goto('/admin')
      await opened(page)
    }
  },
  {
    name: 'ended',
    show: async (page, look) => {
      enter('awa@bank.example', look)
      await page.goto('/settings')
      await opened(page)
      leave()
      await page.evaluate(() => new BroadcastChannel('palabre').postMessage('changed'))
      await page.getByRole('dialog').waitFor()
    }
  },
  {
    name: 'not-found',
    show: async (page) => {
      await page.goto('/nowhere')
      await page.locator('h2').waitFor()
    }
  },
  {
    name: 'lost',
    show: async (page, look) => {
      enter('awa@bank.example', look)
      await page.goto('/inbox')
      await opened(page)
      hub.setAccepting(false)
      hub.dropSockets()
      await page.getByRole('status').first().waitFor()
    }
  }
]

const wanted = process.argv.slice(2)
const complaints = await takeShots(
  hub.url,
  wanted.length ? shots.filter(({ name }) => wanted.includes(name)) : shots,
  fileURLToPath(new URL('../../test-results/shots', import.meta.url))
)
await hub.close()
for (const complaint of new Set(complaints)) console.log(complaint)
console.log(`${complaints.length} complaints`)

import type { Page } from 'playwright-core'
import { defaultPreferences, meOf } from '../simulators/api-hub/world.ts'
import { openResultsWorld } from './campaign-results.world.ts'
import { takeShots, type Look, type Shot } from './shots.ts'

// node --import tsx --conditions=source tests/browser/campaign-results.shots.ts <folder>
const [folder = '/tmp/campaign-results-shots'] = process.argv.slice(2)
const full = await openResultsWorld()
const bare = await openResultsWorld({ empty: true })
const admin = await openResultsWorld({ roles: ['administrator'] })

const open = async (page: Page, { theme, locale }: Look, path: string, { hub } = full) => {
  const user = hub.world.users[0]!
  hub.world.preferences.set(user.id, { ...defaultPreferences, theme, locale, offerSound: 'none' })
  hub.world.me = meOf(hub.world, user)
  await page.addInitScript(() => localStorage.setItem('palabre:asked-to-notify', 'yes'))
  await page.goto(hub.url + path)
  await page.waitForTimeout(1500)
}
const at = (n: number, more = '', { far } = full) => `/campaigns/${far.campaigns[n]!.id}${more}`
const below = async (page: Page) => {
  await page.locator('.scroll').evaluate((element) => element.scrollTo(0, 700))
}
const shots: Shot[] = [
  { name: 'running', show: (page, look) => open(page, look, at(0)) },
  {
    name: 'running-below',
    show: async (page, look) => {
      await open(page, look, at(0))
      await below(page)
    }
  },
  { name: 'paused', show: (page, look) => open(page, look, at(1)) },
  {
    name: 'despite',
    show: async (page, look) => {
      await open(page, look, at(1))
      await page.getByRole('button', { name: /Go on|Reprendre/ }).click()
    }
  },
  { name: 'platform', show: (page, look) => open(page, look, at(2)) },
  { name: 'recipients', show: (page, look) => open(page, look, at(0, '?part=recipients')) },
  {
    name: 'recipient',
    show: async (page, look) => {
      await open(page, look, at(0, '?part=recipients'))
      await page.getByRole('button', { name: /awa@one/ }).click()
      await page.waitForTimeout(300)
    }
  },
  { name: 'message', show: (page, look) => open(page, look, at(0, '?part=message')) },
  { name: 'empty', show: (page, look) => open(page, look, at(0, '', bare), bare) },
  {
    name: 'senders',
    show: (page, look) => open(page, look, '/campaigns/senders', look.size === 'desk' ? admin : full)
  },
  {
    name: 'pace',
    show: async (page, look) => {
      await open(page, look, '/campaigns/senders', admin)
      await page
        .getByRole('button', { name: /Change pace|Changer l/ })
        .first()
        .click()
      await page.waitForTimeout(300)
    }
  }
]
const looks: Look[] = [
  { size: 'desk', theme: 'light', locale: 'en' },
  { size: 'desk', theme: 'dark', locale: 'fr' },
  { size: 'phone', theme: 'light', locale: 'fr' }
]
const complaints = await takeShots(full.hub.url, shots, folder, looks)
await full.hub.close()
await bare.hub.close()
await admin.hub.close()
process.stdout.write(`${complaints.join('\n')}\n`)

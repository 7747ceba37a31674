import type { Page } from 'playwright-core'
import { defaultPreferences, meOf } from '../simulators/api-hub/world.ts'
import { openAudienceWorld } from './audience.world.ts'
import { takeShots, type Look, type Shot } from './shots.ts'

// node --import tsx --conditions=source tests/browser/audience.shots.ts <folder>
const base = '/campaigns/audience'
const [folder = '/tmp/audience-shots'] = process.argv.slice(2)
const full = await openAudienceWorld()
const bare = await openAudienceWorld({ empty: true })

const open = async (page: Page, { theme, locale }: Look, path: string, { hub } = full) => {
  const user = hub.world.users[0]!
  hub.world.preferences.set(user.id, { ...defaultPreferences, theme, locale, offerSound: 'none' })
  hub.world.me = meOf(hub.world, user)
  await page.addInitScript(() => localStorage.setItem('palabre:asked-to-notify', 'yes'))
  await page.goto(hub.url + path)
  await page.locator('.audience-tabs').waitFor()
  await page.waitForTimeout(600)
}
const shots: Shot[] = [
  { name: 'lists', show: (page, look) => open(page, look, base) },
  { name: 'list', show: (page, look) => open(page, look, `${base}/lists/${full.far.lists[0]!.id}`) },
  { name: 'segment', show: (page, look) => open(page, look, `${base}/segments/${full.far.segments[0]!.id}`) },
  { name: 'imports', show: (page, look) => open(page, look, `${base}/imports`) },
  {
    name: 'wizard',
    show: async (page, look) => {
      await open(page, look, `${base}/imports`)
      await page
        .getByRole('button', { name: /Import a file|Importer un fichier/ })
        .first()
        .click()
      await page.locator('input[type=file]').setInputFiles({
        name: 'customers.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from('a;b\n1;2\n')
      })
      await page.getByRole('table').waitFor()
    }
  },
  { name: 'suppressions', show: (page, look) => open(page, look, `${base}/suppressions`) },
  { name: 'purposes', show: (page, look) => open(page, look, `${base}/purposes`) },
  {
    name: 'purpose',
    show: async (page, look) => {
      await open(page, look, `${base}/purposes`)
      await page.getByRole('button', { name: /Change Offers|Modifier Offers/ }).click()
      await page.getByRole('dialog').waitFor()
      await page.waitForTimeout(300)
    }
  },
  { name: 'purposes-none', show: (page, look) => open(page, look, `${base}/purposes`, bare) },
  {
    name: 'lists-archived',
    show: async (page, look) => {
      await open(page, look, base)
      await page.getByText(/1 archived|1 archivé/).click()
    }
  },
  { name: 'list-archived', show: (page, look) => open(page, look, `${base}/lists/${full.far.lists[3]!.id}`) },
  {
    name: 'member',
    show: async (page, look) => {
      await open(page, look, `${base}/lists/${full.far.lists[0]!.id}`)
      await page.getByRole('button', { name: 'Person 0', exact: true }).click()
      await page.getByText(/2 entries|2 entrées/).click()
      await page.waitForTimeout(300)
    }
  },
  {
    name: 'erase',
    show: async (page, look) => {
      await open(page, look, `${base}/lists/${full.far.lists[0]!.id}`)
      await page.getByRole('button', { name: 'Person 0', exact: true }).click()
      await page.getByRole('button', { name: /Erase from|Effacer du/ }).click()
      await page.getByRole('alertdialog').waitFor()
      await page.waitForTimeout(300)
    }
  },
  { name: 'empty', show: (page, look) => open(page, look, `${base}/imports`, bare) }
]
const looks: Look[] = [
  { size: 'desk', theme: 'light', locale: 'en' },
  { size: 'desk', theme: 'dark', locale: 'fr' },
  { size: 'phone', theme: 'light', locale: 'fr' }
]
const complaints = await takeShots(full.hub.url, shots, folder, looks)
await full.hub.close()
await bare.hub.close()
process.stdout.write(`${complaints.join('\n')}\n`)

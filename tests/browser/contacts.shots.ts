import type { Page } from 'playwright-core'
import { defaultPreferences, meOf } from '../simulators/api-hub/world.ts'
import { openContactsWorld } from './contacts.world.ts'
import { everyLook, takeShots, type Look, type Shot } from './shots.ts'

// node --import tsx --conditions=source tests/browser/contacts.shots.ts <folder>
let { hub, talk } = await openContactsWorld()
const isPhone = ({ size }: Look) => size === 'phone'

async function open(page: Page, look: Look) {
  const { theme, locale } = look
  const user = hub.world.users[0]!
  hub.world.preferences.set(user.id, { ...defaultPreferences, theme, locale, offerSound: 'none' })
  hub.world.me = meOf(hub.world, user)
  await page.addInitScript(() => localStorage.setItem('palabre:asked-to-notify', 'yes'))
  await page.goto(`/inbox/${talk.id}`)
  await page.getByRole('log').waitFor()
  if (isPhone(look)) await page.keyboard.press('i')
  await page.getByRole('button', { name: /^Compar/ }).waitFor()
}
const shots: Shot[] = [
  {
    name: 'panel',
    show: async (page, look) => {
      await open(page, look)
      await page.getByText(/Add an address or number|Ajouter une adresse/).click()
    }
  },
  {
    name: 'compare',
    show: async (page, look) => {
      await open(page, look)
      await page.getByRole('button', { name: /^Compar/ }).click()
      await page.getByRole('dialog').waitFor()
    }
  },
  {
    name: 'together',
    show: async (page, look) => {
      await open(page, look)
      await page.getByRole('button', { name: /^Compar/ }).click()
      await page.getByText(/All conversations and calls|Toutes les conversations/).scrollIntoViewIfNeeded()
    }
  },
  {
    name: 'merges',
    show: async (page, look) => {
      await open(page, look)
      await page.getByRole('button', { name: /^Compar/ }).click()
      await page.getByRole('button', { name: /^(Merge|Fusionner)$/ }).click()
      const merges = page.getByText(/^(Merges|Fusions)$/)
      await merges.click()
      await merges.scrollIntoViewIfNeeded()
      await page.getByRole('button', { name: /^(Undo|Annuler)$/ }).waitFor()
    }
  }
]
// The last one merges: each look has a world of its own.
for (const look of everyLook) {
  await hub.close()
  ;({ hub, talk } = await openContactsWorld())
  const complaints = await takeShots(hub.url, shots, process.argv[2] ?? '/tmp/contacts-shots', [look])
  for (const line of complaints) console.log(line)
}
await hub.close()

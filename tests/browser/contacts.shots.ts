import type { Page } from 'playwright-core'
import { openContactsWorld } from './contacts.world.ts'
import { takeShots, type Look, type Shot } from './shots.ts'

// node --import tsx --conditions=source tests/browser/contacts.shots.ts <folder>
const { hub, talk } = await openContactsWorld()
const isPhone = ({ size }: Look) => size === 'phone'

async function open(page: Page, look: Look) {
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
  }
]
const complaints = await takeShots(hub.url, shots, process.argv[2] ?? '/tmp/contacts-shots')
await hub.close()
for (const line of complaints) console.log(line)

import type { Page } from 'playwright-core'
import { defaultPreferences, meOf } from '../simulators/api-hub/world.ts'
import { goodMessage, openCampaignsWorld } from './campaigns.world.ts'
import { takeShots, type Look, type Shot } from './shots.ts'

// node --import tsx --conditions=source tests/browser/campaigns.shots.ts <folder>
const [folder = '/tmp/campaigns-shots', only] = process.argv.slice(2)
const full = await openCampaignsWorld()
const bare = await openCampaignsWorld({ empty: true })
const down = await openCampaignsWorld()
down.far.isDown = true
const [spring, autumn] = full.results.campaigns
full.far.findings = [
  { severity: 'blocking', kind: 'broken-link', figures: { target: 'https://' } },
  { severity: 'blocking', kind: 'dkim', figures: { domain: 'mail.bank.example', what: 'other-key' } },
  { severity: 'warning', kind: 'missing-value', figures: { name: 'contact.city', count: 412, of: 3000 } },
  { severity: 'warning', kind: 'spam-trait', figures: { trait: 'exclamation', detail: 'Come now!!' } },
  { severity: 'notice', kind: 'without-consent', figures: { count: 104 } }
]

const open = async (page: Page, { theme, locale }: Look, path: string, { hub } = full) => {
  const user = hub.world.users[0]!
  // What a shot before wrote is kept by then.
  Object.assign(spring!, { message: goodMessage, hours: null, test: null })
  Object.assign(autumn!, { name: 'Autumn', message: null })
  hub.world.preferences.set(user.id, { ...defaultPreferences, theme, locale, offerSound: 'none' })
  hub.world.me = meOf(hub.world, user)
  await page.addInitScript(() => localStorage.setItem('palabre:asked-to-notify', 'yes'))
  await page.goto(hub.url + path)
  await page.locator('main').waitFor()
  await page.waitForTimeout(900)
}
const step = (page: Page, n: number) => page.locator('nav ol button').nth(n).click()
const all: Shot[] = [
  { name: 'list', show: (page, look) => open(page, look, '/campaigns') },
  { name: 'list-empty', show: (page, look) => open(page, look, '/campaigns', bare) },
  { name: 'list-down', show: (page, look) => open(page, look, '/campaigns', down) },
  { name: 'new', show: (page, look) => open(page, look, '/campaigns/new') },
  { name: 'draft', show: (page, look) => open(page, look, `/campaigns/${spring!.id}`) },
  {
    name: 'message',
    show: async (page, look) => {
      await open(page, look, `/campaigns/${spring!.id}`)
      await step(page, 2)
      await page.waitForTimeout(600)
    }
  },
  {
    name: 'preview',
    show: async (page, look) => {
      await open(page, look, `/campaigns/${spring!.id}`)
      await page.locator('label', { hasText: /Phone|Téléphone/ }).click()
      await page.locator('iframe').scrollIntoViewIfNeeded()
      await page.waitForTimeout(300)
    }
  },
  {
    name: 'fault',
    show: async (page, look) => {
      await open(page, look, `/campaigns/${spring!.id}`)
      await step(page, 2)
      const editor = page.locator('.editor textarea')
      await editor.evaluate((area: HTMLTextAreaElement) => {
        area.value = area.value.replace('<mj-button', '<mj-buton')
        area.dispatchEvent(new Event('input', { bubbles: true }))
      })
      await page.locator('.mark').waitFor()
      await editor.evaluate((area) => area.closest('.editor')?.scrollIntoView({ block: 'center' }))
    }
  },
  {
    name: 'start',
    show: async (page, look) => {
      await open(page, look, `/campaigns/${autumn!.id}`)
      await step(page, 2)
    }
  },
  {
    name: 'sending',
    show: async (page, look) => {
      await open(page, look, `/campaigns/${spring!.id}`)
      await step(page, 3)
      await page.locator('label', { hasText: /At a time|À une heure choisie/ }).click()
      await page.getByText(/Only at certain hours|Seulement à certaines/).click()
      await page.getByText(/Try the subjects|Essayer d’abord/).click()
      await step(page, 3)
    }
  },
  {
    name: 'checks',
    show: async (page, look) => {
      await open(page, look, `/campaigns/${spring!.id}`)
      await step(page, 4)
      await page.waitForTimeout(500)
    }
  },
  {
    name: 'launch',
    show: async (page, look) => {
      const found = full.far.findings
      full.far.findings = found.filter(({ severity }) => severity !== 'blocking')
      await open(page, look, `/campaigns/${spring!.id}`)
      await page
        .getByRole('button', { name: /Check and|Contrôler et/ })
        .first()
        .click()
      await page.getByRole('dialog').waitFor()
      await page.waitForTimeout(300)
      full.far.findings = found
    }
  },
  {
    name: 'clash',
    show: async (page, look) => {
      await open(page, look, `/campaigns/${autumn!.id}`)
      const name = page.locator('#campaign-settings input').first()
      autumn!.version++
      autumn!.name = 'Autumn for everybody'
      await name.fill('Autumn in Lyon')
      await page.locator('section[role=alert]').waitFor()
    }
  },
  {
    name: 'scheduled',
    show: (page, look) =>
      open(page, look, `/campaigns/${full.results.campaigns.find(({ state }) => state === 'scheduled')!.id}`)
  },
  { name: 'audience', show: (page, look) => open(page, look, '/campaigns/audience') }
]
const shots = all.filter(({ name }) => !only || only.split(',').includes(name))
const looks: Look[] = [
  { size: 'desk', theme: 'light', locale: 'en' },
  { size: 'desk', theme: 'dark', locale: 'fr' },
  { size: 'phone', theme: 'light', locale: 'fr' }
]
// The scripts of the shots are refused their storage inside the frame of the preview, as everything is there.
const complaints = (await takeShots(full.hub.url, shots, folder, looks)).filter(
  (one) => !one.includes('The document is sandboxed')
)
for (const { hub } of [full, bare, down]) await hub.close()
process.stdout.write(`${complaints.join('\n')}\n`)

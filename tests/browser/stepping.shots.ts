import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { SteppingWorld } from './stepping.world.ts'
import { everyLook, takeShots, type Look, type Shot } from './shots.ts'
import { ago } from '../simulators/api-hub/world.ts'

// node --import tsx --conditions=source tests/browser/stepping.shots.ts [name…]
const world = await SteppingWorld.open()
const { chat, mail, desk, hub } = world
const long =
  'Madame Diallo,\n\nje vous remercie de votre patience. Votre carte a été bloquée hier à 18 h 42 par notre service de surveillance, parce qu’un achat inhabituel a été tenté. '.repeat(
    4
  )
world.whisper('Elle part ce soir : propose-lui le retrait sans carte en agence.')

const open =
  (who: 'agent' | 'supervisor' | 'administrator', path: string, then: (page: Page) => Promise<void>) =>
  async (page: Page, { theme, locale }: Look) => {
    world.enter(who, { theme, locale })
    desk.watched = []
    desk.stepIns = []
    desk.refusal = null
    Object.assign(chat, { state: 'active', agentId: hub.world.agents[0]!.id, version: chat.version + 1 })
    await page.goto(path)
    await page.waitForTimeout(900)
    await then(page)
  }
const board = `/board/interactions/${chat.id}`

const shots: Shot[] = [
  { name: 'step-in-quiet', show: open('supervisor', board, async () => {}) },
  {
    name: 'step-in-writing',
    show: open('supervisor', board, async (page) => {
      world.write('Votre carte est bloquée depuis hier soir, je vais vous')
      await page.waitForTimeout(100)
    })
  },
  {
    name: 'step-in-draft',
    show: open('supervisor', board, async (page) => {
      world.write(long, { keptAt: ago(95), subject: 'Votre carte bancaire' })
      await page.waitForTimeout(100)
    })
  },
  {
    name: 'step-in-take',
    show: open('supervisor', board, async (page) => {
      desk.refusal = 'over-capacity'
      await page.keyboard.press('o')
      await page.waitForTimeout(200)
      await page.keyboard.type('Client connu')
      await page.keyboard.press('Enter')
      await page.waitForTimeout(400)
    })
  },
  {
    name: 'step-in-mail',
    show: open('supervisor', `/board/interactions/${mail.id}`, async () => {})
  },
  {
    name: 'step-in-gone',
    show: open('supervisor', board, async (page) => {
      hub.refuseTopics([`writing:${chat.id}`])
      await page.waitForTimeout(100)
    })
  },
  {
    name: 'step-in-no-hands',
    show: async (page, look) => {
      await open('administrator', '/inbox', async () => {})(page, look)
      hub.world.me!.agent = null
      await page.goto(board)
      await page.waitForTimeout(900)
    }
  },
  {
    name: 'agent-watched',
    show: open('agent', `/inbox/${chat.id}`, async (page) => {
      world.watch(true)
      await page.waitForTimeout(200)
    })
  },
  {
    name: 'agent-taken',
    show: open('agent', `/inbox/${chat.id}`, async (page) => {
      world.takeAway('Votre carte est bloquée depuis hier soir, je vais vous')
      await page.waitForTimeout(300)
    })
  },
  { name: 'admin-looking-on', show: open('administrator', '/admin/looking-on', async () => {}) }
]

const wanted = process.argv.slice(2)
const folder = process.env['SHOTS'] ?? fileURLToPath(new URL('../../data/shots', import.meta.url))
const complaints = await takeShots(
  hub.url,
  shots.filter(({ name }) => wanted.length === 0 || wanted.includes(name)),
  folder,
  process.env['LOOK'] === 'few'
    ? everyLook.filter(({ theme, locale }) => (theme === 'dark') === (locale === 'fr'))
    : everyLook
)
for (const complaint of complaints) console.log(complaint)
await hub.close()

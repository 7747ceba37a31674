import type { Page } from 'playwright-core'
import { floorMessageOf, helpOf } from '../simulators/api-hub/floor.ts'
import { ago, defaultPreferences, meOf } from '../simulators/api-hub/world.ts'
import { hold, openFloor } from './floor.world.ts'
import { everyLook, takeShots, type Look, type Shot } from './shots.ts'

// node --import tsx --conditions=source tests/browser/floor.shots.ts <folder>
const { hub, floor } = await openFloor({ agents: 60 })
const { world } = hub
const long =
  'A name of very many letters that somebody really has, as it happens, and that has to fit somewhere'
const [one, two, three] = world.agents.filter(({ teamId }) => teamId !== null)
const work = hold(world, one!, 'عبد الرحمن بن خالد')
floor.days.set(one!.id, [
  { state: 'offline', pauseReasonId: null, from: ago(40_000), to: ago(14_000) },
  { state: 'ready', pauseReasonId: null, from: ago(14_000), to: ago(9000) },
  { state: 'paused', pauseReasonId: world.settings.pauseReason[0]!.id, from: ago(9000), to: ago(6600) },
  { state: 'ready', pauseReasonId: null, from: ago(6600), to: ago(1000) },
  { state: 'no-answer', pauseReasonId: null, from: ago(1000), to: ago(800) },
  { state: 'ready', pauseReasonId: null, from: ago(800), to: null }
])
three!.name = long
const slot = new Date(Math.floor(Date.now() / 900_000) * 900_000).toISOString()
floor.own.push({
  slot,
  version: 1,
  sums: { handled: 17, handledMs: 17 * 203_000, missed: 1, pausedMs: 1_200_000 }
})

const answered = (agent: typeof one, text: string, seconds: number) => ({
  agentId: agent!.id,
  answers: 1,
  last: { name: agent!.name, text, byAgent: true, at: ago(seconds) }
})
const leadMessages = () => [
  floorMessageOf(world, {
    seenAs: 'lead',
    importance: 'urgent',
    addressed: 60,
    seen: 41,
    acknowledged: 38,
    audience: { kind: 'floor', ids: [], count: 0 },
    text: 'The card system is down. Please take the numbers of customers and promise a call before five.\n\nMore within the hour.',
    at: ago(600),
    lastAt: ago(60),
    sides: [
      answered(one, 'Mine wait on the line, shall I hang up?', 60),
      answered(three, 'Understood 👍', 200)
    ]
  }),
  floorMessageOf(world, {
    seenAs: 'lead',
    unread: false,
    author: { userId: world.users[1]!.id, agentId: null, name: 'Sam Demo' },
    audience: { kind: 'agents', ids: [two!.id], count: 1 },
    text: 'Well done with that last one.',
    seen: 1,
    at: ago(9000),
    lastAt: ago(9000)
  })
]
const helps = () => [
  helpOf(world, one!.id, {
    at: ago(75),
    lastAt: ago(75),
    text: 'The customer does not accept the refusal and asks for somebody in charge.'
  }),
  helpOf(world, two!.id, { at: ago(300), lastAt: ago(300), text: 'How do I send the form?' })
]

async function enter(page: Page, { theme, locale }: Look, as: 0 | 1, path: string) {
  const user = world.users[as]!
  world.preferences.set(user.id, { ...defaultPreferences, theme, locale, offerSound: 'none' })
  world.me = meOf(world, user)
  floor.messages =
    as === 1
      ? [...leadMessages(), ...helps()]
      : [
          floorMessageOf(world, { sides: [] }),
          floorMessageOf(world, {
            importance: 'urgent',
            awaitsYou: true,
            text: 'Fire drill at three: leave the building by the north stairs.'
          })
        ]
  const [first, second] = floor.messages.filter(({ kind }) => kind === 'help')
  if (first?.help) first.help = { ...first.help, interactionId: work.id, channel: 'chat' }
  if (second?.help)
    second.help = { ...second.help, takenBy: { userId: world.users[2]!.id, name: 'Ada Demo', at: ago(30) } }
  await page.addInitScript(() => localStorage.setItem('palabre:asked-to-notify', 'yes'))
  await page.goto(path)
}
const rows = (page: Page) => page.locator('[data-row]').first().waitFor()

const shots: Shot[] = [
  {
    name: 'agents',
    show: async (page, look) => {
      await enter(page, look, 1, '/board/agents')
      await rows(page)
    }
  },
  {
    name: 'agents-grouped',
    show: async (page, look) => {
      await enter(page, look, 1, '/board/agents')
      floor.messages = []
      await rows(page)
      await page.getByLabel(/^Group/).selectOption('state')
    }
  },
  {
    name: 'agent',
    show: async (page, look) => {
      await enter(page, look, 1, '/board/agents')
      await page.locator(`[data-row="${one!.id}"]`).click()
      await page.getByRole('img', { name: /^(States|États)/ }).waitFor()
    }
  },
  {
    name: 'agent-lower',
    show: async (page, look) => {
      await enter(page, look, 1, '/board/agents')
      await page.locator(`[data-row="${one!.id}"]`).click()
      await page.getByRole('img', { name: /^(States|États)/ }).waitFor()
      await page.getByRole('button', { name: /^(Lend to|Prêter)/ }).click()
      await page.getByRole('button', { name: /^(Change Skills|Modifier Comp)/ }).click()
      await page.getByRole('heading', { name: /^(Last|Dernières)/ }).scrollIntoViewIfNeeded()
    }
  },
  {
    name: 'messages',
    show: async (page, look) => {
      await enter(page, look, 1, '/board/messages')
      await rows(page)
      await page.locator('[data-row]', { hasText: /Understood|Mine wait/ }).click()
      await page.getByRole('button', { name: /^(Seen by|Vu par)/ }).click()
    }
  },
  {
    name: 'compose',
    show: async (page, look) => {
      await enter(page, look, 1, '/board/messages')
      await rows(page)
      await page
        .getByRole('button', { name: /^(Write a|Écrire un)/ })
        .first()
        .click()
      await page.getByRole('dialog').waitFor()
    }
  },
  {
    name: 'own',
    show: async (page, look) => {
      await enter(page, look, 0, '/inbox')
      await page.getByRole('alert').waitFor()
      await page.getByRole('button', { name: /^(Your status|Votre statut)/ }).click()
    }
  },
  {
    name: 'sheet',
    show: async (page, look) => {
      await enter(page, look, 0, '/inbox')
      await page.getByRole('alert').waitFor()
      await page.getByRole('button', { name: /^Messages/ }).click()
      await rows(page)
    }
  },
  {
    name: 'talk',
    show: async (page, look) => {
      await enter(page, look, 0, '/inbox')
      await page.getByRole('alert').waitFor()
      await page.getByRole('button', { name: /^Messages/ }).click()
      await page.locator('[data-row]').first().click()
      await page.getByRole('log').waitFor()
    }
  }
]
const [, , folder = '/tmp/floor-shots', ...wanted] = process.argv
const looks = everyLook.filter(
  ({ size, theme, locale }) => wanted.length === 0 || wanted.includes(`${size}.${theme}.${locale}`)
)
for (const line of await takeShots(hub.url, shots, folder, looks)) console.log(line)
await hub.close()

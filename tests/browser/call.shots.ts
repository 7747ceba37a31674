import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { ago, defaultPreferences } from '../simulators/api-hub/world.ts'
import { partyOf } from '../simulators/api-hub/calls.ts'
import { CallWorld } from './calls.world.ts'
import { takeShots, type Look, type Shot } from './shots.ts'

// node --import tsx --conditions=source tests/browser/call.shots.ts [name…]; LOOKS=desk.light.en,phone.dark.fr
const longName =
  'Client with a very long company name International Holding & Partners Limited, West Africa Branch'
let world = await CallWorld.open()

/** A microphone that never speaks, and what the app asks once has been answered. As text: the page knows no tsx. */
const headset = `
  localStorage.setItem('palabre:asked-to-notify', 'yes')
  const devices = [
    { kind: 'audioinput', deviceId: 'headset', label: 'Headset (USB)', groupId: '' },
    { kind: 'audiooutput', deviceId: 'speaker', label: 'Speaker (built in)', groupId: '' }
  ]
  const replace = (prototype, name, answer) =>
    Object.defineProperty(prototype, name, { value: () => Promise.resolve(answer()) })
  replace(MediaDevices.prototype, 'getUserMedia', () => new AudioContext().createMediaStreamDestination().stream)
  replace(MediaDevices.prototype, 'enumerateDevices', () => devices)
  replace(Permissions.prototype, 'query', () => ({ state: 'granted' }))
`

/** Each shot begins in a world of its own. */
async function enter(page: Page, { theme, locale }: Look, user = 0): Promise<void> {
  const { hub } = world
  hub.world.preferences.set(hub.world.users[user]!.id, {
    ...defaultPreferences,
    theme,
    locale,
    offerSound: 'none'
  })
  world.enter(user)
  await page.addInitScript({ content: headset })
}
const goto = async (page: Page, path: string) => {
  await page.goto(new URL(path, world.hub.url).href)
  await page.locator('header.rail').waitFor()
  await page.waitForTimeout(700)
}
const bar = (page: Page) => page.locator('section.bar').first()

const shots: Shot[] = [
  {
    name: 'call-offer',
    show: async (page, look) => {
      await enter(page, look)
      await goto(page, '/inbox')
      const call = world.waiting()
      call.findings.push({ label: 'Reason', value: 'Ma carte a été avalée par le distributeur de la gare' })
      world.offer(call)
      await page.locator('section.offer').waitFor()
    }
  },
  {
    name: 'call-offer-long',
    show: async (page, look) => {
      await enter(page, look)
      await goto(page, '/inbox')
      const call = world.waiting({}, longName)
      world.offer(call)
      await page.locator('section.offer').waitFor()
      world.phone.bye()
      world.phone.isAccepting = false
      world.phone.cut()
      await page.waitForTimeout(9000)
    }
  },
  {
    name: 'call-talking',
    show: async (page, look) => {
      await enter(page, look)
      const call = world.talking(0, { recording: 'on' })
      await goto(page, `/inbox/${call.interactionId}`)
      await bar(page).waitFor()
    }
  },
  {
    name: 'call-private-long',
    show: async (page, look) => {
      await enter(page, look)
      const call = world.talking(0, { recording: 'paused' }, longName)
      await goto(page, `/inbox/${call.interactionId}`)
      const sam = world.hub.world.agents[1]!
      world.desk.change(world.hub, call, {
        parties: [
          ...call.parties.map((one) => (one.tag === 'customer' ? { ...one, held: true } : one)),
          partyOf({ agentId: sam.id, name: 'Jean-Baptiste Kouassi-Traoré de la Fontaine' }),
          partyOf({ role: 'guest', name: '+33199000001', state: 'ringing' }),
          partyOf({ role: 'supervisor', name: 'Ada Demo', muted: true })
        ]
      })
      await page.locator('.parties').waitFor()
    }
  },
  {
    name: 'call-keypad',
    show: async (page, look) => {
      await enter(page, look)
      const call = world.talking()
      await goto(page, `/inbox/${call.interactionId}`)
      await bar(page).waitFor()
      await page.keyboard.press('Alt+k')
      await page.locator('.keypad').waitFor()
      await page.keyboard.type('4821')
    }
  },
  {
    name: 'call-invite',
    show: async (page, look) => {
      await enter(page, look)
      const call = world.talking()
      await goto(page, `/inbox/${call.interactionId}`)
      await bar(page).waitFor()
      await page.keyboard.press('Alt+i')
      await page.getByRole('dialog').locator('input:focus').waitFor()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
    }
  },
  {
    name: 'call-connecting',
    show: async (page, look) => {
      await enter(page, look)
      const call = world.talking()
      call.parties[1]!.state = 'called'
      await goto(page, '/settings')
      await bar(page).waitFor()
    }
  },
  {
    name: 'call-broken',
    show: async (page, look) => {
      await enter(page, look)
      await goto(page, '/inbox')
      const call = world.waiting()
      world.offer(call)
      await page.locator('section.offer .actions button').first().click()
      await bar(page).waitFor()
      world.phone.isAccepting = false
      world.phone.cut()
      await bar(page).getByRole('alert').waitFor()
    }
  },
  {
    name: 'call-supervise',
    show: async (page, look) => {
      await enter(page, look, 1)
      const call = world.talking()
      await goto(page, `/inbox/${call.interactionId}`)
      await bar(page).waitFor()
    }
  },
  {
    name: 'call-whisper',
    show: async (page, look) => {
      await enter(page, look, 1)
      const call = world.talking()
      const sam = world.hub.world.agents[1]!
      call.parties.push(
        partyOf({ role: 'supervisor', agentId: sam.id, name: sam.name, coach: 'agent', since: ago(5) })
      )
      await goto(page, `/inbox/${call.interactionId}`)
      await bar(page).waitFor()
    }
  },
  {
    name: 'call-invited',
    show: async (page, look) => {
      await enter(page, look)
      const call = world.talking(1)
      await goto(page, '/inbox')
      const awa = world.hub.world.agents[0]!
      const party = partyOf({ agentId: awa.id, name: awa.name, state: 'ringing' })
      world.desk.change(world.hub, call, { parties: [...call.parties, party] })
      world.desk.ring(call, party)
      await page.locator('.tray section').waitFor()
    }
  },
  {
    name: 'call-slot',
    show: async (page, look) => {
      await enter(page, look)
      world.phone.isAccepting = false
      await goto(page, '/inbox')
      await page.waitForTimeout(9000)
      await page.locator('header.rail button.slot').nth(1).click()
      await page.getByRole('menu').waitFor()
    }
  },
  {
    name: 'call-settings',
    show: async (page, look) => {
      await enter(page, look)
      await goto(page, '/settings')
      await page.locator('#phone').scrollIntoViewIfNeeded()
      await page.locator('section:has(#phone) button').first().click()
    }
  }
]

const wanted = process.argv.slice(2)
const looks = process.env['LOOKS']?.split(',').map((look) => {
  const [size, theme, locale] = look.split('.') as [Look['size'], Look['theme'], Look['locale']]
  return { size, theme, locale }
})
const complaints = await takeShots(
  world.hub.url,
  shots
    .filter(({ name }) => !wanted.length || wanted.includes(name))
    .map(({ name, show }) => ({
      name,
      show: async (page, look) => {
        await world.close()
        world = await CallWorld.open()
        await show(page, look)
      }
    })),
  fileURLToPath(new URL('../../test-results/shots', import.meta.url)),
  looks
)
await world.close()
for (const complaint of new Set(complaints)) console.log(complaint)
console.log(`${complaints.length} complaints`)

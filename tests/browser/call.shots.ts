import type { Page } from 'playwright-core'
import { ago } from '../simulators/api-hub/world.ts'
import { partyOf } from '../simulators/api-hub/calls.ts'
import { Stage } from './call-stage.ts'
import type { Shot } from './shots.ts'

// node --import tsx --conditions=source tests/browser/call.shots.ts [name…]; LOOKS=desk.light.en,phone.dark.fr
const longName =
  'Client with a very long company name International Holding & Partners Limited, West Africa Branch'
const stage = await Stage.open()

const bar = (page: Page) => page.locator('section.bar').first()

const shots: Shot[] = [
  {
    name: 'call-offer',
    show: async (page, look) => {
      await stage.enter(page, look)
      await stage.goto(page, '/inbox')
      const call = stage.world.waiting()
      call.findings.push({ label: 'Reason', value: 'Ma carte a été avalée par le distributeur de la gare' })
      stage.world.offer(call)
      await page.locator('section.offer').waitFor()
    }
  },
  {
    name: 'call-offer-long',
    show: async (page, look) => {
      await stage.enter(page, look)
      await stage.goto(page, '/inbox')
      const call = stage.world.waiting({}, longName)
      stage.world.offer(call)
      await page.locator('section.offer').waitFor()
      stage.world.phone.bye()
      stage.world.phone.isAccepting = false
      stage.world.phone.cut()
      await page.waitForTimeout(9000)
    }
  },
  {
    name: 'call-talking',
    show: async (page, look) => {
      await stage.enter(page, look)
      const call = stage.world.talking(0, { recording: 'on' })
      await stage.goto(page, `/inbox/${call.interactionId}`)
      await bar(page).waitFor()
    }
  },
  {
    name: 'call-private-long',
    show: async (page, look) => {
      await stage.enter(page, look)
      const call = stage.world.talking(0, { recording: 'paused' }, longName)
      await stage.goto(page, `/inbox/${call.interactionId}`)
      const sam = stage.world.hub.world.agents[1]!
      stage.world.desk.change(stage.world.hub, call, {
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
      await stage.enter(page, look)
      const call = stage.world.talking()
      await stage.goto(page, `/inbox/${call.interactionId}`)
      await bar(page).waitFor()
      await page.keyboard.press('Alt+k')
      await page.locator('.keypad').waitFor()
      await page.keyboard.type('4821')
    }
  },
  {
    name: 'call-invite',
    show: async (page, look) => {
      await stage.enter(page, look)
      const call = stage.world.talking()
      await stage.goto(page, `/inbox/${call.interactionId}`)
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
      await stage.enter(page, look)
      const call = stage.world.talking()
      call.parties[1]!.state = 'called'
      await stage.goto(page, '/settings')
      await bar(page).waitFor()
    }
  },
  {
    name: 'call-broken',
    show: async (page, look) => {
      await stage.enter(page, look)
      await stage.goto(page, '/inbox')
      const call = stage.world.waiting()
      stage.world.offer(call)
      await page.locator('section.offer .actions button').first().click()
      await bar(page).waitFor()
      stage.world.phone.isAccepting = false
      stage.world.phone.cut()
      await bar(page).getByRole('alert').waitFor()
    }
  },
  {
    name: 'call-supervise',
    show: async (page, look) => {
      await stage.enter(page, look, 1)
      const call = stage.world.talking()
      await stage.goto(page, `/inbox/${call.interactionId}`)
      await bar(page).waitFor()
    }
  },
  {
    name: 'call-whisper',
    show: async (page, look) => {
      await stage.enter(page, look, 1)
      const call = stage.world.talking()
      const sam = stage.world.hub.world.agents[1]!
      call.parties.push(
        partyOf({ role: 'supervisor', agentId: sam.id, name: sam.name, coach: 'agent', since: ago(5) })
      )
      await stage.goto(page, `/inbox/${call.interactionId}`)
      await bar(page).waitFor()
    }
  },
  {
    name: 'call-invited',
    show: async (page, look) => {
      await stage.enter(page, look)
      const call = stage.world.talking(1)
      await stage.goto(page, '/inbox')
      const awa = stage.world.hub.world.agents[0]!
      const party = partyOf({ agentId: awa.id, name: awa.name, state: 'ringing' })
      stage.world.desk.change(stage.world.hub, call, { parties: [...call.parties, party] })
      stage.world.desk.ring(call, party)
      await page.locator('.tray section').waitFor()
    }
  },
  {
    name: 'call-slot',
    show: async (page, look) => {
      await stage.enter(page, look)
      stage.world.phone.isAccepting = false
      await stage.goto(page, '/inbox')
      await page.waitForTimeout(9000)
      await page.locator('header.rail button.slot').nth(1).click()
      await page.getByRole('menu').waitFor()
    }
  },
  {
    name: 'call-settings',
    show: async (page, look) => {
      await stage.enter(page, look)
      await stage.goto(page, '/settings')
      await page.locator('#phone').scrollIntoViewIfNeeded()
      await page.locator('section:has(#phone) button').first().click()
    }
  }
]

await stage.take(shots)

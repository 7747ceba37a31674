import type { Recording } from '@palabre/config/contract/recording'
import { partyOf } from '../simulators/api-hub/calls.ts'
import { addInteraction, addMessage, contactOf } from '../simulators/api-hub/desk.ts'
import { ago, newId } from '../simulators/api-hub/world.ts'
import { Stage } from './call-stage.ts'
import type { Shot } from './shots.ts'

// node --import tsx --conditions=source tests/browser/recording.shots.ts [name…]; LOOKS=desk.light.en,phone.dark.fr
const longName =
  'Client with a very long company name International Holding & Partners Limited, West Africa Branch'
const stage = await Stage.open()

const noteOf = (atMs: number, text: string, by = 0): Recording['notes'][number] => ({
  id: newId(),
  atMs,
  text,
  byId: stage.world.hub.world.users[by]!.id,
  byName: stage.world.hub.world.users[by]!.name,
  at: ago(3600)
})

const known =
  (refusal: 'out-of-hours' | 'do-not-call' | null = null) =>
  () => ({
    country: 'SN',
    localTime: '14:05',
    contact: { id: newId(), name: 'Amina Diallo' },
    refusal
  })

const shots: Shot[] = [
  {
    name: 'recording-kept',
    show: async (page, look) => {
      await stage.enter(page, look)
      const call = stage.world.over({ facts: null })
      call.parties.push(
        partyOf({ role: 'guest', name: '+33199000001', state: 'ended', end: over(20) }),
        partyOf({ role: 'supervisor', name: 'Sam Demo', state: 'ended', end: over(31) })
      )
      stage.world.recordings.add(call, {
        gaps: [
          { fromMs: 31_000, toMs: 43_500, why: 'paused' },
          { fromMs: 70_000, toMs: 74_000, why: 'missing' }
        ],
        notes: [
          noteOf(18_400, 'Elle a donné son accord pour le nouveau plafond.'),
          noteOf(61_000, 'Ton un peu sec ici, à revoir ensemble.', 1)
        ]
      })
      await stage.goto(page, `/inbox/${call.interactionId}`)
      const slider = page.getByRole('slider').first()
      await slider.focus()
      for (let n = 0; n < 5; n++) await page.keyboard.press('ArrowRight')
    }
  },
  {
    name: 'recording-note',
    show: async (page, look) => {
      await stage.enter(page, look, 2)
      const call = stage.world.over({}, { state: 'closed' }, longName)
      stage.world.recordings.add(call, { notes: [noteOf(61_000, 'Great.', 2)], expiresAt: ago(-3 * 86_400) })
      await stage.goto(page, `/inbox/${call.interactionId}`)
      await page.getByRole('slider').first().focus()
      await page.keyboard.press('PageUp')
      await page.keyboard.press('m')
      await page.keyboard.type('Here')
    }
  },
  {
    name: 'recording-voicemail',
    show: async (page, look) => {
      await stage.enter(page, look)
      const call = stage.world.over(
        { talkingSince: null },
        { state: 'active', wrapUp: null, medium: 'email' }
      )
      stage.world.recordings.add(call, { use: 'voicemail', channels: 1, ms: 34_000 })
      await stage.goto(page, `/inbox/${call.interactionId}`)
    }
  },
  {
    name: 'recording-gone',
    show: async (page, look) => {
      await stage.enter(page, look)
      const call = stage.world.over()
      stage.world.recordings.add(call, { state: 'lost', ms: 0 })
      stage.world.recordings.add(call, { state: 'erased', ms: 94_000, startedAt: ago(200) })
      await stage.goto(page, `/inbox/${call.interactionId}`)
    }
  },
  {
    name: 'recording-running',
    show: async (page, look) => {
      await stage.enter(page, look)
      const call = stage.world.talking(0, { recording: 'on' })
      stage.world.recordings.add(call, { state: 'running', ms: 95_000, endedAt: null, expiresAt: null })
      await stage.goto(page, `/inbox/${call.interactionId}`)
    }
  },
  {
    name: 'recording-paused',
    show: async (page, look) => {
      await stage.enter(page, look)
      const call = stage.world.talking(0, { recording: 'paused' }, longName)
      stage.world.recordings.add(call, {
        state: 'running',
        ms: 95_000,
        endedAt: null,
        gaps: [{ fromMs: 80_000, toMs: null, why: 'paused' }]
      })
      await stage.goto(page, `/inbox/${call.interactionId}`)
    }
  },
  {
    name: 'recording-live',
    show: async (page, look) => {
      await stage.enter(page, look, 1)
      const call = stage.world.talking(0, { recording: 'on' })
      stage.world.recordings.add(call, { state: 'running', ms: 95_000, endedAt: null })
      await stage.goto(page, `/inbox/${call.interactionId}`)
      await page.locator('section.bar .live button').first().click()
      await page.locator('section.bar meter').first().waitFor()
      await page.waitForTimeout(1500)
    }
  },
  {
    name: 'recording-none',
    show: async (page, look) => {
      await stage.enter(page, look, 1)
      const call = stage.world.talking(0)
      await stage.goto(page, `/inbox/${call.interactionId}`)
    }
  },
  {
    name: 'dial-pad',
    show: async (page, look) => {
      await stage.enter(page, look)
      const me = stage.world.hub.world.agents[0]!.id
      await page.addInitScript(
        ([key, value]) => localStorage.setItem(key!, value!),
        [
          `palabre:recent-numbers:${me}`,
          JSON.stringify([
            { number: '+221771234567', name: 'Amina Diallo', at: ago(300) },
            { number: '+33199000001', name: '', at: ago(90_000) },
            { number: '+2250700000001', name: longName, at: ago(190_000) }
          ])
        ]
      )
      await stage.goto(page, '/inbox')
      await page.keyboard.press('d')
      await page.getByRole('dialog').waitFor()
    }
  },
  {
    name: 'dial-number',
    show: async (page, look) => {
      stage.world.desk.known = known()
      await stage.enter(page, look)
      await stage.goto(page, '/inbox')
      await page.keyboard.press('d')
      await page.getByRole('dialog').locator('input').first().fill('+221 77 123 45 67')
      await page.waitForTimeout(500)
    }
  },
  {
    name: 'dial-click',
    show: async (page, look) => {
      stage.world.desk.known = known('out-of-hours')
      await stage.enter(page, look)
      const contact = contactOf('Amina Diallo', {
        points: [
          { kind: 'phone', value: '+221771234567', verified: true },
          { kind: 'email', value: 'amina@example.com', verified: false }
        ],
        doNotCall: true
      })
      const interaction = addInteraction(stage.world.hub.world, contact)
      addMessage(stage.world.hub.world, interaction, {
        text: 'Bonjour, appelez-moi au +221 77 123 45 67 ou au bureau : +33 1 99 00 12 34, ma carte 4821 est bloquée.'
      })
      await stage.goto(page, `/inbox/${interaction.id}`)
      await page.getByRole('button', { name: /\+221 77 123/ }).click()
      await page.getByRole('dialog').waitFor()
      await page.waitForTimeout(600)
    }
  },
  {
    name: 'dial-calling',
    show: async (page, look) => {
      stage.world.desk.known = known()
      await stage.enter(page, look)
      const call = await stage.dial(page, '+221771234567')
      stage.world.customerIs(call, 'ringing')
      await page.waitForTimeout(600)
    }
  },
  {
    name: 'dial-missed',
    show: async (page, look) => {
      stage.world.desk.known = known()
      await stage.enter(page, look)
      const call = await stage.dial(page, '+221771234567')
      stage.world.customerIs(call, 'ringing')
      stage.world.misses(call, 'busy')
      await page.waitForTimeout(800)
    }
  },
  {
    name: 'dial-callback',
    show: async (page, look) => {
      await stage.enter(page, look)
      const contact = contactOf('Amina Diallo', {
        points: [{ kind: 'phone', value: '+221771234567', verified: true }]
      })
      const interaction = addInteraction(stage.world.hub.world, contact, {
        medium: 'callback',
        channel: 'voice',
        customerOnline: null,
        preview: 'Rappel demandé',
        callback: {
          id: null,
          number: '+221771234567',
          slot: null,
          askedAt: ago(2400),
          attempts: 1,
          lastCause: 'noAnswer'
        }
      })
      await stage.goto(page, `/inbox/${interaction.id}`)
    }
  }
]

function over(seconds: number) {
  return { cause: 'hungUp' as const, by: 'party' as const, sipStatus: 200, seconds }
}

await stage.take(shots)

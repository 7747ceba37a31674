import type { Reason } from '@palabre/config/contract/routing'
import { fileURLToPath } from 'node:url'
import type { Interaction } from '@palabre/config/contract/interaction'
import type { Page } from 'playwright-core'
import { startApiHub } from '../simulators/api-hub.ts'
import { Refuse } from '../simulators/api-hub/asked.ts'
import {
  addInteraction,
  addMessage,
  contactOf,
  deskAnswers,
  furnishDesk,
  offered
} from '../simulators/api-hub/desk.ts'
import { routingAnswers } from '../simulators/api-hub/routing.ts'
import { ago, defaultPreferences, meOf, newId } from '../simulators/api-hub/world.ts'
import { takeShots, type Look, type Shot } from './shots.ts'

// node --import tsx --conditions=source tests/browser/inbox-routing.shots.ts [name…]
let broken = false
let empty = false
const hub = await startApiHub({
  ...(process.env['APP_BUILD'] ? { build: process.env['APP_BUILD'] } : {}),
  answers: {
    ...deskAnswers,
    ...routingAnswers,
    'interaction.list': (asked) => {
      if (broken) throw new Refuse('unexpected')
      return empty ? { items: [] } : routingAnswers['interaction.list']!(asked)
    }
  }
})
const { world } = hub
furnishDesk(world)
const [awa, sam, ada] = world.agents as [
  (typeof world.agents)[0],
  (typeof world.agents)[0],
  (typeof world.agents)[0]
]
const [cards, everyday] = world.settings.queue as [
  (typeof world.settings.queue)[0],
  (typeof world.settings.queue)[0]
]
for (const [n, agent] of world.agents.entries())
  agent.skills = world.settings.skill.slice(0, n + 1).map(({ id }) => ({ skillId: id, level: 3 }))

const names = [
  'Ibrahim Sow',
  'Fatou Ndiaye',
  'Client with a very long company name International Holding & Partners Limited',
  'عائشة بن علي',
  'Jean-Baptiste Kouassi',
  'Moussa Traoré',
  'Aïcha Koné',
  'Bureau Exemple SARL'
]
const waitingOnes = Array.from({ length: 24 }, (_, n) => {
  const waited = 40 + n * 61
  const isMail = n % 4 === 2
  return addInteraction(world, contactOf(names[n % names.length]!), {
    state: 'queued',
    agentId: null,
    acceptedAt: null,
    queueId: n % 3 ? cards.id : everyday.id,
    medium: isMail ? 'email' : 'chat',
    channel: isMail ? 'email' : 'chat',
    subject: isMail ? 'Relevé de compte de septembre' : null,
    preview: n % 5 ? 'Bonjour, ma carte a été avalée par le distributeur' : 'مرحبا، أريد فتح حساب جديد 🙂',
    queuedAt: ago(waited),
    dueAt: n % 7 === 5 ? null : ago(waited - 300 - (n % 3) * 700),
    priority: n === 6 ? 30 : n === 9 ? 5 : 0,
    requirements: [{ skillId: world.settings.skill[2]!.id, level: 3 }],
    estimate: { seconds: 240, position: 3 },
    suggestion: n % 2 ? 'callback' : null,
    preferredIds: [sam.id]
  })
})
waitingOnes[7]!.sticky = { agentId: sam.id, until: ago(-3000) }
for (const one of waitingOnes) addMessage(world, one, { text: one.preview, at: ago(40) })

const amina = contactOf('Amina Diallo', { company: 'Atelier Diallo' })
const chat = addInteraction(world, amina, { unread: 1 })
addMessage(world, chat, { text: 'Bonjour, ma carte ne marche plus.', at: ago(120) })
addMessage(world, chat, { kind: 'out', text: 'Je regarde tout de suite.', at: ago(90) })
addMessage(world, chat, { text: 'Merci !', at: ago(40) })
const resting = addInteraction(world, contactOf('Moussa Traoré'), {
  waitingFor: 'customer',
  medium: 'messaging',
  preview: 'Voici la liste des pièces.',
  previewKind: 'out',
  customerOnline: null,
  lastMessageAt: ago(7300)
})
const theirs = addInteraction(world, contactOf('Fatou Ndiaye'), { agentId: sam.id })
addMessage(world, theirs, { text: 'Combien coûte le virement ?', at: ago(60) })
const wrap = addInteraction(world, contactOf('Jean-Baptiste Kouassi'), {
  preview: 'Merci beaucoup !',
  acceptedAt: ago(100)
})
addMessage(world, wrap, { text: 'Merci beaucoup !', at: ago(30) })
const offer = addInteraction(world, contactOf('Ibrahim Sow'), { state: 'queued', agentId: null })
const reasons: Reason[] = [
  { code: 'sticky-gone', figures: { agentId: sam.id } },
  { code: 'others-busy', figures: { agents: 2 } },
  { code: 'passed-over', figures: { agentId: ada.id } }
]
world.logs.set(chat.id, [
  { n: 1, at: ago(300), name: 'arrived', byId: null, figures: { queueId: chat.queueId } },
  {
    n: 2,
    at: ago(290),
    name: 'offered',
    byId: null,
    figures: { agentId: awa.id },
    reasons: [...offered(world).offer!.reasons, ...reasons]
  },
  {
    n: 3,
    at: ago(280),
    name: 'accepted',
    byId: world.users[0]!.id,
    figures: { agentId: awa.id, waitedSeconds: 20 }
  }
])
const consult = (from: typeof awa, to: typeof awa, question: string) => ({
  id: newId(),
  agentId: to.id,
  agentName: to.name,
  byId: from.id,
  byName: from.name,
  question,
  at: ago(130)
})

function enter({ theme, locale }: Look, user = 0, mode = 'timed-strict') {
  broken = false
  empty = false
  const who = world.users[user]!
  world.preferences.set(who.id, { ...defaultPreferences, theme, locale, offerSound: 'none' })
  awa.holds = [
    { interactionId: chat.id, medium: 'chat', since: ago(200), parked: null },
    { interactionId: resting.id, medium: 'messaging', since: ago(9000), parked: 'idle' }
  ]
  world.me = meOf(world, who)
  for (const queue of world.settings.queue) queue['wrapUp'] = { mode, seconds: 60, extensionSeconds: 30 }
  Object.assign(chat, { state: 'active', agentId: awa.id, consults: [] })
  Object.assign(theirs, {
    consults: [consult(sam, awa, 'Le virement vers le Mali, c’est combien ? Le client attend.')]
  })
  Object.assign(wrap, { state: 'active', wrapUp: null, dispositionId: null })
  Object.assign(offer, { state: 'queued', offer: null })
  Object.assign(waitingOnes[3]!, {
    state: 'offered',
    offer: { id: newId(), agentId: ada.id, at: ago(4), expiresAt: ago(-3000), reasons: [] }
  } satisfies Partial<Interaction>)
}
const open = async (page: Page, id: string) => {
  await page.goto(`/inbox/${id}`)
  await page.locator('[role=log]').waitFor()
  await page.waitForTimeout(400)
}
const list = async (page: Page, look: Look) => {
  enter(look, 1)
  await page.goto('/waiting')
  await page.locator('[data-row]').first().waitFor()
  for (const queue of world.settings.queue)
    hub.push('queue.changed', {
      queue: {
        queueId: queue.id,
        waiting: 12,
        oldestQueuedAt: ago(800),
        ready: queue === cards ? 0 : 3,
        estimateSeconds: 380
      }
    })
}
const onPhone = (look: Look) => look.size === 'phone'

const shots: Shot[] = [
  { name: 'waiting-list', show: list },
  {
    name: 'waiting-why',
    show: async (page, look) => {
      await list(page, look)
      await page.locator('[data-row]').nth(3).click()
      await page.locator('aside .nearest li').first().waitFor()
    }
  },
  {
    name: 'waiting-selected',
    show: async (page, look) => {
      await list(page, look)
      for (const n of [1, 2, 5]) await page.locator('.check input').nth(n).check()
    }
  },
  {
    name: 'waiting-refused',
    show: async (page, look) => {
      await list(page, look)
      await page.keyboard.press('Control+a')
      await page.keyboard.press('b')
      await page.getByRole('alert').first().waitFor()
    }
  },
  {
    name: 'waiting-priority',
    show: async (page, look) => {
      await list(page, look)
      await page.locator('[data-row]').nth(1).focus()
      await page.keyboard.press('p')
      await page.getByRole('dialog').waitFor()
    }
  },
  {
    name: 'waiting-assign',
    show: async (page, look) => {
      await list(page, look)
      await page.locator('[data-row]').nth(1).focus()
      await page.keyboard.press('t')
      await page.getByRole('dialog').waitFor()
    }
  },
  {
    name: 'waiting-menu',
    show: async (page, look) => {
      await list(page, look)
      await page.locator('.row .more').nth(2).click()
      await page.getByRole('menu').waitFor()
    }
  },
  {
    name: 'waiting-empty',
    show: async (page, look) => {
      enter(look, 1)
      empty = true
      await page.goto('/waiting')
      await page.locator('.empty').first().waitFor()
    }
  },
  {
    name: 'waiting-error',
    show: async (page, look) => {
      enter(look, 1)
      broken = true
      await page.goto('/waiting')
      await page.getByRole('alert').first().waitFor()
    }
  },
  {
    name: 'routing-why-you',
    show: async (page, look) => {
      enter(look)
      await open(page, chat.id)
      if (onPhone(look))
        await page
          .getByRole('button', { name: /contact/i })
          .last()
          .click()
    }
  },
  {
    name: 'routing-why-waits',
    show: async (page, look) => {
      enter(look)
      await open(page, waitingOnes[1]!.id)
      if (onPhone(look))
        await page
          .getByRole('button', { name: /contact/i })
          .last()
          .click()
      await page.locator('.nearest li').first().waitFor()
      await page.locator('.nearest').evaluate((element) => element.scrollIntoView({ block: 'center' }))
    }
  },
  {
    name: 'routing-offer',
    show: async (page, look) => {
      enter(look)
      const made = offered(world).offer!
      Object.assign(offer, {
        ...offered(world, 60),
        offer: { ...made, reasons: [...made.reasons, ...reasons] }
      })
      await open(page, chat.id)
      await page.locator('.offer summary').click()
    }
  },
  {
    name: 'routing-asked',
    show: async (page, look) => {
      enter(look)
      await open(page, theirs.id)
    }
  },
  {
    name: 'routing-consults',
    show: async (page, look) => {
      enter(look)
      chat.consults = [
        consult(awa, sam, 'Tu connais ces frais ?'),
        consult(awa, ada, 'La carte peut-elle être débloquée à distance, ou faut-il passer en agence ?')
      ]
      await open(page, chat.id)
    }
  },
  {
    name: 'routing-consult-dialog',
    show: async (page, look) => {
      enter(look)
      await open(page, chat.id)
      await page.keyboard.press('c')
      await page.getByRole('dialog').waitFor()
    }
  },
  {
    name: 'routing-transfer-skill',
    show: async (page, look) => {
      enter(look)
      await open(page, chat.id)
      await page.keyboard.press('t')
      await page.getByRole('dialog').locator('label').nth(2).click()
      await page.waitForTimeout(100)
      for (const n of [0, 1]) await page.getByRole('option').nth(n).click()
    }
  },
  {
    name: 'routing-wrap-request',
    show: async (page, look) => {
      enter(look, 0, 'on-request')
      await open(page, chat.id)
      await page.keyboard.press('e')
      await page.getByRole('dialog').locator('input[type=checkbox]').check()
    }
  },
  {
    name: 'routing-wrap-strict',
    show: async (page, look) => {
      enter(look)
      Object.assign(wrap, {
        state: 'wrapup',
        wrapUp: { since: ago(20), until: ago(-40) },
        dispositionId: world.settings.disposition[0]!.id
      })
      await open(page, wrap.id)
    }
  },
  {
    name: 'routing-wrap-optional',
    show: async (page, look) => {
      enter(look, 0, 'optional')
      Object.assign(wrap, { state: 'wrapup', wrapUp: { since: ago(20), until: ago(-40) } })
      await open(page, wrap.id)
    }
  }
]

/** What the app asks once has been answered. */
const settled = ({ name, show }: Shot): Shot => ({
  name,
  show: async (page, look) => {
    await page.addInitScript(() => localStorage.setItem('palabre:asked-to-notify', 'yes'))
    await show(page, look)
  }
})
const wanted = process.argv.slice(2)
const looks = process.env['LOOKS']?.split(',').map((look) => {
  const [size, theme, locale] = look.split('.') as [Look['size'], Look['theme'], Look['locale']]
  return { size, theme, locale }
})
const complaints = await takeShots(
  hub.url,
  shots.filter(({ name }) => !wanted.length || wanted.includes(name)).map(settled),
  fileURLToPath(new URL('../../test-results/shots', import.meta.url)),
  looks
)
await hub.close()
for (const complaint of new Set(complaints)) console.log(complaint)
console.log(`${complaints.length} complaints`)

import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { startApiHub } from '../simulators/api-hub.ts'
import {
  addInteraction,
  addMessage,
  contactOf,
  deskAnswers,
  furnishDesk,
  offered
} from '../simulators/api-hub/desk.ts'
import { ago, defaultPreferences, meOf } from '../simulators/api-hub/world.ts'
import { takeShots, type Look, type Shot } from './shots.ts'

// node --import tsx --conditions=source tests/browser/inbox.shots.ts [name…]
let failing = false
const hub = await startApiHub({
  ...(process.env['APP_BUILD'] ? { build: process.env['APP_BUILD'] } : {}),
  answers: {
    ...deskAnswers,
    'inbox.read': (asked) => {
      if (failing) throw new Error('out of order, as the shot wants')
      return deskAnswers['inbox.read']!(asked)
    }
  }
})
const { world } = hub
furnishDesk(world)
const awa = world.agents[0]!
awa.holds = [
  { interactionId: '0000000000000000000000a1', medium: 'chat', since: ago(200), parked: null },
  { interactionId: '0000000000000000000000a2', medium: 'email', since: ago(200), parked: null }
]

const amina = contactOf('Amina Diallo', {
  company: 'Atelier Diallo',
  notes: 'Prefers to be called in the morning.',
  points: [
    { kind: 'email', value: 'amina@client.example', verified: true },
    { kind: 'phone', value: '+221 77 000 00 00', verified: false },
    { kind: 'visitor', value: 'f00dfeed12345678', verified: false }
  ],
  attributes: { Branch: 'Dakar Plateau' }
})
const chat = addInteraction(world, amina, { unread: 1, preview: 'Elle a été avalée par le distributeur 😕' })
const say = (kind: 'in' | 'out' | 'note', seconds: number, text: string, more = {}) =>
  addMessage(world, chat, { kind, text, at: ago(seconds), ...more })
say('in', 90_000, 'Bonjour, à quelle heure ouvre l’agence ?')
say('out', 89_900, 'Bonjour Amina, l’agence ouvre à 8 h.')
say('in', 260, 'Bonjour, ma carte ne marche plus.')
say('in', 250, 'Je suis devant le distributeur de l’avenue, il ne me la rend pas.')
say('out', 200, 'Bonjour Amina, je regarde tout de suite. Voyez aussi https://bank.example/cartes.')
say('note', 150, 'Same machine as yesterday. @Sam Demo can you call the branch?', {
  mentions: [world.agents[1]!.id]
})
say('out', 100, 'La carte est bloquée par sécurité.', { state: 'delivered' })
say('in', 40, 'Elle a été avalée par le distributeur 😕', {
  attachments: [
    {
      id: '0000000000000000000000b1',
      name: 'ticket.pdf',
      type: 'application/pdf',
      size: 48_211,
      inline: false,
      url: '/api/attachments/0000000000000000000000b1'
    }
  ]
})
world.logs.set(chat.id, [
  { n: 1, at: ago(300), name: 'arrived', byId: null, figures: { channel: 'chat', queueId: chat.queueId } },
  { n: 2, at: ago(290), name: 'offered', byId: null, figures: { agentId: awa.id, seconds: 20 } },
  {
    n: 3,
    at: ago(280),
    name: 'accepted',
    byId: world.users[0]!.id,
    figures: { agentId: awa.id, waitedSeconds: 20 }
  }
])

const moussa = contactOf('Moussa Traoré', {
  points: [{ kind: 'email', value: 'moussa@client.example', verified: true }]
})
const mail = addInteraction(world, moussa, {
  channel: 'email',
  medium: 'email',
  subject: 'Relevé de compte de septembre',
  preview: 'Merci, mais le montant ne correspond pas.',
  queueId: world.settings.queue[1]!.id,
  customerOnline: null,
  lastMessageAt: ago(1500),
  acceptedAt: ago(200)
})
addMessage(world, mail, {
  html: '<p>Bonjour,</p><p>Je n’ai pas reçu mon <b>relevé</b> de septembre.</p><p>Cordialement,<br>Moussa Traoré</p>',
  text: 'Bonjour, je n’ai pas reçu mon relevé de septembre.',
  at: ago(86_000),
  to: ['help@bank.example'],
  hasRaw: true
})
addMessage(world, mail, {
  kind: 'out',
  state: 'sent',
  html: '<p>Bonjour Moussa,</p><p>Le voici en pièce jointe.</p>',
  text: 'Bonjour Moussa, le voici.',
  at: ago(80_000),
  to: ['moussa@client.example'],
  attachments: [
    {
      id: '0000000000000000000000b2',
      name: 'releve-septembre.pdf',
      type: 'application/pdf',
      size: 182_000,
      inline: false,
      url: '/api/attachments/0000000000000000000000b2'
    }
  ]
})
addMessage(world, mail, {
  html: '<p>Merci, mais le montant <span style="color:#b00">ne correspond pas</span>.</p><table bgcolor="#f3f3f3" cellpadding="8"><tr><td>Solde</td><td>125 000</td></tr></table><p><img data-remote-src="https://images.example/logo.png" width="80" height="24"></p><div data-quoted="">Le lun., Banque a écrit :<blockquote>Le voici en pièce jointe.</blockquote></div>',
  text: 'Merci, mais le montant ne correspond pas.',
  at: ago(1500),
  to: ['help@bank.example'],
  cc: ['compta@client.example'],
  hasRaw: true
})
addMessage(world, mail, {
  kind: 'out',
  state: 'failed',
  text: 'Nous vérifions.',
  html: '<p>Nous vérifions.</p>',
  failure: { reason: 'The mailbox of moussa@client.example is full.', temporary: false },
  at: ago(900),
  to: ['moussa@client.example']
})
addInteraction(world, contactOf('Fatou Ndiaye'), {
  waitingFor: 'customer',
  medium: 'email',
  channel: 'email',
  subject: 'Demande de crédit',
  preview: 'Voici la liste des pièces.',
  previewKind: 'out',
  customerOnline: null,
  lastMessageAt: ago(7300)
})
const wrap = addInteraction(world, contactOf('Jean-Baptiste Kouassi'), {
  state: 'wrapup',
  wrapUp: { since: ago(20), until: ago(-40) },
  preview: 'Merci beaucoup !',
  acceptedAt: ago(100),
  customerOnline: false
})
addMessage(world, wrap, { text: 'Merci beaucoup !', at: ago(30) })
addInteraction(world, contactOf('Bureau Exemple SARL'), {
  medium: 'email',
  channel: 'email',
  subject: 'Rendez-vous',
  snoozedUntil: ago(-50_000),
  preview: 'Plutôt lundi.',
  customerOnline: null,
  lastMessageAt: ago(40_000)
})
addInteraction(world, contactOf('عائشة بن علي'), {
  preview: 'مرحبا، أريد فتح حساب جديد 🙂',
  acceptedAt: ago(50),
  unread: 3,
  lastMessageAt: ago(20)
})
for (let n = 0; n < 4; n++)
  addInteraction(world, contactOf(`Waiting Person ${n + 1}`), {
    state: 'queued',
    agentId: null,
    acceptedAt: null,
    queuedAt: ago(30 + 25 * n),
    dueAt: ago(-60 + 30 + 25 * n),
    preview: 'Quelqu’un est là ?'
  })
addInteraction(world, amina, {
  state: 'closed',
  medium: 'email',
  channel: 'email',
  subject: 'Ouverture de compte',
  closedAt: ago(900_000),
  lastMessageAt: ago(900_000),
  dispositionId: world.settings.disposition[0]!.id,
  customerOnline: null
})
const first = addInteraction(world, contactOf('Ibrahim Sow'), {
  ...offered(world),
  preview: 'Bonjour, je voudrais augmenter mon plafond.'
})
const second = addInteraction(
  world,
  contactOf('Client with a very long company name International Holding & Partners Limited'),
  {
    ...offered(world, 18),
    medium: 'email',
    channel: 'email',
    subject: 'Réclamation',
    transfer: { byId: world.agents[1]!.id, note: 'Knows the file, please take over.' }
  }
)
const offers = [first, second]
const long = addInteraction(world, contactOf('Long Thread'), { acceptedAt: ago(20), preview: 'Message 499' })
for (let n = 0; n < 500; n++)
  addMessage(world, long, {
    kind: n % 3 ? 'in' : 'out',
    text: n % 50 ? `Message ${n}` : `Message ${n} ${'mot '.repeat(120)}`,
    at: ago(20_000 - n * 40)
  })

function enter({ theme, locale }: Look, { withOffers = false, empty = false } = {}) {
  failing = false
  hub.setAccepting(true)
  world.preferences.set(world.users[0]!.id, { ...defaultPreferences, theme, locale, offerSound: 'none' })
  world.me = meOf(world, world.users[0]!)
  for (const offer of offers)
    Object.assign(
      offer,
      withOffers ? offered(world, offer === first ? 25 : 18) : { state: 'queued', offer: null }
    )
  for (const one of offers) one.version += 1
  awa.presence = {
    state: empty ? 'paused' : 'ready',
    pauseReasonId: empty ? world.settings.pauseReason[0]!.id : null,
    since: ago(754),
    cause: null
  }
  awa.version += 1
  for (const one of [chat, mail, wrap, long]) one.agentId = awa.id
  for (const one of world.interactions)
    if (one.state !== 'closed' && one.state !== 'queued' && one.state !== 'offered')
      one.agentId = empty ? world.agents[1]!.id : awa.id
}
const open = async (page: Page, id: string) => {
  await page.goto(`/inbox/${id}`)
  await page.locator('[role=log]').waitFor()
  await page.waitForTimeout(500)
}

const shots: Shot[] = [
  {
    name: 'inbox-empty',
    show: async (page, look) => {
      enter(look, { empty: true })
      await page.goto('/inbox')
      await page.locator('.empty').first().waitFor()
    }
  },
  {
    name: 'inbox-list',
    show: async (page, look) => {
      enter(look)
      await page.goto('/inbox')
      await page.locator('[data-row]').first().waitFor()
    }
  },
  {
    name: 'inbox-offer',
    show: async (page, look) => {
      enter(look, { withOffers: true })
      await open(page, chat.id)
      await page.locator('.offer').first().waitFor()
    }
  },
  {
    name: 'inbox-chat',
    show: async (page, look) => {
      enter(look)
      await open(page, chat.id)
    }
  },
  {
    name: 'inbox-mail',
    show: async (page, look) => {
      enter(look)
      await open(page, mail.id)
      await page.waitForTimeout(700)
    }
  },
  {
    name: 'inbox-note',
    show: async (page, look) => {
      enter(look)
      await open(page, chat.id)
      await page.locator('[role=tab].note').click()
      await page.locator('textarea').fill('Voir avec ')
      await page.locator('textarea').press('End')
      await page.keyboard.type('@s')
    }
  },
  {
    name: 'inbox-canned',
    show: async (page, look) => {
      enter(look)
      await open(page, chat.id)
      await page.locator('textarea').click()
      await page.keyboard.type('/')
    }
  },
  {
    name: 'inbox-wrapup',
    show: async (page, look) => {
      enter(look)
      await open(page, wrap.id)
    }
  },
  {
    name: 'inbox-close',
    show: async (page, look) => {
      enter(look)
      await open(page, chat.id)
      await page.keyboard.press('e')
      await page.getByRole('dialog').waitFor()
    }
  },
  {
    name: 'inbox-transfer',
    show: async (page, look) => {
      enter(look)
      await open(page, chat.id)
      await page.keyboard.press('t')
      await page.getByRole('dialog').waitFor()
    }
  },
  {
    name: 'inbox-queues',
    show: async (page, look) => {
      enter(look)
      await page.goto('/inbox')
      await page.locator('[data-row]').first().waitFor()
      await page.keyboard.press('2')
      await page.getByText('Waiting Person 1').waitFor()
    }
  },
  {
    name: 'inbox-presence',
    show: async (page, look) => {
      enter(look)
      await page.goto('/inbox')
      await page.locator('.slot').click()
      await page.getByRole('menu').waitFor()
    }
  },
  {
    name: 'inbox-error',
    show: async (page, look) => {
      enter(look)
      failing = true
      await page.goto('/inbox')
      await page.getByRole('alert').first().waitFor()
      failing = false
    }
  },
  {
    name: 'inbox-long',
    show: async (page, look) => {
      enter(look)
      await open(page, long.id)
    }
  },
  {
    name: 'inbox-context',
    show: async (page, look) => {
      enter(look)
      await open(page, chat.id)
      if (look.size === 'phone')
        await page
          .getByRole('button', { name: /contact/i })
          .last()
          .click()
    }
  }
]

const wanted = process.argv.slice(2)
const looks = process.env['LOOKS']?.split(',').map((look) => {
  const [size, theme, locale] = look.split('.') as [Look['size'], Look['theme'], Look['locale']]
  return { size, theme, locale }
})
const complaints = await takeShots(
  hub.url,
  wanted.length ? shots.filter(({ name }) => wanted.includes(name)) : shots,
  fileURLToPath(new URL('../../test-results/shots', import.meta.url)),
  looks
)
await hub.close()
for (const complaint of new Set(complaints)) console.log(complaint)
console.log(`${complaints.length} complaints`)

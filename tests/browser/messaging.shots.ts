import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import type { Interaction } from '@palabre/config/contract/interaction'
import { startApiHub } from '../simulators/api-hub.ts'
import { Refuse } from '../simulators/api-hub/asked.ts'
import {
  addInteraction,
  addMessage,
  contactOf,
  deskAnswers,
  furnishDesk
} from '../simulators/api-hub/desk.ts'
import { addTemplate, furnishMessaging, messagingAnswers } from '../simulators/api-hub/messaging.ts'
import { ago, defaultPreferences, meOf, newId } from '../simulators/api-hub/world.ts'
import { takeShots, type Look, type Shot } from './shots.ts'

// node --import tsx --conditions=source tests/browser/messaging.shots.ts [name…]
let failing = false
let slow = false
const hub = await startApiHub({
  ...(process.env['APP_BUILD'] ? { build: process.env['APP_BUILD'] } : {}),
  answers: {
    ...deskAnswers,
    ...messagingAnswers,
    'template.list': async (asked) => {
      if (failing) throw new Refuse('starting-up')
      if (slow) await new Promise((resolve) => setTimeout(resolve, 4000))
      return messagingAnswers['template.list']!(asked)
    }
  }
})
const { world } = hub
furnishDesk(world)
furnishMessaging(world)
const inHours = (hours: number) => ago(-hours * 3600)
const accountId = newId()

function talk(name: string, change: Partial<Interaction>): Interaction {
  return addInteraction(world, contactOf(name), {
    channel: 'pigeon',
    medium: 'messaging',
    accountId,
    windowUntil: inHours(20),
    customerOnline: null,
    acceptedAt: ago(400),
    ...change
  })
}

const amina = talk('Amina Diallo', { preview: 'Le deuxième, merci', windowUntil: inHours(4.6) })
const say = (text: string, seconds: number, change = {}) =>
  addMessage(world, amina, { text, at: ago(seconds), ...change })
say(
  'Bonjour, mon colis n’est pas arrivé. Je l’attends depuis lundi et personne ne me répond au dépôt.',
  900,
  {
    reactions: [{ by: 'agent', byId: world.agents[0]!.id, emoji: '🙏' }]
  }
)
const asked = say('Lequel attendez-vous ?', 840, {
  kind: 'out',
  choices: {
    as: 'buttons',
    options: [{ title: 'Celui du 12' }, { title: 'Celui du 19' }, { title: 'Les deux' }]
  }
})
say('Celui du 19', 800, { answersId: asked.id })
const photo = say('Voici la photo du suivi, il est écrit « livré » depuis hier soir', 780, {
  amended: 'edited'
})
say('Merci, je vois. Je le signale au transporteur et je reviens vers vous aujourd’hui.', 600, {
  kind: 'out',
  answersId: photo.id,
  state: 'read',
  reactions: [{ by: 'contact', byId: null, emoji: '❤️' }]
})
say('Mon numéro de carte est le 4970…', 500, { amended: 'removed' })
say('Bonjour Amina, votre dossier A-1042 est prêt.', 400, {
  kind: 'out',
  template: 'case_ready',
  state: 'delivered'
})
const list = say('Quand passez-vous ?', 300, {
  kind: 'out',
  state: 'delivered',
  choices: {
    as: 'list',
    button: 'Choisir',
    options: [
      { title: 'Matin', description: 'de 8 h à midi' },
      { title: 'Après-midi', description: 'de 14 h à 18 h' },
      { title: 'Samedi' }
    ]
  }
})
say('Samedi', 250, { answersId: list.id })
say('Noté.', 100, { kind: 'out', state: 'sent' })
say('À samedi !', 60, {
  kind: 'out',
  state: 'queued',
  sendAt: ago(-170),
  failure: { reason: 'The platform cannot be reached', temporary: true }
})
say('Et l’adresse du dépôt : 12 avenue de la République.', 40, {
  kind: 'out',
  state: 'failed',
  failure: { reason: 'The customer has blocked this number', temporary: false }
})

const shut = talk('Moussa Traoré', { preview: 'D’accord', windowUntil: ago(700) })
addMessage(world, shut, { text: 'D’accord, j’attends votre réponse.', at: ago(87_000) })
const soon = talk('Fatou Ndiaye', { preview: 'Toujours là ?', windowUntil: inHours(0.7) })
addMessage(world, soon, { text: 'Toujours là ?', at: ago(83_000) })
const last = talk('Client with a very long company name International Holding', {
  preview: 'Merci de me répondre avant ce soir',
  windowUntil: inHours(0.16)
})
addMessage(world, last, { text: 'Merci de me répondre avant ce soir', at: ago(85_000) })
const bare = talk('Ibrahim Sow', { accountId: newId(), windowUntil: null, preview: '' })

const open = talk('Khady Fall', {
  channel: 'flare',
  medium: 'social',
  windowUntil: null,
  preview: 'Toujours pas de réponse de votre service…'
})
addMessage(world, open, {
  text: 'Bonjour @banque, bravo pour la nouvelle application.',
  at: ago(4000),
  public: { kind: 'mention', url: 'https://social.example/p/1' }
})
addMessage(world, open, {
  kind: 'out',
  text: 'Merci Khady, nous transmettons à l’équipe !',
  at: ago(3900),
  audience: 'public',
  state: 'sent'
})
addMessage(world, open, {
  text: 'Par contre, toujours pas de réponse de votre service clients depuis trois semaines. C’est long.',
  at: ago(200),
  public: { kind: 'comment', url: 'https://social.example/p/2' }
})

for (const [name, change] of Object.entries({
  case_ready: {},
  appointment_reminder: {
    category: 'UTILITY',
    header: { kind: 'text' as const, text: 'Votre rendez-vous du {{1}}' },
    body: 'Bonjour {{1}},\n\nnous vous attendons le {{2}} à {{3}}. Répondez OUI pour confirmer, ou touchez un bouton.\n\nÀ bientôt, {{4}}',
    footer: 'Banque de démonstration',
    buttons: [
      { kind: 'reply' as const, text: 'Je confirme' },
      { kind: 'url' as const, text: 'Déplacer', url: 'https://bank.example/rdv/{{1}}' },
      { kind: 'phone' as const, text: 'Appeler l’agence' }
    ],
    variables: [
      { key: 'header.1', example: '12 mars' },
      { key: 'body.1', example: 'Lena' },
      { key: 'body.2', example: '12 mars' },
      { key: 'body.3', example: '14 h 30' },
      { key: 'body.4', example: 'Sam' },
      { key: 'button.1.1', example: 'abc123' }
    ]
  },
  spring_offer: {
    category: 'MARKETING',
    header: { kind: 'image' as const, text: '' },
    body: 'Chère {{first_name}}, jusqu’à dimanche, {{offer}}.',
    variables: [
      { key: 'body.first_name', example: 'Lena' },
      { key: 'body.offer', example: 'une carte offerte' }
    ]
  },
  order_shipped: { language: 'en_US', body: 'Hello {{1}}, your order {{2}} left today.' },
  long_terms: {
    body: `${'Nous vous informons que nos conditions évoluent. '.repeat(14)}Merci.`,
    variables: []
  }
}))
  addTemplate(world, accountId, { name, ...change })

function enter({ theme, locale }: Look, { role = 0 } = {}) {
  failing = slow = false
  world.preferences.set(world.users[role]!.id, {
    ...defaultPreferences,
    theme,
    locale,
    offerSound: 'none'
  })
  world.me = meOf(world, world.users[role]!)
  world.drafts.clear()
}
async function visit(page: Page, { id }: Interaction) {
  await page.goto(`/inbox/${id}`)
  await page.locator('[role=log]').waitFor()
  await page.waitForTimeout(400)
}
const picker = async (page: Page) => {
  await page.keyboard.press('m')
  await page.getByRole('dialog').waitFor()
}

const shots: Shot[] = [
  {
    name: 'messaging-thread',
    show: async (page, look) => {
      enter(look)
      await visit(page, amina)
    }
  },
  {
    name: 'messaging-thread-top',
    show: async (page, look) => {
      enter(look)
      await visit(page, amina)
      await page.getByRole('log').evaluate((element) => (element.scrollTop = 0))
      if (look.size === 'desk') await page.locator('article.in').nth(1).hover()
    }
  },
  {
    name: 'messaging-react',
    show: async (page, look) => {
      enter(look)
      await visit(page, amina)
      const article = page.locator('article.in').last()
      await article.locator('.more button').last().focus()
      await page.keyboard.press('Enter')
      await page.getByRole('menuitem').nth(1).click()
      await page.getByRole('toolbar').waitFor()
    }
  },
  {
    name: 'messaging-answer',
    show: async (page, look) => {
      enter(look)
      await visit(page, amina)
      await page.keyboard.press('q')
      await page.locator('textarea').fill('Parfait, je vous attends.')
    }
  },
  {
    name: 'messaging-choices',
    show: async (page, look) => {
      enter(look)
      await visit(page, amina)
      await page.locator('textarea').fill('Comment souhaitez-vous être livrée ?')
      await page.locator('.foot button[aria-pressed]').click()
      await page.keyboard.type('À domicile')
      await page.keyboard.press('Enter')
      await page.keyboard.type('En agence')
      await page.keyboard.press('Enter')
    }
  },
  {
    name: 'messaging-soon',
    show: async (page, look) => {
      enter(look)
      await visit(page, soon)
    }
  },
  {
    name: 'messaging-last',
    show: async (page, look) => {
      enter(look)
      await visit(page, last)
    }
  },
  {
    name: 'messaging-shut',
    show: async (page, look) => {
      enter(look)
      world.drafts.set(shut.id, {
        text: 'Votre dossier est prêt, vous pouvez',
        html: null,
        subject: null,
        to: [],
        cc: [],
        attachments: [],
        mode: 'reply',
        savedAt: ago(90_000)
      })
      await visit(page, shut)
    }
  },
  {
    name: 'messaging-templates',
    show: async (page, look) => {
      enter(look)
      await visit(page, shut)
      await picker(page)
      if (look.size === 'phone') return
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('ArrowUp')
    }
  },
  {
    name: 'messaging-fill',
    show: async (page, look) => {
      enter(look)
      await visit(page, shut)
      await picker(page)
      await page.locator('div[role=option]').first().click()
      await page.keyboard.type('mardi')
      await page.keyboard.press('Control+Enter')
    }
  },
  {
    name: 'messaging-file',
    show: async (page, look) => {
      enter(look)
      await visit(page, shut)
      await picker(page)
      await page.locator('div[role=option]').last().click()
    }
  },
  {
    name: 'messaging-templates-none',
    show: async (page, look) => {
      enter(look)
      await visit(page, bare)
      await picker(page)
    }
  },
  {
    name: 'messaging-templates-error',
    show: async (page, look) => {
      enter(look)
      failing = true
      await visit(page, bare)
      await picker(page)
    }
  },
  {
    name: 'messaging-templates-loading',
    show: async (page, look) => {
      enter(look)
      slow = true
      await visit(page, bare)
      await picker(page)
    }
  },
  {
    name: 'messaging-public',
    show: async (page, look) => {
      enter(look)
      await visit(page, open)
      await page.locator('textarea').fill('Bonjour Khady, nous sommes désolés de cette attente.')
    }
  },
  {
    name: 'messaging-private',
    show: async (page, look) => {
      enter(look)
      await visit(page, open)
      await page.locator('.audience label').last().click()
    }
  },
  {
    name: 'messaging-later',
    show: async (page, look) => {
      enter(look)
      await visit(page, amina)
      await page.locator('textarea').fill('Je reviens vers vous.')
      await page.locator('.send .split').click()
      await page.getByRole('menuitem').last().click()
      await page.getByRole('dialog').waitFor()
      await page.locator('input[type=datetime-local]').fill('2031-01-01T08:00')
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
  process.env['SHOTS'] ?? fileURLToPath(new URL('../../test-results/shots', import.meta.url)),
  looks
)
await hub.close()
for (const complaint of new Set(complaints)) console.log(complaint)
console.log(`${complaints.length} complaints`)

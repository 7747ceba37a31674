import type { Role } from '@palabre/config/contract/permissions'
import { startApiHub, type ApiHub } from '../simulators/api-hub.ts'
import { audienceAnswers, audienceWorld } from '../simulators/api-hub/audience.ts'
import {
  begunCampaign,
  countsOf,
  partOf,
  recipientOf,
  resultsAnswers,
  resultsWorld,
  senderOf,
  slotsOf,
  type ResultsWorld
} from '../simulators/api-hub/campaign-results.ts'
import { contactOf } from '../simulators/api-hub/desk.ts'
import { ago, meOf } from '../simulators/api-hub/world.ts'

const longName = 'Everybody who wrote to us about the closing of the old branch, and those who did not '
  .repeat(2)
  .trim()
const people = 3000

/** A marketing desk with a campaign under way and others in every state, and accounts that send; or an empty one. */
export async function openResultsWorld({ empty = false, roles = ['marketing'] as Role[] } = {}): Promise<{
  hub: ApiHub
  far: ResultsWorld
}> {
  const far = resultsWorld()
  if (empty) far.campaigns = [begunCampaign({ preparedAt: null, startedAt: ago(3) })]
  else fill(far)
  const hub = await startApiHub({
    ...(process.env['APP_BUILD'] && { build: process.env['APP_BUILD'] }),
    world: (world) => {
      const user = { ...world.users[0]!, name: 'Maya Marketing', roles, agentId: null }
      world.users = [user]
      world.me = meOf(world, user)
      const contact = contactOf('Awa Ndiaye', { attributes: { city: 'Dakar' } })
      world.contacts.push(contact)
      for (const recipient of far.recipients)
        if (recipient.address.startsWith('awa@')) recipient.contactId = contact.id
    },
    answers: { ...audienceAnswers(audienceWorld()), ...resultsAnswers(far) }
  })
  return { hub, far }
}

function fill(far: ResultsWorld) {
  const counts = countsOf({
    recipients: 48_210,
    waiting: 12_000,
    deferred: 140,
    sent: 21_400,
    unknown: 3,
    failed: 80,
    suppressed: 610,
    hardBounces: 310,
    softBounces: 95,
    complaints: 12,
    unsubscribes: 74,
    opened: 9800,
    clicked: 1480,
    clicks: 2210,
    replies: 41,
    autoReplies: 19
  })
  const sender = senderOf({
    warmUp: { from: ago(3 * 86_400).slice(0, 10), first: 2000, growth: 1.5 },
    sentToday: 4100,
    capToday: 6750,
    trouble: 'connect ETIMEDOUT 10.1.2.3:587'
  })
  const message = {
    ...begunCampaign().message!,
    subjects: [
      { id: 'a', subject: 'The spring fair is here' },
      { id: 'b', subject: '{{ contact.first_name }}, come and see us at the spring fair' }
    ]
  }
  far.senders = [
    sender,
    senderOf({ name: 'Offers', address: 'offers@bank.example', domain: 'bank.example' }),
    senderOf({
      carries: 'template',
      name: 'Bank on WhatsApp',
      address: '',
      domain: '',
      tier: 1000,
      reached: 1000,
      roomAt: ago(-7200)
    })
  ]
  far.campaigns = [
    begunCampaign({
      accountId: sender.accountId,
      message,
      tracking: { clicks: true, opens: true },
      test: { share: 0.2, hours: 4, by: 'clicks' },
      counts
    }),
    begunCampaign({
      name: longName,
      state: 'paused',
      accountId: sender.accountId,
      pause: { reason: 'complaints', detail: '84 of 21400 (0.39 %)', at: ago(600) },
      counts: { ...counts, complaints: 84 }
    }),
    begunCampaign({
      name: 'عملاء الربيع 🌱',
      channel: 'whatsapp',
      message: null,
      state: 'finished',
      endedAt: ago(1200),
      tracking: { clicks: false, opens: false },
      counts: countsOf({ recipients: 800, sent: 780, delivered: 744, read: 512, failed: 20, replies: 37 })
    })
  ]
  far.results = {
    counts,
    domains: [
      partOf('mail.example', { recipients: 24_000, sent: 11_200, hardBounces: 60, clicked: 801 }),
      partOf('old-branch.example', { recipients: 2100, sent: 900, hardBounces: 190, clicked: 12 }),
      ...Array.from({ length: 14 }, (_, n) =>
        partOf(`domain-${String(n)}.example`, { recipients: 900 - n, sent: 400 - n, clicked: 20 - n })
      )
    ],
    subjects: [
      partOf('a', { recipients: 4821, sent: 4800, clicked: 190 }),
      partOf('b', { recipients: 4821, sent: 4790, clicked: 262 })
    ],
    links: [
      {
        index: 0,
        target: 'https://shop.example/fair?from=mail&who={{ contact.city }}',
        label: 'See the programme',
        clicks: 1700,
        clicked: 1201
      },
      { index: 1, target: 'https://shop.example/terms', label: 'Terms', clicks: 12, clicked: 9 },
      { index: 2, target: `https://shop.example/${'long/'.repeat(40)}`, label: '', clicks: 498, clicked: 270 }
    ],
    slots: slotsOf(40)
  }
  far.recipients = [
    recipientOf('awa@one.example', 'sent', {
      name: 'Awa Ndiaye',
      openedAt: ago(2900),
      clickedAt: ago(2800),
      repliedAt: ago(1000)
    }),
    recipientOf('gone@two.example', 'bounced', {
      name: 'عائشة 🌱',
      reason: 'There is no such mailbox. The server said: 550 5.1.1 No such user',
      attempts: 2
    }),
    recipientOf('off@one.example', 'suppressed', { name: longName, reason: 'unsubscribe' }),
    recipientOf('line@two.example', 'unknown', { reason: 'The connection broke' }),
    ...Array.from({ length: people - 4 }, (_, n) =>
      recipientOf(`person-${String(n).padStart(4, '0')}@mail.example`, n % 9 ? 'sent' : 'pending', {
        name: `Person ${String(n)}`
      })
    )
  ]
}

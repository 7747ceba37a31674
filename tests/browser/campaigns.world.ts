import type { Role } from '@palabre/config/contract/permissions'
import { startApiHub, type ApiHub } from '../simulators/api-hub.ts'
import {
  audienceAnswers,
  audienceWorld,
  listOf,
  purposeOf,
  type AudienceWorld
} from '../simulators/api-hub/audience.ts'
import {
  draftOf,
  draftsAnswers,
  draftsWorld,
  type DraftsWorld
} from '../simulators/api-hub/campaign-drafts.ts'
import {
  begunCampaign,
  countsOf,
  resultsAnswers,
  resultsWorld,
  senderOf,
  type ResultsWorld
} from '../simulators/api-hub/campaign-results.ts'
import { contactOf } from '../simulators/api-hub/desk.ts'
import { ago, meOf } from '../simulators/api-hub/world.ts'

const longName = 'Everybody who wrote to us about the closing of the old branch, and those who did not '
  .repeat(2)
  .trim()

/** A good message with two subjects, in which one city is not known of everybody. */
export const goodMessage = {
  mjml: `<mjml>
  <mj-head>
    <mj-attributes>
      <mj-all font-family="Helvetica, Arial, sans-serif" />
    </mj-attributes>
  </mj-head>
  <mj-body background-color="#f6f6f3">
    <mj-section background-color="#0e6a54">
      <mj-column>
        <mj-text align="center" color="#ffffff" font-size="18px">Banque du Fleuve</mj-text>
      </mj-column>
    </mj-section>
    <mj-section background-color="#ffffff">
      <mj-column>
        <mj-text font-size="26px" font-weight="700">The spring fair is here</mj-text>
        <mj-text font-size="15px" line-height="1.5">Hello {{ contact.first_name }}, come and see us in {{ contact.city }}.</mj-text>
        <mj-button background-color="#0e6a54" href="https://bank.example/fair">Have a look</mj-button>
      </mj-column>
    </mj-section>
    <mj-section>
      <mj-column>
        <mj-text align="center" font-size="12px"><a href="{{ unsubscribe_url }}">Unsubscribe</a></mj-text>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>
`,
  text: null,
  preheader: 'Three days, and the coffee is on us',
  fromName: 'Banque du Fleuve',
  subjects: [
    { id: 'a', subject: 'The spring fair is here' },
    { id: 'b', subject: 'Come and see us at the spring fair' }
  ],
  fallbacks: { 'contact.city': 'your town' }
}

/** Marketing's desk with campaigns in every state and a draft to write; or an empty one. */
export async function openCampaignsWorld({ empty = false, roles = ['marketing'] as Role[] } = {}): Promise<{
  hub: ApiHub
  far: DraftsWorld
  results: ResultsWorld
  audience: AudienceWorld
}> {
  const far = draftsWorld()
  const results = resultsWorld()
  const audience = audienceWorld()
  const sender = senderOf({
    warmUp: { from: '2026-11-20', first: 2000, growth: 1.5 },
    sentToday: 40,
    capToday: 6750
  })
  results.senders = [sender, senderOf({ name: 'Service', address: 'service@bank.example' })]
  audience.lists = [
    listOf({ name: 'Spring fair', members: 3000 }),
    listOf({ name: longName, members: 48_210 }),
    listOf({ name: 'Colleagues', members: 12 })
  ]
  audience.purposes = [purposeOf('Newsletter'), { ...purposeOf('Your contract'), asks: 'no-objection' }]
  const spring = {
    accountId: sender.accountId,
    purposeId: audience.purposes[0]!.id,
    audience: {
      listIds: [audience.lists[0]!.id],
      segmentIds: [],
      excludeListIds: [audience.lists[2]!.id],
      excludeSegmentIds: []
    }
  }
  if (!empty)
    results.campaigns = [
      draftOf({ ...spring, name: 'Spring fair', message: goodMessage, updatedAt: ago(120) }),
      draftOf({ accountId: sender.accountId, name: 'Autumn', updatedAt: ago(4000) }),
      begunCampaign({
        name: longName,
        counts: countsOf({
          recipients: 48_210,
          sent: 21_400,
          suppressed: 610,
          clicked: 1480,
          unsubscribes: 74
        })
      }),
      begunCampaign({
        name: 'عروض الربيع 🌱',
        state: 'paused',
        tracking: { clicks: true, opens: true },
        pause: { reason: 'complaints', detail: '', at: ago(300) },
        counts: countsOf({
          recipients: 9000,
          sent: 2200,
          opened: 900,
          clicked: 140,
          unsubscribes: 12,
          complaints: 9
        })
      }),
      draftOf({
        ...spring,
        name: 'Winter greetings',
        state: 'scheduled',
        message: goodMessage,
        startsAt: { local: '2026-12-20T09:00', at: '2026-12-20T08:00:00.000Z' }
      }),
      begunCampaign({
        name: 'New prices',
        state: 'finished',
        endedAt: ago(86_400 * 3),
        tracking: { clicks: true, opens: true },
        counts: countsOf({
          recipients: 12_480,
          sent: 12_300,
          opened: 5100,
          clicked: 812,
          unsubscribes: 40,
          hardBounces: 90
        })
      }),
      begunCampaign({ name: 'Old magazine', state: 'stopped', archived: true, endedAt: ago(86_400 * 40) })
    ]
  const hub = await startApiHub({
    ...(process.env['APP_BUILD'] && { build: process.env['APP_BUILD'] }),
    world: (world) => {
      const user = {
        ...world.users[0]!,
        name: 'Maya Marketing',
        email: 'maya@bank.example',
        roles,
        agentId: null
      }
      world.users = [user]
      world.me = meOf(world, user)
      world.contacts.push(contactOf('Awa Ndiaye', { attributes: { city: 'Dakar' } }))
    },
    answers: { ...audienceAnswers(audience), ...resultsAnswers(results), ...draftsAnswers(far, results) }
  })
  return { hub, far, results, audience }
}
